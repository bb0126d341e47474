import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { eventsInRange } from "@openledger/sdk/client/eventsInRange";
import { gradeAt } from "@openledger/sdk/grades";
import type { Address, Hex } from "viem";
import { Phase } from "../../../node/src/voting/docketBook.ts";
import type { Handed } from "./contributions.ts";
import type { Stage } from "./stage.ts";
import { forEachAtOnce } from "./statistics.ts";

/** A vote that was committed in a round and not revealed in it. */
interface Unrevealed {
  docket: number;
  round: number;
  voter: Address;
  /** The window in which it could have been revealed, in seconds of chain time. */
  from: number;
  to: number;
}

/** What the court's events say of votes and verdicts. */
export interface VotesFound {
  dockets: number;
  rounds: number;
  committed: number;
  revealed: number;
  unrevealed: Unrevealed[];
  /** Drawn and not committed: a penalty, but no lost vote. */
  absent: number;
  roundsWithoutQuorum: number;
  /** Dockets with other than one verdict. */
  faults: string[];
}

/** Reads all votes of the court. */
export async function readVotes(stage: Stage): Promise<VotesFound> {
  const { client, addresses } = stage;
  const where = {
    address: addresses.court,
    abi: courtAbi,
    fromBlock: BigInt(addresses.deploymentBlock),
    toBlock: await client.getBlockNumber(),
  } as const;
  const [drawn, committed, revealed, settled, noQuorum] = await Promise.all([
    eventsInRange(client, { ...where, eventName: "DocketDrawn" }),
    eventsInRange(client, { ...where, eventName: "Committed" }),
    eventsInRange(client, { ...where, eventName: "Revealed" }),
    eventsInRange(client, { ...where, eventName: "Settled" }),
    eventsInRange(client, { ...where, eventName: "NoQuorum" }),
  ]);
  const found: VotesFound = {
    dockets: 0,
    rounds: drawn.length,
    committed: 0,
    revealed: revealed.length,
    unrevealed: [],
    absent: 0,
    roundsWithoutQuorum: noQuorum.length,
    faults: [],
  };
  for (const [index, { args, blockNumber }] of drawn.entries()) {
    const { docket, round, commitEnds, revealEnds, committeeSize } = args;
    const next = drawn.slice(index + 1).find((later) => later.args.docket === docket)?.blockNumber;
    const inRound = (event: { args: { docket: number }; blockNumber: bigint }) =>
      event.args.docket === docket &&
      event.blockNumber >= blockNumber &&
      (next === undefined || event.blockNumber < next);
    const voters = new Set(committed.filter(inRound).map((event) => event.args.voter));
    const opened = new Set(revealed.filter(inRound).map((event) => event.args.voter));
    found.committed += voters.size;
    found.absent += Math.max(0, committeeSize - voters.size);
    // All were heard, and the verdict came before the window's end.
    for (const voter of voters) {
      if (!opened.has(voter))
        found.unrevealed.push({ docket, round, voter, from: commitEnds, to: revealEnds });
    }
  }
  const dockets = new Set(drawn.map(({ args }) => args.docket));
  found.dockets = dockets.size;
  for (const docket of dockets) {
    const count = settled.filter(({ args }) => args.docket === docket).length;
    if (count !== 1) found.faults.push(`Docket ${docket} was settled ${count} times.`);
  }
  return found;
}

/** What became of submissions, from the events. */
export interface Finals {
  finalized: number;
  files: number;
  accepted: number;
  rejected: number;
  faults: string[];
}

/** Every submission must be finalized exactly once. */
export async function readFinals(stage: Stage, handed: readonly Handed[]): Promise<Finals> {
  const { client, addresses } = stage;
  const events = await eventsInRange(client, {
    address: addresses.datanets,
    abi: datanetsAbi,
    eventName: "Finalized",
    fromBlock: BigInt(addresses.deploymentBlock),
    toBlock: await client.getBlockNumber(),
  });
  const finals: Finals = { finalized: 0, files: 0, accepted: 0, rejected: 0, faults: [] };
  for (const { root, contributor } of handed) {
    const own = events.filter(({ args }) => args.root === root);
    if (own.length !== 1) finals.faults.push(`Submission ${root} was finalized ${own.length} times.`);
    const grades = own[0]?.args.grades;
    if (grades === undefined) continue;
    finals.finalized += 1;
    finals.files += contributor.files.length;
    for (const index of contributor.files.keys()) {
      if (gradeAt(grades, index) > 0) finals.accepted += 1;
      else finals.rejected += 1;
    }
  }
  return finals;
}

/** Asked at once of the chain's node. */
const READS_AT_ONCE = 16;

/** Those of these submissions that are not finalized at the moment, with their dockets. */
export async function unfinalizedOf(
  stage: Pick<Stage, "client" | "addresses">,
  roots: readonly Hex[],
): Promise<{ root: Hex; docket: number }[]> {
  const { client, addresses } = stage;
  const states = await forEachAtOnce(roots, READS_AT_ONCE, async (root) => {
    const { finalized, docket } = await client.readContract({
      address: addresses.datanets,
      abi: datanetsAbi,
      functionName: "submissionOf",
      args: [root],
    });
    return { root, docket, finalized };
  });
  return states.filter(({ finalized }) => !finalized);
}

/** What these dockets are waiting for, in a sentence each. */
export async function explainDockets(
  stage: Pick<Stage, "client" | "addresses">,
  dockets: readonly number[],
): Promise<string[]> {
  const { client, addresses } = stage;
  const { timestamp } = await client.getBlock();
  return forEachAtOnce([...new Set(dockets)], READS_AT_ONCE, async (docket) => {
    const { phase, round, items, commitEnds, revealEnds, appealEnds } = await client.readContract({
      address: addresses.court,
      abi: courtAbi,
      functionName: "docketOf",
      args: [docket],
    });
    const name = Object.entries(Phase).find(([, number]) => number === phase)?.[0] ?? String(phase);
    return `Docket ${docket} with ${items} items is ${name.toLowerCase()} in round ${round} at ${timestamp}; windows end at ${commitEnds}, ${revealEnds} and ${appealEnds}.`;
  });
}
