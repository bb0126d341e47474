import { type Context, ponder } from "ponder:registry";
import { appeal as appeals, docket as dockets, pool as pools, vote as votes } from "ponder:schema";
import { drawIndicesOf, drawPositions } from "@openledger/sdk/committee";
import { poolOfDocket } from "@openledger/sdk/docketId";
import type { Address } from "viem";
import { validatorId, voteId } from "../rules/ids.ts";
import { isPaid, sharesOf } from "../rules/shares.ts";
import { earn } from "./money.ts";
import { record } from "./record.ts";
import { changeValidator, holderAt } from "./seats.ts";
import { applyAppeal, applyVerdict, votesOf } from "./verdict.ts";

/** A docket that an event speaks of. */
async function docketRow(context: Context, id: number): Promise<typeof dockets.$inferSelect> {
  const row = await context.db.find(dockets, { id });
  if (row === null) throw new Error(`Docket ${id} has an event but was never opened.`);
  return row;
}

ponder.on("Court:DocketOpened", async ({ event, context }) => {
  const { docket: id, closesAt } = event.args;
  await context.db.insert(dockets).values({
    id,
    pool: poolOfDocket(id),
    round: 0,
    phase: "COLLECTING",
    items: 0,
    feeWei: 0n,
    openedAt: event.block.timestamp,
    closesAt: BigInt(closesAt),
    committee: [],
    committed: 0,
    revealed: 0,
    roots: [],
    attestations: [],
  });
});

ponder.on("Court:DocketClosed", async ({ event, context }) => {
  const { docket: id, round, items, feeWei, moment, seats, seedBlock } = event.args;
  const { closedAt, pool, appealSeconds } = await docketRow(context, id);
  const rules = await context.db.find(pools, { id: pool });
  await context.db.update(dockets, { id }).set({
    phase: "DRAWING",
    // Fixed when the docket first closes, as the contract does it.
    appealSeconds: appealSeconds ?? rules?.appealSeconds ?? null,
    round,
    items,
    feeWei,
    moment: BigInt(moment),
    seats,
    seedBlock: BigInt(seedBlock),
    closedAt: closedAt ?? event.block.timestamp,
    seed: null,
    committeeSize: null,
    committee: [],
    commitEnds: null,
    revealEnds: null,
    committed: 0,
    revealed: 0,
  });
  await record(context, event, { kind: "DOCKET_CLOSED", docket: id, pool: poolOfDocket(id) });
});

ponder.on("Court:DocketDrawn", async ({ event, context }) => {
  const { docket: id, round, seed, committeeSize, commitEnds, revealEnds } = event.args;
  const { pool, seats, moment } = await docketRow(context, id);
  if (seats === null || moment === null) throw new Error(`Docket ${id} was drawn before it was closed.`);
  const committee: Address[] = [];
  for (const position of drawPositions({ seed, docket: id, round, seats, size: committeeSize })) {
    committee.push(await holderAt(context, pool, position, moment));
  }
  await context.db.update(dockets, { id }).set({
    phase: "DRAWN",
    round,
    seed,
    committeeSize,
    committee,
    commitEnds: BigInt(commitEnds),
    revealEnds: BigInt(revealEnds),
  });
  for (const voter of new Set(committee)) {
    const empty = {
      docket: id,
      round,
      pool,
      voter,
      validator: validatorId(pool, voter),
      drawIndexes: drawIndicesOf(committee, voter),
      commitment: null,
      committedAt: null,
      reveals: 0,
      revealed: false,
      revealedAt: null,
      word: null,
      reasons: null,
      coherent: null,
      earnedWei: null,
    };
    // Rounds are counted in eight bits: after 256 without a quorum a number comes again.
    await context.db
      .insert(votes)
      .values({ id: voteId(id, round, voter), ...empty })
      .onConflictDoUpdate(empty);
    const key = { pool, holder: voter, time: event.block.timestamp };
    await changeValidator(context, key, (row) => ({ drawn: row.drawn + 1 }));
  }
  await record(context, event, { kind: "DOCKET_DRAWN", docket: id, pool });
});

