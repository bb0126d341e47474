import type { Address } from "viem";
import type { ParametersModel } from "./parameters.ts";
import type { TokenModel } from "./token.ts";
import type { VaultModel } from "./vault.ts";
import { refuse, smaller, type View, type World } from "./world.ts";

export const POOLS = [0, 1, 2, 3] as const;
export const COMPUTE = 3;

interface Stake {
  activeWei: bigint;
  thawingWei: bigint;
  thawsAt: number;
  /** In the order in which they were taken; a holder leaves the last one first. */
  positions: number[];
}

/** Stake, and who sat where at every moment. */
export class SeatsModel {
  readonly world: World;
  readonly token: TokenModel;
  readonly parameters: ParametersModel;
  readonly vault: VaultModel;
  readonly stakes = new Map<string, Stake>();
  /** Of each pool, by moment: the holder of every position. Moment 0 is the empty pool. */
  readonly history: Address[][][] = POOLS.map(() => [[]]);
  /** Set by Training: what bonds leases. */
  bondedWei: (holder: Address) => bigint = () => 0n;

  constructor(world: World, token: TokenModel, parameters: ParametersModel, vault: VaultModel) {
    this.world = world;
    this.token = token;
    this.parameters = parameters;
    this.vault = vault;
  }

  // ---------------------------------------------------------------------------------------------- calls

  stake(caller: Address, pool: number, seats: number): void {
    if (!(pool in POOLS)) refuse("UnknownPool", pool);
    const { seatWei, seatsPerAddress } = this.parameters.seats;
    const stake = this.stakeOf(pool, caller);
    const total = stake.positions.length + seats;
    if (total === 0) refuse("NoSeats");
    if (seats > 0 && total > seatsPerAddress) refuse("TooManySeats", caller, total, seatsPerAddress);
    const priceWei = BigInt(total) * seatWei;
    const missingWei = priceWei - stake.activeWei;
    if (seats === 0 && missingWei === 0n) refuse("NoSeats");
    this.token.requirePull(this.world.at.seats, caller, missingWei);

    for (let i = 0; i < seats; i++) {
      const holders = [...this.holders(pool), caller];
      const position = holders.length - 1;
      this.history[pool]?.push(holders);
      stake.positions.push(position);
      this.emitSeat("SeatTaken", pool, caller, position);
    }
    stake.activeWei = priceWei;
    this.save(pool, caller, stake);
    this.world.emit("seats", "Staked", { pool, holder: caller, amountWei: missingWei });
    this.token.pull(this.world.at.seats, caller, this.world.at.seats, missingWei);
  }

  unstake(caller: Address, pool: number, seats: number): void {
    if (seats === 0) refuse("NoSeats");
    const stake = this.stakeOf(pool, caller);
    const held = stake.positions.length;
    if (held < seats) refuse("NotEnoughSeats", caller, held, seats);
    const priceWei = BigInt(held - seats) * this.parameters.seats.seatWei;
    const keptWei = smaller(priceWei, stake.activeWei);
    const lockedWei = this.lockedWei(pool, caller);
    if (keptWei < lockedWei) refuse("StakeLocked", caller, keptWei, lockedWei);

    const thawingWei = stake.activeWei - keptWei;
    stake.activeWei = keptWei;
    this.save(pool, caller, stake);
    for (let i = 0; i < seats; i++) this.leaveLast(pool, caller);
    this.thaw(pool, caller, thawingWei);
  }

  withdraw(caller: Address, pool: number): void {
    const stake = this.stakeOf(pool, caller);
    const amountWei = stake.thawingWei;
    if (amountWei === 0n) refuse("NothingThawing", caller);
    if (this.world.now < stake.thawsAt) refuse("StillThawing", stake.thawsAt);
    const lockedWei = this.lockedWei(pool, caller);
    if (stake.activeWei < lockedWei) refuse("StakeLocked", caller, stake.activeWei, lockedWei);

    this.save(pool, caller, { ...stake, thawingWei: 0n, thawsAt: 0 });
    this.world.emit("seats", "Withdrawn", { pool, holder: caller, amountWei });
    this.token.move(this.world.at.seats, caller, amountWei);
  }

  evict(_caller: Address, pool: number, holder: Address): void {
    const stake = this.stakeOf(pool, holder);
    const held = stake.positions.length;
    if (held === 0) refuse("NoSeats");
    const neededWei = (BigInt(held) * this.parameters.seats.seatWei + 1n) / 2n;
    if (stake.activeWei >= neededWei) refuse("SeatStillBacked", holder, stake.activeWei, neededWei);

    this.leaveLast(pool, holder);
    if (held > 1) return;
    const restWei = stake.activeWei;
    this.save(pool, holder, { ...this.stakeOf(pool, holder), activeWei: 0n });
    this.thaw(pool, holder, restWei);
  }

