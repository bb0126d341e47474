import type { Context } from "ponder:registry";
import {
  type appeal as appeals,
  attestation as attestations,
  datanet as datanets,
  type docket as dockets,
  file as files,
  submission as submissions,
  vote as votes,
} from "ponder:schema";
import { countAccepted, gradeAt, sliceWord } from "@openledger/sdk/grades";
import { reasonOf } from "@openledger/sdk/reasons";
import type { Address } from "viem";
import { fileId, voteId } from "../rules/ids.ts";
import { mostGivenReasons } from "../rules/reasons.ts";

const EXACT_DUPLICATE = reasonOf("exact-duplicate").code;

type Docket = typeof dockets.$inferSelect;
type Submission = typeof submissions.$inferSelect;
type Vote = typeof votes.$inferSelect;

/** The grades of a submission's files, with the reasons (by file) where they are known already. */
type Grading = { grades: bigint; time: bigint; reasons?: ReadonlyMap<number, number> };

/** The votes of a docket's present round, one for each distinct voter, in the order of their draws. */
export async function votesOf(context: Context, docket: Docket): Promise<Vote[]> {
  const voters = new Set<Address>(docket.committee);
  const found = await Promise.all(
    [...voters].map((voter) => context.db.find(votes, { id: voteId(docket.id, docket.round, voter) })),
  );
  return found.filter((vote) => vote !== null);
}

/** Write a docket's verdict into everything that stands in it: grades, and for what was rejected the reasons. */
export async function applyVerdict(
  context: Context,
  docket: Docket,
  verdict: bigint,
  time: bigint,
): Promise<void> {
  const reasons = await reasonsOf(context, docket, verdict);
  for (const root of docket.roots) {
    const submission = await context.db.find(submissions, { root });
    if (submission === null) continue;
    const { position, files: count } = submission;
    const grades = sliceWord(verdict, position, count);
    const ofFiles = new Map([...reasons].map(([item, code]) => [item - position, code]));
    await gradeSubmission(context, submission, { grades, time, reasons: ofFiles });
    await context.db.update(submissions, { root }).set({ state: "SETTLED", grades });
  }
  for (const id of docket.attestations) {
    const attestation = await context.db.find(attestations, { id });
    if (attestation === null) continue;
    await context.db.update(attestations, { id }).set({
      state: "SETTLED",
      grade: gradeAt(verdict, attestation.position),
      reason: reasons.get(attestation.position) ?? null,
      settledAt: time,
    });
  }
}

/** Write an appeal's verdict over what stood there before it. */
export async function applyAppeal(
  context: Context,
  docket: Docket,
  appeal: typeof appeals.$inferSelect,
  verdict: bigint,
  time: bigint,
): Promise<void> {
  const reasons = await reasonsOf(context, docket, verdict);
  if (appeal.root !== null) {
    const submission = await context.db.find(submissions, { root: appeal.root });
    if (submission === null) throw new Error(`An appeal names ${appeal.root}, which was never submitted.`);
    await gradeSubmission(context, submission, { grades: verdict, time, reasons });
    await context.db.update(submissions, { root: appeal.root }).set({ grades: verdict });
  }
  if (appeal.attestation !== null) {
    await context.db
      .update(attestations, { id: appeal.attestation })
      .set({ grade: gradeAt(verdict, 0), reason: reasons.get(0) ?? null, settledAt: time });
  }
}

/** For each rejected item of a docket the reason that most voters gave. */
async function reasonsOf(context: Context, docket: Docket, verdict: bigint): Promise<Map<number, number>> {
  const revealed = (await votesOf(context, docket)).flatMap((vote) =>
    vote.word === null || vote.reasons === null
      ? []
      : [{ word: vote.word, reasons: vote.reasons, weight: vote.drawIndexes.length }],
  );
  return new Map(mostGivenReasons(verdict, docket.items, revealed));
}

/** The reason of a file that the court accepted and somebody showed to be a duplicate. */
function duplicateReason({ duplicateOf }: typeof files.$inferSelect): number | null {
  return duplicateOf === null ? null : EXACT_DUPLICATE;
}

/** Grade the files of a submission, and move its Datanet's counts from what they were to what they are now. */
export async function gradeSubmission(
  context: Context,
  submission: Submission,
  grading: Grading,
): Promise<void> {
  const { root, datanet, files: count, grades: before } = submission;
  const { grades, time, reasons } = grading;
  if (before === grades) return;
  for (let index = 0; index < count; index++) {
    const grade = gradeAt(grades, index);
    await context.db.update(files, { id: fileId(root, index) }).set((row) => ({
      grade,
      state: grade === 0 ? "REJECTED" : "ACCEPTED",
      reason: grade === 0 ? (reasons?.get(index) ?? row.reason ?? duplicateReason(row)) : null,
      judgedAt: time,
    }));
  }
  const accepted = countAccepted(grades, count);
  const acceptedBefore = before === null ? 0 : countAccepted(before, count);
  const judgedBefore = before === null ? 0 : count;
  await context.db.update(datanets, { id: datanet }).set((row) => ({
    filesPending: row.filesPending - (count - judgedBefore),
    filesAccepted: row.filesAccepted + accepted - acceptedBefore,
    filesRejected: row.filesRejected + (count - accepted) - (judgedBefore - acceptedBefore),
  }));
}
