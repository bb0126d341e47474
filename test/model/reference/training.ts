import { type Address, type Hex, zeroHash } from "viem";
import type { CourtModel } from "./court.ts";
import type { ParametersModel } from "./parameters.ts";
import { COMPUTE, type SeatsModel } from "./seats.ts";
import type { VaultModel } from "./vault.ts";
import { BASIS_POINTS, refuse, type View, type World } from "./world.ts";

const MILLI_OPEN = 10n ** 15n;
const YEAR_SECONDS = 365 * 86_400;

export const Status = { NONE: 0, OPEN: 1, LEASED: 2, ATTESTED: 3, ACCEPTED: 4, CANCELLED: 5 } as const;
export type Status = (typeof Status)[keyof typeof Status];

export interface Attestation {
  adapterDigest: Hex;
  transcriptHead: Hex;
  reportDigest: Hex;
  lossBeforeMicronats: bigint;
  lossAfterMicronats: bigint;
  tokens: bigint;
  steps: number;
}

export interface Job {
  id: number;
  status: Status;
  poster: Address;
  priceWei: bigint;
  specDigest: Hex;
  parentRelease: number;
  deadline: number;
  attempts: number;
  /** The terms on which it is offered, and stays leased. */
  bondWei: bigint;
  leaseSeconds: number;
  /** With the court, and not spent. */
  checkFeeWei: bigint;
  trainer?: Address;
  leaseEnds?: number;
  attested?: { docket: number; position: number; attestation: Attestation };
}

/** Jobs, their leases, and what stake bonds them. */
export class TrainingModel {
  readonly world: World;
  readonly parameters: ParametersModel;
  readonly seats: SeatsModel;
  readonly court: CourtModel;
  readonly vault: VaultModel;
  readonly jobs: Job[] = [];
  readonly bases = new Set<Hex>();
  claimsPaused = false;

  constructor(
    world: World,
    parameters: ParametersModel,
    seats: SeatsModel,
    court: CourtModel,
    vault: VaultModel,
  ) {
    this.world = world;
    this.parameters = parameters;
    this.seats = seats;
    this.court = court;
    this.vault = vault;
    seats.bondedWei = (trainer) => this.bondedWei(trainer);
  }

  // ---------------------------------------------------------------------------------------------- poster

  post(
    caller: Address,
    specDigest: Hex,
    baseDigest: Hex,
    parentRelease: number,
    priceWei: bigint,
    deadline: number,
  ): void {
    if (specDigest === zeroHash) refuse("EmptySpec");
    if (priceWei === 0n || priceWei % MILLI_OPEN !== 0n) refuse("BadPrice", priceWei);
    if (!this.bases.has(baseDigest)) refuse("UnknownBase", baseDigest);
    if (parentRelease !== 0) refuse("UnknownParent", parentRelease);
    const { bondWei, leaseSeconds, checkFeeWei } = this.parameters.training;
    const earliest = this.world.now + leaseSeconds;
    const latest = this.world.now + YEAR_SECONDS;
    if (deadline < earliest || deadline > latest) refuse("BadDeadline", deadline, earliest, latest);
    this.vault.token.requirePull(this.world.at.vault, caller, priceWei + checkFeeWei);

    const id = this.jobs.length + 1;
    const given = { poster: caller, priceWei, specDigest, parentRelease, deadline };
    const terms = { bondWei, leaseSeconds, checkFeeWei };
    this.jobs.push({ id, status: Status.OPEN, ...given, attempts: 0, ...terms });
    this.emit("JobPosted", { job: id, ...given, baseDigest, checkFeeWei });
    this.vault.depositEscrow(caller, { training: priceWei, court: checkFeeWei });
  }

  cancel(caller: Address, id: number): void {
    const job = this.require(id, Status.OPEN);
    if (caller !== job.poster && this.world.now < job.deadline) refuse("NotPoster", id, caller, job.poster);
    job.status = Status.CANCELLED;
    const refundedWei = job.priceWei + job.checkFeeWei;
    this.emit("JobCancelled", { job: id, refundedWei });
    this.vault.pass("court", "training", job.checkFeeWei);
    this.vault.payFrom("training", job.poster, refundedWei);
  }

