import type { Address, Client, Hex } from "viem";
import { readContract } from "viem/actions";
import { datanetsAbi } from "../abi/datanets.ts";
import type { Addresses } from "../addresses.ts";
import type { Pool } from "../pools.ts";
import type { Version } from "../version.ts";
import { eventsInRange } from "./eventsInRange.ts";

/** A Datanet is made under its terms number 1. */
const FIRST_TERMS = 1;

/** A Datanet as the contract keeps it. */
export type Datanet = {
  datanet: number;
  owner: Address;
  pool: Pool;
  open: boolean;
  /** For each point, that is for each grade of a file. */
  rewardWei: bigint;
  /** For each file, to the validators. */
  feeWei: bigint;
  /** The number of the terms (licence and guidelines) that a submission signs now; from 1. */
  terms: number;
  version: Version;
  /** Merkle root of the contributors who may submit; zero when everybody may. */
  listRoot: Hex;
};

/** The texts of a Datanet as it was made, which live in its event only. `readTerms` has what became of them. */
export type DatanetTexts = { datanet: number; name: string; licence: string; guidelines: string };

/** What is agreed on with a submission. */
export type Terms = { datanet: number; terms: number; licence: string; guidelines: string };

/**
 * One Datanet.
 *
 * @throws ContractFunctionExecutionError `UnknownDatanet`; see `explainError`.
 * @example
 * const { open, rewardWei } = await readDatanet(client, { addresses, datanet: 1 });
 */
export async function readDatanet(
  client: Client,
  parameters: { addresses: Pick<Addresses, "datanets">; datanet: number },
): Promise<Datanet> {
  const state = await readContract(client, {
    address: parameters.addresses.datanets,
    abi: datanetsAbi,
    functionName: "datanetOf",
    args: [parameters.datanet],
  });
  return {
    datanet: parameters.datanet,
    owner: state.owner,
    pool: state.pool as Pool,
    open: state.open,
    rewardWei: state.rewardWei,
    feeWei: state.feeWei,
    terms: state.terms,
    version: { count: state.versionCount, head: state.versionHead },
    listRoot: state.listRoot,
  };
}

/** How many Datanets there are; their numbers run from 1. */
export function readDatanetCount(
  client: Client,
  parameters: { addresses: Pick<Addresses, "datanets"> },
): Promise<number> {
  return readContract(client, {
    address: parameters.addresses.datanets,
    abi: datanetsAbi,
    functionName: "datanetCount",
  });
}

/** Every Datanet, by number. */
export async function readDatanets(
  client: Client,
  parameters: { addresses: Pick<Addresses, "datanets"> },
): Promise<Datanet[]> {
  const count = await readDatanetCount(client, parameters);
  return Promise.all(
    Array.from({ length: count }, (_, index) => readDatanet(client, { ...parameters, datanet: index + 1 })),
  );
}

/** The texts of the Datanets created between two blocks. */
export async function readDatanetTexts(
  client: Client,
  parameters: {
    addresses: Pick<Addresses, "datanets">;
    fromBlock: bigint;
    toBlock: bigint;
    datanet?: number;
  },
): Promise<DatanetTexts[]> {
  const { addresses, fromBlock, toBlock, datanet } = parameters;
  const events = await eventsInRange(client, {
    address: addresses.datanets,
    abi: datanetsAbi,
    eventName: "DatanetCreated",
    ...(datanet === undefined ? {} : { args: { datanet } }),
    fromBlock,
    toBlock,
  });
  return events.map(({ args }) => ({
    datanet: args.datanet,
    name: args.name,
    licence: args.licence,
    guidelines: args.guidelines,
  }));
}

/**
 * One Datanet's terms of a number, from the events up to a block.
 *
 * @returns undefined when the Datanet has not had so many.
 * @example
 * const { licence } = await readTerms(client, { addresses, datanet: 1, terms, fromBlock, toBlock });
 */
export async function readTerms(
  client: Client,
  parameters: {
    addresses: Pick<Addresses, "datanets">;
    datanet: number;
    terms: number;
    fromBlock: bigint;
    toBlock: bigint;
  },
): Promise<Terms | undefined> {
  const { addresses, datanet, terms, fromBlock, toBlock } = parameters;
  if (terms === FIRST_TERMS) {
    const [created] = await readDatanetTexts(client, { addresses, datanet, fromBlock, toBlock });
    return created && { datanet, terms, licence: created.licence, guidelines: created.guidelines };
  }
  const events = await eventsInRange(client, {
    address: addresses.datanets,
    abi: datanetsAbi,
    eventName: "TermsSet",
    args: { datanet },
    fromBlock,
    toBlock,
  });
  const found = events.find(({ args }) => args.terms === terms);
  return found && { datanet, terms, licence: found.args.licence, guidelines: found.args.guidelines };
}
