/** Plays the demo through a running stack, one act after the other, and sums it up. */
import type { Hex } from "viem";
import { nameOf } from "../stack/accounts.ts";
import type { Stack } from "../stack/stack.ts";
import { appealRejection, type DecidedAppeal } from "./appeal.ts";
import { ContributionAct } from "./contributions.ts";
import { converse } from "./conversation.ts";
import { claimEarnings, leaderboard, paidToContributors, type Standing } from "./money.ts";
import { DemoRecord } from "./record.ts";
import { followJob, postJob } from "./training.ts";
import { followSubmissions, type JudgedSubmission } from "./verdicts.ts";
import { datanets } from "./world.ts";

/** What a run of the demo comes to, for machines. */
export interface Summary {
  seconds: number;
  submissions: number;
  /** `byReason` counts the rejected files by reason; they sum to `rejected`. */
  files: { accepted: number; rejected: number; byReason: Record<string, number> };
  /** The rejected files that were refused as copies before any signature. */
  duplicatesRefused: number;
  /** The rejected files that were over a daily limit. */
  quotaRefused: number;
  /** The verdict that somebody had judged anew. */
  appeal: DecidedAppeal;
  paidWei: string;
  leaderboard: Standing[];
  job: {
    id: number;
    family: string;
    method: string;
    lossBefore: number;
    lossAfter: number;
    steps: number;
    checkedBy: Hex[];
    settled: boolean;
  };
  model: { id: number; release: number; adapterSha256: Hex };
  chat: { question: string; base: string; tuned: string };
}

/** Seats that judge what nobody appeals. */
const usualCommittee = 5;

const quotaReasons = ["quota-files", "quota-bytes", "too-large", "too-many-files"];

/**
 * Plays every act that has not been played, and repeats nothing that has.
 * @param trainersReady Resolves when trainers and chat run.
 */
export async function play(
  stack: Stack,
  directory: string,
  trainersReady: Promise<void>,
  tell: (line: string) => void,
): Promise<Omit<Summary, "seconds">> {
  const { urls, client } = stack;
  const record = new DemoRecord(directory);
  if (record.has("training"))
    tell("The demo was played before; this is what the chain and the index say of it.");

  const contributions = await record.once("contributions", () =>
    new ContributionAct(urls.gateway, client, tell).play(),
  );
  const names = new Map(Object.entries(contributions.sent) as [Hex, string[]][]);
  const [judged, appeal] = await Promise.all([
    record.once("verdicts", () => followSubmissions(urls.indexer, names, tell)),
    record.once("appeal", () => appealRejection(client, urls.indexer, [...names.keys()], tell)),
  ]);
  await claimEarnings(client, tell);
  const standings = await leaderboard(client, urls.indexer);
  tellLeaderboard(standings, tell);

  await trainersReady;
  const posted = await record.once("job", () => postJob(client, urls, 1, tell));
  const finished = await record.once("training", () => followJob(urls, posted.id, tell));
  const chat = await converse(urls.gateway, finished.release);
  tell(`Question: ${chat.question}`);
  tell(`  base:  ${JSON.stringify(chat.base)}`);
  tell(`  tuned: ${JSON.stringify(chat.tuned)}`);

  const byReason = countReasons(
    contributions.refused.map(({ key }) => key),
    judged,
  );
  const sum = (keys: string[]) => keys.reduce((total, key) => total + (byReason[key] ?? 0), 0);
  return {
    submissions: judged.length,
    files: {
      accepted: judged.flatMap(({ files }) => files).filter(({ grade }) => grade > 0).length,
      rejected: Object.values(byReason).reduce((total, count) => total + count, 0),
      byReason,
    },
    duplicatesRefused: sum(["exact-duplicate"]),
    quotaRefused: sum(quotaReasons),
    appeal,
    paidWei: (await paidToContributors(client)).toString(),
    leaderboard: standings,
    job: {
      id: posted.id,
      family: posted.family,
      method: posted.method,
      lossBefore: finished.lossBefore,
      lossAfter: finished.lossAfter,
      steps: finished.steps,
      checkedBy: finished.checkedBy,
      settled: finished.settled,
    },
    model: { id: finished.model, release: finished.release, adapterSha256: finished.adapterSha256 },
    chat,
  };
}

function countReasons(refused: string[], judged: JudgedSubmission[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const rejected = judged.flatMap(({ files }) => files).filter(({ grade }) => grade === 0);
  for (const key of [...refused, ...rejected.map(({ reason }) => reason ?? "unknown")])
    counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function tellLeaderboard(standings: Standing[], tell: (line: string) => void): void {
  for (const datanet of datanets) {
    tell(`Leaderboard of Datanet ${datanet.id}, ${datanet.name}:`);
    for (const [index, row] of standings.filter((standing) => standing.datanet === datanet.id).entries())
      tell(
        `  ${index + 1}. ${nameOf(row.address)}: score ${(row.scoreBps / 100).toFixed(2)} %, ${row.accepted} of ${row.judged} accepted, ${row.points} points`,
      );
  }
}

/** What keeps a run of the demo from being whole; empty when every step held. */
export function faultsOf(summary: Omit<Summary, "seconds">): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, sentence: string) => {
    if (!holds) faults.push(sentence);
  };
  const { files, job, chat } = summary;
  must(files.accepted >= 30, `Only ${files.accepted} files were accepted.`);
  for (const reason of [
    "wrong-type",
    "disguised",
    "empty",
    "exact-duplicate",
    "quota-files",
    "too-large",
    "bad-signature",
    "not-language",
    "silent",
  ])
    must((files.byReason[reason] ?? 0) > 0, `Nothing was turned away as "${reason}".`);
  must((files.byReason.unknown ?? 0) === 0, "A file was turned away without a reason.");
  must(
    summary.appeal.committeeSize > usualCommittee,
    `The appeal was judged by ${summary.appeal.committeeSize} voters.`,
  );
  must(BigInt(summary.paidWei) > 0n, "Nobody was paid.");
  must(summary.leaderboard.length >= 6, "The leaderboard lacks contributors.");
  must(job.settled, "The job was not settled.");
  must(job.checkedBy.length >= 3, `The attestation was checked by ${job.checkedBy.length} trainers.`);
  must(
    job.lossAfter < job.lossBefore * 0.85,
    `The held-out loss went only from ${job.lossBefore} to ${job.lossAfter}.`,
  );
  must(summary.model.release > 0, "No model was released.");
  must(chat.tuned.trim().length > 0 && chat.tuned !== chat.base, "The tuned answer is the base's.");
  return faults;
}