  // --------------------------------------------------------------------------------------------- trainer

  claim(caller: Address, id: number): void {
    if (this.claimsPaused) refuse("ClaimsArePaused");
    const job = this.require(id, Status.OPEN);
    if (this.world.now >= job.deadline) refuse("DeadlinePassed", id, job.deadline);
    const { activeWei } = this.seats.stakeOf(COMPUTE, caller);
    const boundWei = this.bondedWei(caller);
    if (activeWei < boundWei + job.bondWei) {
      refuse("InsufficientStake", caller, activeWei > boundWei ? activeWei - boundWei : 0n, job.bondWei);
    }

    job.status = Status.LEASED;
    job.trainer = caller;
    job.leaseEnds = Math.min(this.world.now + job.leaseSeconds, job.deadline);
    const lease = { job: id, trainer: caller, leaseEnds: job.leaseEnds };
    this.emit("JobClaimed", { ...lease, bondWei: job.bondWei });
  }

  heartbeat(caller: Address, id: number, step: number, transcriptHead: Hex, lossMicronats: bigint): void {
    const job = this.requireLease(caller, id);
    const { leaseSeconds } = this.parameters.training;
    const extended = Math.min(this.world.now + leaseSeconds, job.deadline);
    job.leaseEnds = Math.max(job.leaseEnds ?? 0, extended);
    const progress = { step, transcriptHead, lossMicronats };
    this.emit("Heartbeat", { job: id, trainer: caller, ...progress, leaseEnds: job.leaseEnds });
  }

  attest(caller: Address, id: number, attestation: Attestation): void {
    const job = this.requireLease(caller, id);
    const { adapterDigest, transcriptHead, reportDigest, steps } = attestation;
    if ([adapterDigest, transcriptHead, reportDigest].includes(zeroHash) || steps === 0)
      refuse("BadAttestation");

    const { docket, position } = this.court.takeItems(COMPUTE, 1, job.checkFeeWei);
    job.status = Status.ATTESTED;
    job.attested = { docket, position, attestation };
    this.emit("Attested", { job: id, trainer: caller, docket, position, attestation });
  }

  // -------------------------------------------------------------------------------------------- everyone

  expire(_caller: Address, id: number): void {
    const job = this.require(id, Status.LEASED);
    const leaseEnds = job.leaseEnds ?? 0;
    if (this.world.now < leaseEnds) refuse("LeaseRunning", id, leaseEnds);
    const trainer = job.trainer as Address;
    const { expiredLeasePenaltyBps } = this.parameters.training;
    const penaltyWei = (job.bondWei * BigInt(expiredLeasePenaltyBps)) / BASIS_POINTS;
    this.reopen(job, job.checkFeeWei);
    const lostWei = this.seats.take(COMPUTE, trainer, penaltyWei, "training");
    this.emit("LeaseExpired", { job: id, trainer, penaltyWei: lostWei });
    this.vault.payFrom("training", job.poster, lostWei);
  }

  settle(_caller: Address, id: number, trainer: Address, attestation: Attestation): void {
    const job = this.require(id, Status.ATTESTED);
    const { attested } = job;
    const isRight = attested && trainer === job.trainer && isSame(attested.attestation, attestation);
    if (!isRight) refuse("AttestationMismatch", id);
    const [grade] = this.court.finalGrades(attested.docket, attested.position, 1);
    if (grade === 0) {
      this.reject(job, trainer);
      return;
    }

    job.status = Status.ACCEPTED;
    this.emit("JobAccepted", { job: id, trainer, paidWei: job.priceWei });
    this.vault.payFrom("training", trainer, job.priceWei);
  }

  appeal(caller: Address, id: number): void {
    const { attested } = this.require(id, Status.ATTESTED);
    if (attested) this.court.appealItems(attested.docket, attested.position, 1, caller);
  }

  pauseClaims(caller: Address): void {
    this.world.requireGuardian(caller);
    this.claimsPaused = true;
    this.emit("ClaimsPausedSet", { paused: true, by: caller });
  }

