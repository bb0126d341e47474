import { type Context, ponder } from "ponder:registry";
import {
  attestation as attestations,
  docket as dockets,
  heartbeat as heartbeats,
  job as jobs,
  trainer as trainers,
} from "ponder:schema";
import { COMPUTE } from "@openledger/sdk/pools";
import type { Address } from "viem";
import { addItems } from "../rules/docketItems.ts";
import { attestationId, releaseOrNone, validatorId } from "../rules/ids.ts";
import { earn } from "./money.ts";
import { type Log, placeOf, record } from "./record.ts";
import { changeValidator } from "./seats.ts";

type Trainer = typeof trainers.$inferSelect;

/** Change a trainer's row, making it at its first lease. */
async function changeTrainer(
  context: Context,
  address: Address,
  change: (row: Trainer) => Partial<Trainer>,
): Promise<void> {
  const row = (await context.db.find(trainers, { address })) ?? {
    address,
    validator: validatorId(COMPUTE, address),
    jobs: 0,
    accepted: 0,
    rejected: 0,
    expired: 0,
    earnedWei: 0n,
    slashedWei: 0n,
  };
  const changed = { ...row, ...change(row) };
  await context.db.insert(trainers).values(changed).onConflictDoUpdate(changed);
}

/** A job that an event speaks of. */
async function jobRow(context: Context, id: number): Promise<typeof jobs.$inferSelect> {
  const row = await context.db.find(jobs, { id });
  if (row === null) throw new Error(`Job ${id} has an event but was never posted.`);
  return row;
}

/** Lock a bond in a trainer's stake; a negative amount frees it. */
async function moveBond(context: Context, trainer: Address, time: bigint, bondWei: bigint): Promise<void> {
  await changeValidator(context, { pool: COMPUTE, holder: trainer, time }, (row) => ({
    lockedWei: row.lockedWei + bondWei,
  }));
}

/** What a job that waits for a trainer again no longer says. */
const REOPENED = { status: "OPEN", trainer: null, leaseEnds: null, bondWei: null, claimedAt: null } as const;

ponder.on("Training:JobPosted", async ({ event, context }) => {
  const {
    job: id,
    poster,
    specDigest,
    baseDigest,
    parentRelease,
    priceWei,
    checkFeeWei,
    deadline,
  } = event.args;
  await context.db.insert(jobs).values({
    id,
    poster,
    status: "OPEN",
    specDigest,
    baseDigest,
    parentRelease: releaseOrNone(parentRelease),
    priceWei,
    checkFeeWei,
    deadline: BigInt(deadline),
    postedAt: event.block.timestamp,
    transaction: event.transaction.hash,
    attempts: 0,
    leases: 0,
    heartbeats: 0,
  });
  await record(context, event, { kind: "JOB_POSTED", account: poster, job: id, amountWei: priceWei });
});

ponder.on("Training:JobClaimed", async ({ event, context }) => {
  const { job: id, trainer, leaseEnds, bondWei } = event.args;
  await context.db.update(jobs, { id }).set((row) => ({
    status: "LEASED",
    trainer,
    leaseEnds: BigInt(leaseEnds),
    bondWei,
    leases: row.leases + 1,
    claimedAt: event.block.timestamp,
    step: null,
    lossMicronats: null,
    transcriptHead: null,
  }));
  await moveBond(context, trainer, event.block.timestamp, bondWei);
  await changeTrainer(context, trainer, (row) => ({ jobs: row.jobs + 1 }));
  await record(context, event, { kind: "JOB_CLAIMED", account: trainer, job: id });
});

ponder.on("Training:Heartbeat", async ({ event, context }) => {
  const { job, trainer, step, transcriptHead, lossMicronats, leaseEnds } = event.args;
  const { time, transaction } = placeOf(event);
  const now = { step: BigInt(step), transcriptHead, lossMicronats, leaseEnds: BigInt(leaseEnds) };
  await context.db.insert(heartbeats).values({ id: event.id, job, trainer, ...now, time, transaction });
  await context.db.update(jobs, { id: job }).set((row) => ({ ...now, heartbeats: row.heartbeats + 1 }));
});

