import { type Context, ponder } from "ponder:registry";
import {
  datanet as datanets,
  docket as dockets,
  file as files,
  standing as standings,
  submission as submissions,
} from "ponder:schema";
import { type Address, zeroHash } from "viem";
import { addItems } from "../rules/docketItems.ts";
import { fileId, standingId } from "../rules/ids.ts";
import { rankOf } from "../rules/rank.ts";
import { addVerdict } from "../rules/standing.ts";
import { contributorOf } from "./keys.ts";
import { earn } from "./money.ts";
import { placeOf, record } from "./record.ts";
import { gradeSubmission } from "./verdict.ts";

/** The most points that a file can earn; so much is reserved for it until its verdict. */
const MOST_POINTS = 3n;

ponder.on("Datanets:DatanetCreated", async ({ event, context }) => {
  const { datanet, owner, pool, rewardWei, feeWei, name, licence, guidelines } = event.args;
  await context.db.insert(datanets).values({
    id: datanet,
    owner,
    pool,
    name,
    licence,
    guidelines,
    open: true,
    terms: 1,
    rewardWei,
    feeWei,
    versionCount: 0,
    versionHead: zeroHash,
    fundedWei: 0n,
    availableWei: 0n,
    reservedWei: 0n,
    paidWei: 0n,
    submissions: 0,
    filesPending: 0,
    filesAccepted: 0,
    filesRejected: 0,
    contributors: 0,
    createdAt: event.block.timestamp,
  });
  await record(context, event, { kind: "DATANET_CREATED", account: owner, pool, datanet });
});

/** A Datanet that an event speaks of. */
async function datanetRow(context: Context, id: number): Promise<typeof datanets.$inferSelect> {
  const row = await context.db.find(datanets, { id });
  if (row === null) throw new Error(`Datanet ${id} has an event but was never created.`);
  return row;
}

ponder.on("Datanets:DatanetOpenSet", async ({ event, context }) => {
  await context.db.update(datanets, { id: event.args.datanet }).set({ open: event.args.open });
});

ponder.on("Datanets:TermsSet", async ({ event, context }) => {
  const { datanet, terms, licence, guidelines } = event.args;
  const { owner } = await datanetRow(context, datanet);
  await context.db.update(datanets, { id: datanet }).set({ terms, licence, guidelines });
  await record(context, event, { kind: "TERMS_SET", account: owner, datanet });
});

ponder.on("Datanets:ContributorListSet", async ({ event, context }) => {
  const { datanet, listRoot } = event.args;
  await context.db
    .update(datanets, { id: datanet })
    .set({ contributorList: listRoot === zeroHash ? null : listRoot });
});

ponder.on("Datanets:DuplicateProven", async ({ event, context }) => {
  const { root, earlierRoot, finder, index, earlierIndex } = event.args;
  await context.db
    .update(files, { id: fileId(root, index) })
    .set({ duplicateOf: fileId(earlierRoot, earlierIndex), finder });
  await record(context, event, { kind: "DUPLICATE_PROVEN", account: finder, root });
});

ponder.on("Datanets:DuplicateZeroed", async ({ event, context }) => {
  const { finder, bountyWei, root } = event.args;
  const submission = await context.db.find(submissions, { root });
  const datanet = submission?.datanet;
  const { payee } = await contributorOf(context, finder);
  await earn(context, event, { kind: "FINDER", account: payee, amountWei: bountyWei, datanet });
  if (datanet === undefined) return;
  await context.db.update(datanets, { id: datanet }).set((row) => ({
    paidWei: row.paidWei + bountyWei,
    availableWei: row.availableWei - bountyWei,
  }));
});