  unpauseClaims(caller: Address): void {
    this.world.requireGovernor(caller);
    this.claimsPaused = false;
    this.emit("ClaimsPausedSet", { paused: false, by: caller });
  }

  noteStake(caller: Address): void {
    refuse("NotSeats", caller);
  }

  setBase(caller: Address): void {
    refuse("NotModels", caller);
  }

  // ----------------------------------------------------------------------------------------------- views

  /** Stake that bonds leases, and attestations without a verdict. */
  bondedWei(trainer: Address): bigint {
    return this.jobs
      .filter((job) => job.trainer === trainer)
      .filter(({ status }) => status === Status.LEASED || status === Status.ATTESTED)
      .reduce((total, { bondWei }) => total + bondWei, 0n);
  }

  views(accounts: readonly Address[]): View[] {
    const view = (name: string, args: readonly unknown[], words: View["words"]): View => ({
      contract: "training",
      function: name,
      args,
      words,
    });
    return [
      view("jobCount", [], [this.jobs.length]),
      view("claimsPaused", [], [this.claimsPaused]),
      ...accounts.map((account) => view("bondedWei", [account], [this.bondedWei(account)])),
      ...this.jobs.map((job) => view("jobOf", [job.id], jobWords(job))),
    ];
  }

  // ------------------------------------------------------------------------------------------- internals

  private emit(name: string, args: Record<string, unknown>): void {
    this.world.emit("training", name, args);
  }

  private require(id: number, needed: Status): Job {
    const job = this.jobs[id - 1] ?? refuse("UnknownJob", id);
    if (job.status !== needed) refuse("WrongStatus", id, job.status, needed);
    return job;
  }

  private requireLease(caller: Address, id: number): Job {
    const job = this.require(id, Status.LEASED);
    if (caller !== job.trainer) refuse("NotTrainer", id, caller, job.trainer);
    const leaseEnds = job.leaseEnds ?? 0;
    if (this.world.now >= leaseEnds) refuse("LeaseOver", id, leaseEnds);
    return job;
  }

  private reopen(job: Job, checkFeeWei: bigint): void {
    const { bondWei, leaseSeconds } = this.parameters.training;
    job.status = Status.OPEN;
    delete job.trainer;
    delete job.attested;
    Object.assign(job, { bondWei, leaseSeconds, checkFeeWei });
  }

  /** The bond pays the next check, the rest is the poster's; or the job ends. */
  private reject(job: Job, trainer: Address): void {
    const { id: job_, poster, priceWei, bondWei, deadline } = job;
    const { maxAttempts, checkFeeWei } = this.parameters.training;
    job.attempts++;
    const slashedWei = this.seats.take(COMPUTE, trainer, bondWei, "training");
    const paysNextCheck = slashedWei >= checkFeeWei;
    if (job.attempts < maxAttempts && this.world.now < deadline && paysNextCheck) {
      const toPosterWei = slashedWei - checkFeeWei;
      this.reopen(job, checkFeeWei);
      this.emit("AttestationRejected", { job: job_, trainer, slashedWei, toPosterWei });
      this.vault.pass("training", "court", checkFeeWei);
      this.vault.payFrom("training", poster, toPosterWei);
      return;
    }
    job.status = Status.CANCELLED;
    this.emit("AttestationRejected", { job: job_, trainer, slashedWei, toPosterWei: slashedWei });
    this.emit("JobCancelled", { job: job_, refundedWei: priceWei });
    this.vault.payFrom("training", poster, priceWei + slashedWei);
  }
}

function jobWords(job: Job): View["words"] {
  const leased = job.status === Status.LEASED;
  const judged = job.status === Status.ATTESTED || job.status === Status.ACCEPTED ? job.attested : undefined;
  return [
    job.status,
    job.poster,
    job.priceWei,
    job.specDigest,
    job.parentRelease,
    leased ? (job.trainer ?? 0) : 0,
    leased ? (job.leaseEnds ?? 0) : 0,
    job.attempts,
    judged?.docket ?? 0,
    judged?.position ?? 0,
    job.deadline,
  ];
}

function isSame(a: Attestation, b: Attestation): boolean {
  return (Object.keys(a) as (keyof Attestation)[]).every((field) => a[field] === b[field]);
}
