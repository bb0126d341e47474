import type { Client, Hex } from "viem";
import { readContract } from "viem/actions";
import { modelsAbi } from "../abi/models.ts";
import type { Addresses } from "../addresses.ts";
import { eventsInRange } from "./eventsInRange.ts";

/** A release as the contract keeps it. */
export type Release = {
  release: number;
  model: number;
  job: number;
  /** Zero when it refines nothing. */
  parentRelease: number;
  adapterDigest: Hex;
};

type Where = { addresses: Pick<Addresses, "models"> };

/**
 * One release.
 *
 * @throws ContractFunctionExecutionError `UnknownRelease`.
 */
export async function readRelease(
  client: Client,
  { addresses, release }: Where & { release: number },
): Promise<Release> {
  const state = await readContract(client, {
    address: addresses.models,
    abi: modelsAbi,
    functionName: "releaseOf",
    args: [release],
  });
  return { release, ...state };
}

/** How many releases there are; their numbers run from 1. */
export function readReleaseCount(client: Client, { addresses }: Where): Promise<number> {
  return readContract(client, { address: addresses.models, abi: modelsAbi, functionName: "releaseCount" });
}

/** The release of a job, or undefined when it is not published. */
export async function readReleaseOfJob(
  client: Client,
  { addresses, job }: Where & { job: number },
): Promise<number | undefined> {
  const release = await readContract(client, {
    address: addresses.models,
    abi: modelsAbi,
    functionName: "releaseOfJob",
    args: [job],
  });
  return release === 0 ? undefined : release;
}

/** Releases published between two blocks, with base, spec, trainer and attestation. */
export async function readReleased(
  client: Client,
  parameters: Where & { fromBlock: bigint; toBlock: bigint; release?: number },
) {
  const { addresses, fromBlock, toBlock, release } = parameters;
  const events = await eventsInRange(client, {
    address: addresses.models,
    abi: modelsAbi,
    eventName: "Released",
    ...(release === undefined ? {} : { args: { release } }),
    fromBlock,
    toBlock,
  });
  return events.map(({ args, blockNumber, logIndex, transactionHash }) => ({
    ...args,
    blockNumber,
    logIndex,
    transactionHash,
  }));
}

/** A base model that jobs may name. */
export type Base = { baseDigest: Hex; family: string; name: string; licence: string };

/** The base models that are on governance's list now, from the events up to a block. */
export async function readBases(
  client: Client,
  { addresses, fromBlock, toBlock }: Where & { fromBlock: bigint; toBlock: bigint },
): Promise<Base[]> {
  const events = await eventsInRange(client, {
    address: addresses.models,
    abi: modelsAbi,
    eventName: "BaseAdded",
    fromBlock,
    toBlock,
  });
  const latest = new Map(events.map(({ args }) => [args.baseDigest, args]));
  const listed = await Promise.all(
    [...latest.keys()].map((baseDigest) =>
      readContract(client, {
        address: addresses.models,
        abi: modelsAbi,
        functionName: "isBase",
        args: [baseDigest],
      }),
    ),
  );
  return [...latest.values()].filter((_, index) => listed[index]);
}
