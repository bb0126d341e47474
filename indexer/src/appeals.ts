import { ponder } from "ponder:registry";
import {
  appeal as appeals,
  attestation as attestations,
  docket as dockets,
  pool as pools,
  submission as submissions,
} from "ponder:schema";
import { and, eq } from "ponder";
import { attestationId } from "../rules/ids.ts";
import { earn } from "./money.ts";
import { record } from "./record.ts";

/** A second appeal's verdict is final at once. */
const LAST_LEVEL = 2;

ponder.on("Court:Appealed", async ({ event, context }) => {
  const { appeal: id, docket, position, items, level, appellant, bondWei, feeWei } = event.args;
  const first = await context.db.find(dockets, { id: docket });
  if (first === null) throw new Error(`Docket ${docket} was appealed but never opened.`);
  const { pool } = first;
  const rules = await context.db.find(pools, { id: pool });
  const [submission] = await context.db.sql
    .select({ root: submissions.root })
    .from(submissions)
    .where(and(eq(submissions.docket, docket), eq(submissions.position, position)))
    .limit(1);
  const root = submission?.root ?? null;
  const found = await context.db.find(attestations, { id: attestationId(docket, position) });
  const attestation = found?.id ?? null;
  const time = event.block.timestamp;
  await context.db.insert(dockets).values({
    id,
    pool,
    round: 0,
    phase: "DRAWING",
    items,
    feeWei,
    openedAt: time,
    closesAt: time,
    closedAt: time,
    committee: [],
    committed: 0,
    revealed: 0,
    appealSeconds: level === LAST_LEVEL ? 0 : (rules?.appealSeconds ?? null),
    level,
    roots: root === null ? [] : [root],
    attestations: attestation === null ? [] : [attestation],
  });
  await context.db.insert(appeals).values({
    id,
    docket,
    position,
    items,
    level,
    appellant,
    bondWei,
    feeWei,
    root,
    attestation,
    openedAt: time,
    transaction: event.transaction.hash,
  });
  if (root !== null) await context.db.update(submissions, { root }).set({ appeal: id });
  if (attestation !== null) await context.db.update(attestations, { id: attestation }).set({ appeal: id });
  await record(context, event, {
    kind: "APPEALED",
    account: appellant,
    docket: id,
    pool,
    root,
    job: found?.job ?? null,
    amountWei: bondWei,
  });
});

ponder.on("Court:AppealDecided", async ({ event, context }) => {
  const { appeal: id, changed, bondWei } = event.args;
  const row = await context.db.find(appeals, { id });
  if (row === null) throw new Error(`Appeal ${id} was decided but never made.`);
  await context.db.update(appeals, { id }).set({ changed, decidedAt: event.block.timestamp });
  if (changed) {
    await earn(context, event, { kind: "BOND", account: row.appellant, amountWei: bondWei, docket: id });
  }
  await record(context, event, {
    kind: "APPEAL_DECIDED",
    account: row.appellant,
    docket: id,
    root: row.root,
    amountWei: changed ? bondWei : 0n,
  });
});