ponder.on("Datanets:Submitted", async ({ event, context }) => {
  const {
    root,
    datanet,
    contributor,
    docket,
    position,
    files: count,
    sizeBytes,
    terms,
    manifestDigest,
  } = event.args;
  const time = event.block.timestamp;
  const { block, transaction } = placeOf(event);
  const { feeWei } = await datanetRow(context, datanet);
  await context.db.insert(submissions).values({
    root,
    datanet,
    contributor,
    docket,
    position,
    files: count,
    sizeBytes: BigInt(sizeBytes),
    terms,
    manifestDigest,
    state: "JUDGING",
    submittedAt: time,
    block,
    transaction,
  });
  await context.db.insert(files).values(
    Array.from({ length: count }, (_, index) => ({
      id: fileId(root, index),
      root,
      index,
      datanet,
      contributor,
      docket,
      position: position + index,
      state: "JUDGING" as const,
      submittedAt: time,
    })),
  );
  await context.db.update(dockets, { id: docket }).set((row) => ({
    ...addItems(row, { position, count, feeWei: feeWei * BigInt(count) }),
    roots: [...row.roots, root],
  }));
  const { identity } = await contributorOf(context, contributor);
  const isNew = await countSubmission(context, datanet, identity);
  await context.db.update(datanets, { id: datanet }).set((row) => {
    const feesWei = row.feeWei * BigInt(count);
    const reservedWei = row.rewardWei * MOST_POINTS * BigInt(count);
    return {
      submissions: row.submissions + 1,
      filesPending: row.filesPending + count,
      contributors: row.contributors + (isNew ? 1 : 0),
      availableWei: row.availableWei - reservedWei - feesWei,
      reservedWei: row.reservedWei + reservedWei,
    };
  });
  await record(context, event, { kind: "SUBMITTED", account: contributor, datanet, root, docket });
});

/** Count one more submission of a contributor. True when it is the first in this Datanet. */
async function countSubmission(context: Context, datanet: number, contributor: Address): Promise<boolean> {
  const isNew = await makeStanding(context, datanet, contributor);
  await context.db
    .update(standings, { id: standingId(datanet, contributor) })
    .set((row) => ({ submissions: row.submissions + 1 }));
  return isNew;
}

/** Make a contributor's row in a Datanet where there is none. True when there was none. */
async function makeStanding(context: Context, datanet: number, contributor: Address): Promise<boolean> {
  const id = standingId(datanet, contributor);
  const row = await context.db.find(standings, { id });
  if (row !== null) return false;
  await context.db.insert(standings).values({
    id,
    datanet,
    contributor,
    scoreBps: 0,
    rank: 0n,
    submissions: 0,
    judged: 0,
    accepted: 0,
    days: 0,
    lastDay: 0,
    points: 0n,
    earnedWei: 0n,
    reachedAt: 0n,
  });
  return true;
}

ponder.on("Datanets:Finalized", async ({ event, context }) => {
  const { root, datanet, contributor, grades, rewardWei, scoreBps, versionCount, versionHead } = event.args;
  const time = event.block.timestamp;
  const submission = await context.db.find(submissions, { root });
  if (submission === null) throw new Error(`Finalized a submission that was never made: ${root}.`);
  await gradeSubmission(context, submission, { grades, time });
  await context.db.update(submissions, { root }).set({
    state: "FINALIZED",
    grades,
    rewardWei,
    finalizedAt: time,
    ...(grades === 0n ? {} : { versionCount, versionHead }),
  });
  await context.db.update(datanets, { id: datanet }).set((row) => {
    const reservedWei = row.rewardWei * MOST_POINTS * BigInt(submission.files);
    return {
      versionCount,
      versionHead,
      paidWei: row.paidWei + rewardWei,
      reservedWei: row.reservedWei - reservedWei,
      availableWei: row.availableWei + reservedWei - rewardWei,
    };
  });
  const { identity, payee } = await contributorOf(context, contributor);
  // Submitted under a key that joined the line later: its own count stands apart.
  await makeStanding(context, datanet, identity);
  await context.db.update(standings, { id: standingId(datanet, identity) }).set((row) => {
    const tally = addVerdict(row, grades, submission.files, time);
    const reachedAt = scoreBps > row.scoreBps ? time : row.reachedAt;
    return {
      ...tally,
      scoreBps,
      reachedAt,
      rank: rankOf({ scoreBps, days: tally.days, reachedAt }),
      earnedWei: row.earnedWei + rewardWei,
    };
  });
  await earn(context, event, { kind: "DATA", account: payee, amountWei: rewardWei, datanet });
  await record(context, event, {
    kind: "FINALIZED",
    account: contributor,
    datanet,
    root,
    docket: submission.docket,
    amountWei: rewardWei,
  });
});