ponder.on("Training:LeaseExpired", async ({ event, context }) => {
  const { job: id, trainer, penaltyWei } = event.args;
  await freeBond(context, id, trainer, event.block.timestamp);
  await context.db.update(jobs, { id }).set(REOPENED);
  await refund(context, event, id, penaltyWei);
  await changeTrainer(context, trainer, (row) => ({
    expired: row.expired + 1,
    slashedWei: row.slashedWei + penaltyWei,
  }));
  await record(context, event, { kind: "LEASE_EXPIRED", account: trainer, job: id, amountWei: penaltyWei });
});

ponder.on("Training:Attested", async ({ event, context }) => {
  const { job: id, trainer, docket, position, attestation } = event.args;
  const key = attestationId(docket, position);
  const attestedAt = event.block.timestamp;
  const steps = BigInt(attestation.steps);
  const { checkFeeWei } = await jobRow(context, id);
  await context.db.insert(attestations).values({
    ...attestation,
    steps,
    id: key,
    job: id,
    trainer,
    docket,
    position,
    state: "JUDGING",
    attestedAt,
    transaction: event.transaction.hash,
  });
  await context.db.update(dockets, { id: docket }).set((row) => ({
    ...addItems(row, { position, count: 1, feeWei: checkFeeWei }),
    attestations: [...row.attestations, key],
  }));
  const { adapterDigest, lossBeforeMicronats, lossAfterMicronats, tokens } = attestation;
  await context.db.update(jobs, { id }).set({
    status: "ATTESTED",
    attestation: key,
    docket,
    position,
    adapterDigest,
    lossBeforeMicronats,
    lossAfterMicronats,
    tokens,
    steps,
    attestedAt,
  });
  await record(context, event, { kind: "ATTESTED", account: trainer, job: id, docket });
});

/** End the attestation that a job stands on. */
async function endAttestation(context: Context, job: number, state: "ACCEPTED" | "REJECTED"): Promise<void> {
  const { attestation: id } = await jobRow(context, job);
  if (id !== null) await context.db.update(attestations, { id }).set({ state });
}

/** Give back the bond of a lease that ends. */
async function freeBond(context: Context, job: number, trainer: Address, time: bigint): Promise<void> {
  const { bondWei } = await jobRow(context, job);
  await moveBond(context, trainer, time, -(bondWei ?? 0n));
}

/** Credit the poster of a job. */
async function refund(context: Context, log: Log, id: number, amountWei: bigint): Promise<void> {
  const { poster } = await jobRow(context, id);
  await earn(context, log, { kind: "REFUND", account: poster, amountWei, job: id });
}

ponder.on("Training:JobAccepted", async ({ event, context }) => {
  const { job: id, trainer, paidWei } = event.args;
  await endAttestation(context, id, "ACCEPTED");
  await freeBond(context, id, trainer, event.block.timestamp);
  await earn(context, event, { kind: "TRAINING", account: trainer, amountWei: paidWei, job: id });
  await context.db
    .update(jobs, { id })
    .set({ status: "ACCEPTED", trainer, paidWei, endedAt: event.block.timestamp });
  await changeTrainer(context, trainer, (row) => ({
    accepted: row.accepted + 1,
    earnedWei: row.earnedWei + paidWei,
  }));
  await record(context, event, { kind: "JOB_ACCEPTED", account: trainer, job: id, amountWei: paidWei });
});

ponder.on("Training:AttestationRejected", async ({ event, context }) => {
  const { job: id, trainer, slashedWei, toPosterWei } = event.args;
  await endAttestation(context, id, "REJECTED");
  await freeBond(context, id, trainer, event.block.timestamp);
  await refund(context, event, id, toPosterWei);
  // What the poster does not get of the bond pays for the next check.
  await context.db
    .update(jobs, { id })
    .set((row) => ({ ...REOPENED, attempts: row.attempts + 1, checkFeeWei: slashedWei - toPosterWei }));
  await changeTrainer(context, trainer, (row) => ({
    rejected: row.rejected + 1,
    slashedWei: row.slashedWei + slashedWei,
  }));
  await record(context, event, {
    kind: "ATTESTATION_REJECTED",
    account: trainer,
    job: id,
    amountWei: slashedWei,
  });
});

ponder.on("Training:JobCancelled", async ({ event, context }) => {
  const { job: id, refundedWei } = event.args;
  await refund(context, event, id, refundedWei);
  await context.db
    .update(jobs, { id })
    .set({ status: "CANCELLED", refundedWei, endedAt: event.block.timestamp });
  await record(context, event, { kind: "JOB_CANCELLED", job: id, amountWei: refundedWei });
});
