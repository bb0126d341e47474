import type { Address } from "viem";
import type { TokenModel } from "./token.ts";
import { refuse, sum, type View, type World } from "./world.ts";

const MAX_AMOUNT_WEI = 2n ** 127n - 1n;

/** Who holds which of the Vault's OPEN. */
export class VaultModel {
  readonly world: World;
  readonly token: TokenModel;
  /** Accounts of Datanets, by number. */
  readonly accounts = new Map<number, { availableWei: bigint; reservedWei: bigint }>();
  readonly escrows = { court: 0n, training: 0n };
  readonly earnings = new Map<Address, { earnedWei: bigint; claimedWei: bigint }>();
  /** A line of keys, first to current, by each of its keys. Who never rotated is not here. */
  readonly lines = new Map<Address, Address[]>();

  constructor(world: World, token: TokenModel) {
    this.world = world;
    this.token = token;
  }

  // ------------------------------------------------------------------------------------------ everybody's

  credit(caller: Address, account: Address, amountWei: bigint): void {
    if (amountWei > MAX_AMOUNT_WEI) refuse("AmountTooLarge", amountWei);
    this.token.requirePull(this.world.at.vault, caller, amountWei);
    this.earn(account, amountWei);
    this.world.emit("vault", "Credited", { from: caller, account, amountWei });
    this.pull(caller, amountWei);
  }

  claim(_caller: Address, account: Address): void {
    const earnings = this.earningsOf(account);
    const amountWei = earnings.earnedWei - earnings.claimedWei;
    if (amountWei === 0n) refuse("NothingToClaim", account);
    this.earnings.set(account, { earnedWei: earnings.earnedWei, claimedWei: earnings.earnedWei });
    this.token.move(this.world.at.vault, account, amountWei);
  }

  // ---------------------------------------------------------------- controllers', which people cannot call

  deposit(caller: Address): void {
    refuse("NotController", caller);
  }

  settle(caller: Address): void {
    refuse("NotController", caller);
  }

  rotate(caller: Address): void {
    refuse("NotController", caller);
  }

  pay(caller: Address): void {
    refuse("NotController", caller);
  }

  passReserved(caller: Address): void {
    refuse("NotController", caller);
  }

  depositSlashed(caller: Address): void {
    refuse("NotController", caller);
  }

  depositFees(caller: Address): void {
    refuse("NotController", caller);
  }

  // --------------------------------------------------------------------------------- what controllers do

  accountOf(datanet: number): { availableWei: bigint; reservedWei: bigint } {
    return this.accounts.get(datanet) ?? { availableWei: 0n, reservedWei: 0n };
  }

  addAvailable(datanet: number, from: Address, amountWei: bigint): void {
    if (amountWei > 2n ** 128n - 1n) refuse("AmountTooLarge", amountWei);
    this.token.requirePull(this.world.at.vault, from, amountWei);
    const account = this.accountOf(datanet);
    this.accounts.set(datanet, { ...account, availableWei: account.availableWei + amountWei });
    this.world.emit("vault", "Deposited", {
      controller: this.world.at.datanets,
      id: datanet,
      from,
      amountWei,
    });
    this.pull(from, amountWei);
  }

  takeAvailable(datanet: number, to: Address, amountWei: bigint): void {
    this.requireAvailable(datanet, amountWei);
    const account = this.accountOf(datanet);
    this.accounts.set(datanet, { ...account, availableWei: account.availableWei - amountWei });
    this.world.emit("vault", "Withdrawn", { controller: this.world.at.datanets, id: datanet, to, amountWei });
    this.token.move(this.world.at.vault, to, amountWei);
  }

  requireAvailable(datanet: number, neededWei: bigint): void {
    const { availableWei } = this.accountOf(datanet);
    if (availableWei < neededWei) {
      refuse("InsufficientAvailable", this.world.at.datanets, datanet, availableWei, neededWei);
    }
  }

  reserve(datanet: number, reservedWei: bigint, feeWei: bigint): void {
    const account = this.accountOf(datanet);
    this.accounts.set(datanet, {
      availableWei: account.availableWei - reservedWei - feeWei,
      reservedWei: account.reservedWei + reservedWei,
    });
    this.escrows.court += feeWei;
  }

