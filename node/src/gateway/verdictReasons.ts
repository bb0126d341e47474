import { courtAbi } from "@openledger/sdk/abi/court";
import { eventsInRange } from "@openledger/sdk/client/eventsInRange";
import { readAppealed, type Standing } from "@openledger/sdk/client/readAppeal";
import { readDocket } from "@openledger/sdk/client/readDocket";
import { gradeAt, unpackReasons } from "@openledger/sdk/grades";
import { mostFrequentReason } from "@openledger/sdk/reasons";
import type { Chain } from "../chain/chain.ts";
import type { RelayedSubmission } from "./submissionStore.ts";

/** For each rejected file, by index, the reason that most of those who rejected it gave. */
export async function reasonsOf(
  chain: Chain,
  submission: Pick<RelayedSubmission, "docket" | "position">,
  { grades, judgedIn, appealEnds }: Standing,
): Promise<Map<number, number>> {
  const reasons = new Map<number, number>();
  if (grades.every((grade) => grade > 0)) return reasons;
  const { addresses, client } = chain;
  const { docket: first = 0, position = 0 } = submission;
  const toBlock = (await chain.head()).number;
  const deployed = BigInt(addresses.deploymentBlock);
  // While an appeal is judged, the verdict is the one before it.
  const isAwaited = judgedIn !== first && appealEnds === undefined;
  const where = { addresses, docket: first, fromBlock: deployed, toBlock };
  const earlier = isAwaited
    ? (await readAppealed(client, where)).filter((appeal) => appeal.position === position)
    : [];
  const judge = isAwaited ? (earlier.at(-2)?.appeal ?? first) : judgedIn;
  const docket = await readDocket(client, { addresses, docket: judge });
  const events = { address: addresses.court, abi: courtAbi, args: { docket: judge }, toBlock } as const;
  const drawn = await eventsInRange(client, { ...events, eventName: "DocketDrawn", fromBlock: deployed });
  // Votes of a round without a quorum count for nothing.
  const fromBlock = drawn.findLast(({ args }) => args.round === docket.round)?.blockNumber ?? deployed;
  const votes = await eventsInRange(client, { ...events, eventName: "Revealed", fromBlock });
  // An appeal's items are counted from 0.
  const start = judge === first ? position : 0;
  for (const [index, grade] of grades.entries()) {
    if (grade > 0) continue;
    const item = start + index;
    const codes = votes
      .filter(({ args }) => gradeAt(args.word, item) === 0)
      .map(({ args }) => unpackReasons(args.word, docket.items, args.reasons).get(item))
      .filter((code) => code !== undefined);
    const reason = mostFrequentReason(codes);
    if (reason !== undefined) reasons.set(index, reason.code);
  }
  return reasons;
}
