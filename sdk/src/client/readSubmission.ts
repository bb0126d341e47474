import { type Address, type Client, type Hex, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { courtAbi } from "../abi/court.ts";
import { datanetsAbi } from "../abi/datanets.ts";
import type { Addresses } from "../addresses.ts";
import { type Grade, unpackWord } from "../grades.ts";
import { eventsInRange } from "./eventsInRange.ts";

/** A submission as the contract keeps it. Its files are items `position` to `position + files - 1` of the docket. */
export type SubmissionState = {
  root: Hex;
  contributor: Address;
  datanet: number;
  docket: number;
  position: number;
  files: number;
  finalized: boolean;
  /** Whether a file of it was shown to be a duplicate. */
  hasDuplicates: boolean;
};

/**
 * One submission.
 *
 * @returns undefined when the root is not on the chain.
 */
export async function readSubmission(
  client: Client,
  parameters: { addresses: Pick<Addresses, "datanets">; root: Hex },
): Promise<SubmissionState | undefined> {
  const state = await readContract(client, {
    address: parameters.addresses.datanets,
    abi: datanetsAbi,
    functionName: "submissionOf",
    args: [parameters.root],
  });
  return state.contributor === zeroAddress ? undefined : { root: parameters.root, ...state };
}

/**
 * The final grades of a submission's files, in the order of the files.
 *
 * @throws ContractFunctionExecutionError `NotFinal` before the last verdict, `StillAppealable` until nobody can change
 * it any more; `readStanding` tells the latest verdict without waiting.
 */
export async function readGrades(
  client: Client,
  parameters: {
    addresses: Pick<Addresses, "court">;
    submission: Pick<SubmissionState, "docket" | "position" | "files">;
  },
): Promise<Grade[]> {
  const { addresses, submission } = parameters;
  const word = await readContract(client, {
    address: addresses.court,
    abi: courtAbi,
    functionName: "gradesOf",
    args: [submission.docket, submission.position, submission.files],
  });
  return unpackWord(word, submission.files);
}

/** Submissions mined between two blocks, in the order of the chain, as their events tell them. */
export function readSubmitted(
  client: Client,
  parameters: {
    addresses: Pick<Addresses, "datanets">;
    fromBlock: bigint;
    toBlock: bigint;
    root?: Hex;
    datanet?: number;
    contributor?: Address;
  },
) {
  return submissionEvents(client, "Submitted", parameters);
}

/** Submissions finalized between two blocks, in the order of the chain: the links of the version chains. */
export function readFinalized(
  client: Client,
  parameters: {
    addresses: Pick<Addresses, "datanets">;
    fromBlock: bigint;
    toBlock: bigint;
    root?: Hex;
    datanet?: number;
    contributor?: Address;
  },
) {
  return submissionEvents(client, "Finalized", parameters);
}

function submissionEvents<eventName extends "Submitted" | "Finalized">(
  client: Client,
  eventName: eventName,
  parameters: Parameters<typeof readSubmitted>[1],
) {
  const { addresses, fromBlock, toBlock, ...wanted } = parameters;
  const args = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  return eventsInRange<typeof datanetsAbi, eventName>(client, {
    address: addresses.datanets,
    abi: datanetsAbi,
    eventName,
    args,
    fromBlock,
    toBlock,
  });
}