  /** Reserved money of a Datanet becomes a contributor's, under whatever key they have now, or available again. */
  settleReserved(datanet: number, account: Address, earnedWei: bigint, releasedWei: bigint): void {
    const { availableWei, reservedWei } = this.accountOf(datanet);
    this.accounts.set(datanet, {
      availableWei: availableWei + releasedWei,
      reservedWei: reservedWei - earnedWei - releasedWei,
    });
    this.earn(this.keyOf(this.identityOf(account)), earnedWei);
  }

  identityOf(key: Address): Address {
    return this.lines.get(key)?.at(0) ?? key;
  }

  keyOf(identity: Address): Address {
    const line = this.lines.get(identity);
    return line?.at(0) === identity ? (line.at(-1) ?? identity) : identity;
  }

  rotateKey(oldKey: Address, newKey: Address): Address {
    const line = this.lines.get(oldKey) ?? [oldKey];
    line.push(newKey);
    for (const key of line) this.lines.set(key, line);
    const { earnedWei, claimedWei } = this.earningsOf(oldKey);
    const amountWei = earnedWei - claimedWei;
    this.earnings.set(oldKey, { earnedWei, claimedWei: earnedWei });
    this.earn(newKey, amountWei);
    const identity = this.identityOf(newKey);
    this.world.emit("vault", "Rotated", { identity, oldKey, newKey, amountWei });
    return identity;
  }

  /** Pull OPEN into an escrow or two, after `token.requirePull`. */
  depositEscrow(from: Address, amounts: { court?: bigint; training?: bigint }): void {
    this.escrows.court += amounts.court ?? 0n;
    this.escrows.training += amounts.training ?? 0n;
    this.pull(from, (amounts.court ?? 0n) + (amounts.training ?? 0n));
  }

  payFrom(escrow: "court" | "training", account: Address, amountWei: bigint): void {
    if (this.escrows[escrow] < amountWei) throw new Error(`The model's ${escrow} escrow is overdrawn.`);
    this.escrows[escrow] -= amountWei;
    this.earn(account, amountWei);
  }

  pass(from: "court" | "training", to: "court" | "training", amountWei: bigint): void {
    this.escrows[from] -= amountWei;
    this.escrows[to] += amountWei;
  }

  earningsOf(account: Address): { earnedWei: bigint; claimedWei: bigint } {
    return this.earnings.get(account) ?? { earnedWei: 0n, claimedWei: 0n };
  }

  /** Everything that somebody has here. */
  owedWei(): bigint {
    return (
      this.escrows.court +
      this.escrows.training +
      sum([...this.accounts.values()].map(({ availableWei, reservedWei }) => availableWei + reservedWei)) +
      sum([...this.earnings.values()].map(({ earnedWei, claimedWei }) => earnedWei - claimedWei))
    );
  }

  views(accounts: readonly Address[]): View[] {
    const { at } = this.world;
    const view = (name: string, args: readonly unknown[], words: View["words"]): View => ({
      contract: "vault",
      function: name,
      args,
      words,
    });
    return [
      ...accounts.flatMap((account) => {
        const { earnedWei, claimedWei } = this.earningsOf(account);
        return [
          view("earnedBy", [account], [earnedWei, claimedWei]),
          view("identityOf", [account], [this.identityOf(account)]),
          view("keyOf", [account], [this.keyOf(account)]),
        ];
      }),
      ...[...this.accounts].map(([datanet, { availableWei, reservedWei }]) =>
        view("accountOf", [at.datanets, datanet], [availableWei, reservedWei]),
      ),
      view("accountOf", [at.court, 0], [0, this.escrows.court]),
      view("accountOf", [at.training, 0], [0, this.escrows.training]),
    ];
  }

  private earn(account: Address, amountWei: bigint): void {
    const { earnedWei, claimedWei } = this.earningsOf(account);
    this.earnings.set(account, { earnedWei: earnedWei + amountWei, claimedWei });
  }

  private pull(from: Address, amountWei: bigint): void {
    this.token.pull(this.world.at.vault, from, this.world.at.vault, amountWei);
  }
}
