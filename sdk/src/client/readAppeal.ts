import { type Address, type Client, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { courtAbi } from "../abi/court.ts";
import type { Addresses } from "../addresses.ts";
import { type Grade, unpackWord } from "../grades.ts";
import { eventsInRange } from "./eventsInRange.ts";
import { readDocket } from "./readDocket.ts";

type Where = { addresses: Pick<Addresses, "court"> };

/** Items that a claimant brought together: those of a submission, or an attestation. */
export type Items = { docket: number; position: number; files: number };

/** How items stand before the court. */
export type Standing = {
  /** Whether there is a verdict. */
  settled: boolean;
  /** Whether nobody can change it any more. */
  isFinal: boolean;
  /** The latest verdict's, in the order of the items; empty without one. */
  grades: Grade[];
  /** The docket that judged them last or judges them now: their own, or that of their last appeal. */
  judgedIn: number;
  /** 0 while nobody appealed, then the level of the last appeal. */
  level: number;
  /** First second at which an appeal is too late; undefined while a verdict is awaited. */
  appealEnds: number | undefined;
};

/** An appeal: the docket of its number judges the same items anew. */
export type Appeal = {
  appeal: number;
  /** Where the items were judged first, and the place of the first of them there. */
  docket: number;
  position: number;
  /** 1 or 2. */
  level: number;
  appellant: Address;
  bondWei: bigint;
};

/** An appeal as its event tells it. */
export type Appealed = Appeal & { items: number; feeWei: bigint; blockNumber: bigint };

/**
 * How items stand: the latest verdict, whether it is final, and until when it can be appealed.
 *
 * @example
 * const { isFinal, grades, appealEnds } = await readStanding(client, { addresses, items: submission });
 */
export async function readStanding(
  client: Client,
  { addresses, items }: Where & { items: Items },
): Promise<Standing> {
  const court = { address: addresses.court, abi: courtAbi } as const;
  const { docket, position, files } = items;
  const [[settled, isFinal, word], latest] = await Promise.all([
    readContract(client, { ...court, functionName: "standingOf", args: [docket, position, files] }),
    readContract(client, { ...court, functionName: "latestAppeal", args: [docket, position] }),
  ]);
  const judgedIn = latest === 0 ? docket : latest;
  const [{ phase, appealEnds }, appeal] = await Promise.all([
    readDocket(client, { addresses, docket: judgedIn }),
    latest === 0 ? undefined : readAppeal(client, { addresses, appeal: latest }),
  ]);
  return {
    settled,
    isFinal,
    grades: settled ? unpackWord(word, files) : [],
    judgedIn,
    level: appeal?.level ?? 0,
    appealEnds: phase === "SETTLED" ? appealEnds : undefined,
  };
}

/**
 * One appeal.
 *
 * @returns undefined when there is none of that number.
 */
export async function readAppeal(
  client: Client,
  { addresses, appeal }: Where & { appeal: number },
): Promise<Appeal | undefined> {
  const { level, ...state } = await readContract(client, {
    address: addresses.court,
    abi: courtAbi,
    functionName: "appealOf",
    args: [appeal],
  });
  return state.appellant === zeroAddress ? undefined : { appeal, level, ...state };
}

/** Appeals made between two blocks, in the order of the chain; those of one docket's items, when asked. */
export async function readAppealed(
  client: Client,
  parameters: Where & { fromBlock: bigint; toBlock: bigint; docket?: number },
): Promise<Appealed[]> {
  const { addresses, fromBlock, toBlock, docket } = parameters;
  const events = await eventsInRange(client, {
    address: addresses.court,
    abi: courtAbi,
    eventName: "Appealed",
    ...(docket === undefined ? {} : { args: { docket } }),
    fromBlock,
    toBlock,
  });
  return events.map(({ args, blockNumber }) => ({ ...args, blockNumber }));
}

/** What the voters of coming appeals are paid from. */
export function readAppealPot(client: Client, { addresses }: Where): Promise<bigint> {
  return readContract(client, { address: addresses.court, abi: courtAbi, functionName: "appealPotWei" });
}
