import {
  type Address,
  encodeAbiParameters,
  type Hex,
  keccak256,
  parseAbiParameters,
  size,
  zeroHash,
} from "viem";
import { drawCommittee } from "./committee.ts";
import {
  APPEAL_BIT,
  ballotOf,
  type Docket,
  DocketsModel,
  type Drawn,
  MAX_ITEMS,
  MIN_COMMITTEE,
  Phase,
} from "./dockets.ts";
import { acceptedOf, contradicts, type GradeList, lowerMedian, pack, unpack } from "./grades.ts";
import { BASIS_POINTS, refuse, smaller } from "./world.ts";

const MAX_LEVEL = 2;
const MAX_COMMITTEE = 31;
const commitmentFields = parseAbiParameters("uint256, address, uint40, address, uint256, bytes32, bytes32");

/** The commitment to a vote, as ICourt defines it. */
export function commitmentOf(
  court: { chainId: number; address: Address },
  vote: { docket: number; voter: Address; word: bigint; salt: Hex; reasons: Hex },
): Hex {
  const { docket, voter, word, salt, reasons } = vote;
  const values = [
    BigInt(court.chainId),
    court.address,
    docket,
    voter,
    word,
    keccak256(reasons),
    salt,
  ] as const;
  return keccak256(encodeAbiParameters(commitmentFields, values));
}

/** Dockets from their first item to the verdict, and appeals. */
export class CourtModel extends DocketsModel {
  // ---------------------------------------------------------------------- claimants', which people are not

  admit(caller: Address): void {
    refuse("NotClaimant", caller);
  }

  returnFee(caller: Address): void {
    refuse("NotClaimant", caller);
  }

  appeal(caller: Address): void {
    refuse("NotClaimant", caller);
  }

  /** Items of one submission or one job, never split between dockets. */
  takeItems(poolId: number, items: number, feeWei: bigint): { docket: number; position: number } {
    const pool = this.pools[poolId] as (typeof this.pools)[number];
    let docket = this.dockets.get(this.openDocketOf(poolId));
    if (docket && (docket.items + items > MAX_ITEMS || this.world.now >= docket.closesAt)) {
      this.closeDocket(docket);
      docket = undefined;
    }
    if (docket === undefined) {
      const collectSeconds = pool.collectSeconds ?? this.parameters.poolRules(poolId).collectSeconds;
      const closesAt = this.world.now + collectSeconds;
      docket = { id: 4 * ++pool.opened + poolId, pool: poolId, items: 0, feeWei: 0n, closesAt, appeals: 0 };
      this.dockets.set(docket.id, docket);
      this.world.emit("court", "DocketOpened", { docket: docket.id, closesAt });
    }
    const position = docket.items;
    docket.items += items;
    docket.feeWei += feeWei;
    if (docket.items === MAX_ITEMS) this.closeDocket(docket);
    return { docket: docket.id, position };
  }

  // ---------------------------------------------------------------------------------------------- phases

  close(_caller: Address, pool: number): void {
    if (!(pool in this.pools)) refuse("UnknownPool", pool);
    const docket = this.dockets.get(this.openDocketOf(pool));
    if (docket === undefined) refuse("DocketEmpty", pool);
    if (this.world.now < docket.closesAt) refuse("DocketNotDue", docket.id, docket.closesAt);
    this.closeDocket(docket);
  }

  draw(_caller: Address, id: number): void {
    const docket = this.require(id, Phase.DRAWING);
    const closed = docket.closed as NonNullable<Docket["closed"]>;
    if (closed.seats < MIN_COMMITTEE) {
      const seats = this.seats.holders(docket.pool).length;
      if (seats < MIN_COMMITTEE) refuse("NotEnoughSeats", docket.pool, seats, MIN_COMMITTEE);
      this.fix(docket, closed, closed.round);
      return;
    }
    const seed = this.seedOf(closed.seedBlock);
    if (seed === "expired") {
      this.fix(docket, closed, closed.round);
      return;
    }
    if (seed === "pending") refuse("SeedNotReady", id, closed.seedBlock);

    const { commitSeconds, revealSeconds } = this.parameters.poolRules(docket.pool);
    const { round, moment } = closed;
    const holders = this.seats.holdersAt(docket.pool, moment);
    const committeeSize = Math.min(closed.committeeSize, holders.length);
    const voters = drawCommittee(holders, committeeSize, { seed, docket: id, round });
    const commitEnds = this.world.now + commitSeconds;
    const revealEnds = commitEnds + revealSeconds;
    docket.drawn = { seed, voters, commitEnds, revealEnds, revealed: new Set() };
    this.world.emit("court", "DocketDrawn", {
      docket: id,
      round,
      seed,
      committeeSize,
      commitEnds,
      revealEnds,
    });
  }