  slash(caller: Address): void {
    refuse("NotCourt", caller);
  }

  // ------------------------------------------------------------------------- what court and Training do

  /** Take stake for an escrow: active first, then thawing. Returns what was there to take. */
  take(pool: number, holder: Address, amountWei: bigint, escrow: "court" | "training"): bigint {
    const stake = this.stakeOf(pool, holder);
    const fromActiveWei = smaller(amountWei, stake.activeWei);
    const fromThawingWei = smaller(amountWei - fromActiveWei, stake.thawingWei);
    const slashedWei = fromActiveWei + fromThawingWei;
    if (slashedWei === 0n) return 0n;
    this.save(pool, holder, {
      ...stake,
      activeWei: stake.activeWei - fromActiveWei,
      thawingWei: stake.thawingWei - fromThawingWei,
    });
    const beneficiary = this.world.at[escrow];
    this.world.emit("seats", "Slashed", { pool, holder, beneficiary, amountWei: slashedWei });
    this.token.move(this.world.at.seats, this.world.at.vault, slashedWei);
    this.vault.escrows[escrow] += slashedWei;
    return slashedWei;
  }

  stakeOf(pool: number, holder: Address): Stake {
    const stake = this.stakes.get(`${pool} ${holder}`);
    return stake ?? { activeWei: 0n, thawingWei: 0n, thawsAt: 0, positions: [] };
  }

  /** Who holds the pool's positions now. */
  holders(pool: number): Address[] {
    return this.history[pool]?.at(-1) ?? [];
  }

  moment(pool: number): number {
    return (this.history[pool]?.length ?? 1) - 1;
  }

  holdersAt(pool: number, moment: number): Address[] {
    return this.history[pool]?.[moment] ?? [];
  }

  views(accounts: readonly Address[]): View[] {
    const view = (name: string, args: readonly unknown[], words: View["words"]): View => ({
      contract: "seats",
      function: name,
      args,
      words,
    });
    return POOLS.flatMap((pool) => [
      view("occupancy", [pool], [this.moment(pool), this.holders(pool).length]),
      ...accounts.flatMap((holder) => {
        const stake = this.stakeOf(pool, holder);
        const { activeWei, thawingWei, thawsAt, positions } = stake;
        const locked = this.lockedWei(pool, holder);
        return [
          view("stakeOf", [pool, holder], [activeWei, locked, positions.length, thawingWei, thawsAt]),
          view("positionsOf", [pool, holder], [32, positions.length, ...positions]),
        ];
      }),
    ]);
  }

  /** Everything that was ever so: read once a sequence. */
  historyViews(): View[] {
    return POOLS.flatMap((pool) => {
      const moments = this.history[pool] ?? [];
      const positions = Math.max(...moments.map((holders) => holders.length));
      return moments.flatMap((holders, moment) =>
        Array.from(
          { length: positions },
          (_, position): View => ({
            contract: "seats",
            function: "holderAt",
            args: [pool, position, moment],
            words: [holders[position] ?? 0],
          }),
        ),
      );
    });
  }

  // ------------------------------------------------------------------------------------------ internals

  private lockedWei(pool: number, holder: Address): bigint {
    return pool === COMPUTE ? this.bondedWei(holder) : 0n;
  }

  private save(pool: number, holder: Address, stake: Stake): void {
    this.stakes.set(`${pool} ${holder}`, stake);
  }

  /** Free the holder's last seat; who holds the pool's last position moves there. */
  private leaveLast(pool: number, holder: Address): void {
    const before = this.holders(pool);
    const last = before.length - 1;
    const mover = before[last] as Address;
    const positions = this.stakeOf(pool, holder).positions;
    const freed = positions.pop() as number;
    const holders = before.slice(0, last);
    if (freed !== last) holders[freed] = mover;
    this.history[pool]?.push(holders);
    if (freed !== last) {
      const moved = this.stakeOf(pool, mover).positions;
      moved[moved.indexOf(last)] = freed;
      this.emitSeat("SeatTaken", pool, mover, freed);
    }
    this.emitSeat("SeatLeft", pool, holder, freed);
  }

  private emitSeat(name: "SeatTaken" | "SeatLeft", pool: number, holder: Address, position: number): void {
    this.world.emit("seats", name, { pool, holder, position, moment: this.moment(pool) });
  }

  private thaw(pool: number, holder: Address, amountWei: bigint): void {
    const stake = this.stakeOf(pool, holder);
    const thawsAt = this.world.now + this.parameters.seats.thawSeconds;
    this.save(pool, holder, { ...stake, thawingWei: stake.thawingWei + amountWei, thawsAt });
    this.world.emit("seats", "Unstaked", { pool, holder, amountWei, thawsAt });
  }
}