ponder.on("Court:Committed", async ({ event, context }) => {
  const { docket: id, voter, commitment } = event.args;
  const { pool, round } = await docketRow(context, id);
  const vote = await context.db.find(votes, { id: voteId(id, round, voter) });
  // Anyone may commit; only the drawn can reveal, so that nothing else counts.
  if (vote === null) return;
  // An update also changes the row that was found: what it was before must be read first.
  const isFirst = vote.commitment === null;
  await context.db.update(votes, { id: vote.id }).set({ commitment, committedAt: event.block.timestamp });
  if (isFirst) {
    await context.db
      .update(dockets, { id })
      .set((row) => ({ committed: row.committed + vote.drawIndexes.length }));
    const key = { pool, holder: voter, time: event.block.timestamp };
    await changeValidator(context, key, (row) => ({ commits: row.commits + 1 }));
  }
  await record(context, event, { kind: "COMMITTED", account: voter, docket: id, pool });
});

ponder.on("Court:Revealed", async ({ event, context }) => {
  const { docket: id, voter, word, reasons } = event.args;
  const { pool, round } = await docketRow(context, id);
  const vote = await context.db.find(votes, { id: voteId(id, round, voter) });
  if (vote === null) throw new Error(`${voter} revealed in docket ${id} without having been drawn.`);
  const time = event.block.timestamp;
  const reveals = vote.reveals + 1;
  // A second reveal means that the first word was a commitment prepared for it: the court counts neither.
  const revealed = reveals === 1;
  const change = revealed ? 1 : vote.revealed ? -1 : 0;
  await context.db.update(votes, { id: vote.id }).set({
    reveals,
    revealed,
    revealedAt: revealed ? time : null,
    word: revealed ? word : null,
    reasons: revealed ? reasons : null,
  });
  await context.db
    .update(dockets, { id })
    .set((row) => ({ revealed: row.revealed + change * vote.drawIndexes.length }));
  await changeValidator(context, { pool, holder: voter, time }, (row) => ({ reveals: row.reveals + change }));
  await record(context, event, { kind: "REVEALED", account: voter, docket: id, pool });
});

ponder.on("Court:Settled", async ({ event, context }) => {
  const { docket: id, verdict, coherent, feeWei } = event.args;
  const docket = await docketRow(context, id);
  const { pool } = docket;
  const time = event.block.timestamp;
  const cast = await votesOf(context, docket);
  const shares = sharesOf(
    feeWei,
    coherent,
    cast.map(({ drawIndexes }) => drawIndexes),
  );
  for (const [index, vote] of cast.entries()) {
    const paid = isPaid(coherent, vote.drawIndexes);
    const earnedWei = shares[index] ?? 0n;
    await context.db.update(votes, { id: vote.id }).set({ coherent: paid, earnedWei });
    await changeValidator(context, { pool, holder: vote.voter, time }, (row) => ({
      coherent: row.coherent + (paid ? 1 : 0),
      absences: row.absences + (vote.revealed ? 0 : 1),
      earnedWei: row.earnedWei + earnedWei,
    }));
    await earn(context, event, { kind: "VOTE", account: vote.voter, amountWei: earnedWei, docket: id });
  }
  const appeal = await context.db.find(appeals, { id });
  if (appeal === null) await applyVerdict(context, docket, verdict, time);
  else await applyAppeal(context, docket, appeal, verdict, time);
  const appealEnds = time + BigInt(docket.appealSeconds ?? 0);
  await context.db.update(dockets, { id }).set({ phase: "SETTLED", verdict, settledAt: time, appealEnds });
  await record(context, event, { kind: "DOCKET_SETTLED", docket: id, pool, amountWei: feeWei });
});

ponder.on("Court:NoQuorum", async ({ event, context }) => {
  const { docket: id } = event.args;
  const docket = await docketRow(context, id);
  const { pool } = docket;
  for (const vote of await votesOf(context, docket)) {
    if (vote.revealed) continue;
    await changeValidator(context, { pool, holder: vote.voter, time: event.block.timestamp }, (row) => ({
      absences: row.absences + 1,
    }));
  }
  await record(context, event, { kind: "NO_QUORUM", docket: id, pool });
});