  commit(caller: Address, id: number, commitment: Hex): void {
    const docket = this.require(id, Phase.COMMITTING);
    if (commitment === zeroHash) refuse("EmptyCommitment");
    docket.closed?.ballots.set(caller, commitment);
    this.world.emit("court", "Committed", { docket: id, voter: caller, commitment });
  }

  reveal(caller: Address, id: number, drawIndex: number, word: bigint, salt: Hex, reasons: Hex): void {
    const docket = this.require(id, Phase.REVEALING);
    const { voters, revealed } = docket.drawn as Drawn;
    if (drawIndex >= voters.length) refuse("NotDrawn", id, caller, drawIndex);
    if (revealed.has(drawIndex)) refuse("AlreadyRevealed", id, caller);
    if (word >= 4n ** BigInt(docket.items)) refuse("WordTooLong", word, docket.items);
    const rejected = docket.items - acceptedOf(unpack(word, docket.items));
    if (size(reasons) !== rejected) refuse("ReasonCountMismatch", size(reasons), rejected);
    const ballots = docket.closed?.ballots as Map<Address, Hex>;
    const ballot = ballots.get(caller) ?? zeroHash;
    if (ballot === zeroHash) refuse("NothingCommitted", id, caller);
    const court = { chainId: this.world.chainId, address: this.world.at.court };
    const committed = commitmentOf(court, { docket: id, voter: caller, word, salt, reasons });
    if (ballot !== committed) refuse("CommitmentMismatch", id, caller);
    if (voters[drawIndex] !== caller) refuse("NotDrawn", id, caller, drawIndex);

    ballots.set(caller, ballotOf(word));
    revealed.add(drawIndex);
    this.world.emit("court", "Revealed", { docket: id, voter: caller, drawIndex, word, reasons });
  }

  settle(_caller: Address, id: number): void {
    const phase = this.phaseOf(id);
    const docket = this.dockets.get(id);
    const drawn = docket?.drawn;
    const waiting = drawn !== undefined && phase !== Phase.SETTLED;
    const everybodySpoke = drawn?.voters.every((voter) => revealsOf(drawn, voter) > 0);
    if (!docket || !waiting || (phase !== Phase.SETTLING && !everybodySpoke)) {
      refuse("WrongPhase", id, phase, Phase.SETTLING);
    }
    const { voters } = drawn;
    const { ballots, round, toleranceBps } = docket.closed as NonNullable<Docket["closed"]>;
    const votes = voters.map((voter) =>
      // Who contrived to reveal twice counts as absent.
      revealsOf(drawn, voter) === 1 ? unpack(BigInt(ballots.get(voter) ?? 0), docket.items) : undefined,
    );
    const present = votes.filter((vote) => vote !== undefined);
    const absent = votes.map((vote) => vote === undefined);
    if (present.length < MIN_COMMITTEE || 2 * present.length <= voters.length) {
      this.world.emit("court", "NoQuorum", { docket: id, round, revealed: bitsOf(drawn.revealed) });
      docket.feeWei += this.charge(docket, absent, []);
      this.fix(docket, docket.closed as NonNullable<Docket["closed"]>, round + 1);
      return;
    }

    const grades = Array.from({ length: docket.items }, (_, item) =>
      lowerMedian(present.map((vote) => vote[item] ?? 0)),
    );
    const coherent = votes.map((vote) => vote !== undefined && isCoherent(vote, grades, toleranceBps));
    const anybody = coherent.includes(true);
    const paid = anybody ? coherent : votes.map((vote) => vote !== undefined);
    const incoherent = votes.map((vote, draw) => anybody && vote !== undefined && !coherent[draw]);
    docket.feeWei += this.charge(docket, absent, incoherent);
    docket.verdict = { grades, appealEnds: this.world.now + (docket.closed?.appealSeconds ?? 0) };
    if (docket.closed?.box !== undefined) this.pools[docket.pool]?.boxesInUse.delete(docket.closed.box);
    const paidDraws = paid.flatMap((isPaid, draw) => (isPaid ? [draw] : []));
    this.world.emit("court", "Settled", {
      docket: id,
      round,
      verdict: pack(grades),
      coherent: bitsOf(paidDraws),
      revealed: bitsOf(drawn.revealed),
      feeWei: docket.feeWei,
    });
    this.share(
      docket.feeWei,
      paidDraws.flatMap((draw) => voters[draw] ?? []),
    );
    if (this.appeals.has(id)) this.decide(id, grades);
  }

  // --------------------------------------------------------------------------------------------- appeals

  fundAppeals(caller: Address, amountWei: bigint): void {
    this.vault.token.requirePull(this.world.at.vault, caller, amountWei);
    this.potWei += amountWei;
    this.world.emit("court", "AppealsFunded", { from: caller, amountWei });
    this.vault.depositEscrow(caller, { court: amountWei });
  }

