import { validators } from "../../../scripts/stack/accounts.ts";
import type { ChainClock } from "./chainClock.ts";
import { compareContent, compareWithChain, type Handed, type Losses, sumLosses } from "./contributions.ts";
import type { Outages } from "./outages.ts";
import { Requests } from "./requests.ts";
import type { Stage } from "./stage.ts";
import { forEachAtOnce } from "./statistics.ts";
import { type Finals, readFinals, readVotes, type VotesFound } from "./verdicts.ts";

/** A vote that was not revealed, and the longest time that there was for it without an outage. */
interface MissedReveal {
  docket: number;
  round: number;
  voter: string;
  workingSeconds: number;
}

/** What is left when everything works again. */
export interface Aftermath {
  /** On the chain, and at the gateway. */
  losses: Losses;
  /** What each process does not hold, or holds with other bytes. */
  held: Record<string, Losses>;
  votes: Omit<VotesFound, "unrevealed"> & { unrevealed: MissedReveal[] };
  /** Votes that were not revealed although their owner could have, with the time that there was. */
  unrevealedWithoutExcuse: MissedReveal[];
  finals: Finals;
  /** How many files were rejected for which reason. */
  rejectedFor: Record<string, number>;
}

/** After a start, a voter needs this long to look, to send, and to be mined in a block that comes every two seconds. */
const REVEAL_SECONDS = 8;
const AT_ONCE = 8;
const ANSWER_SECONDS = 30;

/** Looks whether anything is missing. */
export async function findAftermath(
  stage: Stage,
  handed: readonly Handed[],
  { outages, clock }: { outages: Outages; clock: Pick<ChainClock, "clockAt"> },
): Promise<Aftermath> {
  const held: Record<string, Losses> = {};
  for (const [name, url] of [["gateway", stage.gatewayUrl] as const, ...stage.validatorUrls]) {
    const requests = new Requests(url, ANSWER_SECONDS);
    held[name] = sumLosses(await forEachAtOnce(handed, AT_ONCE, (one) => compareContent(requests, one)));
  }
  const losses = sumLosses([await compareWithChain(stage, handed), held.gateway as Losses]);
  const { unrevealed, ...votes } = await readVotes(stage);
  const missed = unrevealed.map(({ docket, round, voter, from, to }): MissedReveal => {
    const name =
      validators.find(({ account }) => account.address.toLowerCase() === voter.toLowerCase())?.name ?? voter;
    const working = outages.longestWorking([name, "chain"], clock.clockAt(from), clock.clockAt(to));
    return { docket, round, voter: name, workingSeconds: Math.round(working / 100) / 10 };
  });
  return {
    losses,
    held,
    votes: { ...votes, unrevealed: missed },
    unrevealedWithoutExcuse: missed.filter(({ workingSeconds }) => workingSeconds >= REVEAL_SECONDS),
    finals: await readFinals(stage, handed),
    rejectedFor: await reasonsOf(new Requests(stage.gatewayUrl, ANSWER_SECONDS), handed),
  };
}

async function reasonsOf(requests: Requests, handed: readonly Handed[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  await forEachAtOnce(handed, AT_ONCE, async ({ root }) => {
    const { files } = await requests.status(root);
    for (const { grade, reason } of files) {
      const key = reason?.key ?? "unknown";
      if (grade === 0) counts[key] = (counts[key] ?? 0) + 1;
    }
  });
  return counts;
}