  /** Judge items of a submission or a job anew. */
  appealItems(docket: number, position: number, items: number, appellant: Address): void {
    const before = this.appeals.get(this.latest.get(`${docket} ${position}`) ?? 0);
    const level = (before?.level ?? 0) + 1;
    const parent = this.require(before?.id ?? docket, Phase.SETTLED);
    const appealEnds = parent.verdict?.appealEnds ?? 0;
    if (level > MAX_LEVEL || this.world.now >= appealEnds) refuse("AppealTooLate", parent.id, appealEnds);

    const judges = 2 * (parent.drawn?.voters.length ?? 0) + 1;
    const committeeSize = Math.min(judges, MAX_COMMITTEE);
    const rules = this.parameters.appeals;
    const bondWei = rules.bondWei * BigInt(committeeSize);
    const feeWei = smaller(rules.feeWei * BigInt(committeeSize), this.potWei);
    this.vault.token.requirePull(this.world.at.vault, appellant, bondWei);

    this.potWei -= feeWei;
    const pool = docket % 4;
    const id = APPEAL_BIT + 4 * (this.appeals.size + 1) + pool;
    const against = before ? { docket: before.id, position: 0 } : { docket, position };
    this.appeals.set(id, { id, docket, position, items, level, appellant, bondWei, against });
    this.latest.set(`${docket} ${position}`, id);
    if (level === 1) parent.appeals++;
    const fresh: Docket = { id, pool, items, feeWei, closesAt: 0, appeals: 0 };
    this.dockets.set(id, fresh);
    this.world.emit("court", "Appealed", {
      appeal: id,
      docket,
      position,
      items,
      level,
      appellant,
      bondWei,
      feeWei,
    });
    const { toleranceBps, appealSeconds } = this.parameters.poolRules(pool);
    const kept = { committeeSize, toleranceBps, appealSeconds: level === MAX_LEVEL ? 0 : appealSeconds };
    this.fix(fresh, { ...kept, ballots: new Map() }, 0);
    this.vault.depositEscrow(appellant, { court: bondWei });
  }

  /** The final grades of items, or why there are none. */
  finalGrades(docket: number, position: number, items: number): GradeList {
    const latest = this.latest.get(`${docket} ${position}`);
    const id = latest ?? docket;
    const verdict = this.dockets.get(id)?.verdict;
    if (verdict === undefined) refuse("NotFinal", id, this.phaseOf(id));
    if (this.world.now < verdict.appealEnds) refuse("StillAppealable", id, verdict.appealEnds);
    return this.standing(docket, position, items)?.grades ?? [];
  }

  // ------------------------------------------------------------------------------------------- internals

  /** Slash the holders of absent and incoherent draws, in the order of the draws. Returns what they lost. */
  private charge(docket: Docket, absent: readonly boolean[], incoherent: readonly boolean[]): bigint {
    const rules = this.parameters.poolRules(docket.pool);
    let penaltiesWei = 0n;
    for (const [draw, voter] of (docket.drawn?.voters ?? []).entries()) {
      if (!absent[draw] && !incoherent[draw]) continue;
      const penaltyBps = absent[draw] ? rules.absentPenaltyBps : rules.incoherentPenaltyBps;
      const penaltyWei = (this.parameters.seats.seatWei * BigInt(penaltyBps)) / BASIS_POINTS;
      penaltiesWei += this.seats.take(docket.pool, voter, penaltyWei, "court");
    }
    return penaltiesWei;
  }

  /** Equal shares, one a draw, and the remainder to the first. */
  private share(potWei: bigint, payees: readonly Address[]): void {
    const shareWei = potWei / BigInt(payees.length);
    const restWei = potWei % BigInt(payees.length);
    for (const [index, payee] of payees.entries()) {
      this.vault.payFrom("court", payee, index === 0 ? shareWei + restWei : shareWei);
    }
  }

  private decide(id: number, grades: GradeList): void {
    const appeal = this.appeals.get(id);
    if (appeal === undefined) return;
    const { docket, position, level, appellant, bondWei } = appeal;
    const changed = this.gradesBefore(appeal).some((grade, item) => grade !== grades[item]);
    this.world.emit("court", "AppealDecided", { appeal: id, docket, position, level, changed, bondWei });
    if (changed) this.vault.payFrom("court", appellant, bondWei);
    else this.potWei += bondWei;
  }
}

const bitsOf = (draws: Iterable<number>) => [...draws].reduce((bits, draw) => bits + 2 ** draw, 0);

function revealsOf({ voters, revealed }: Drawn, voter: Address): number {
  return [...revealed].filter((draw) => voters[draw] === voter).length;
}

function isCoherent(vote: GradeList, verdict: GradeList, toleranceBps: number): boolean {
  const mismatches = verdict.filter((grade, item) => contradicts(vote[item] ?? 0, grade)).length;
  return BigInt(mismatches) * BASIS_POINTS <= BigInt(verdict.length * toleranceBps);
}
