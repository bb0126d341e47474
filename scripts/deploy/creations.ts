/** Finds the transactions that created a deployment's contracts, and what each constructor was told. */
import type { Addresses } from "@openledger/sdk/addresses";
import { Problem } from "@openledger/sdk/problem";
import {
  type Address,
  decodeDeployData,
  getContractAddress,
  type Hex,
  isAddressEqual,
  type PublicClient,
} from "viem";
import { readArtifact } from "./hardhat.ts";
import { artifactName, type ContractKey, deploymentOrder, randomnessContracts } from "./plan.ts";

/** The transaction that created a contract. */
export type Creation = { address: Address; hash: Hex; input: Hex };

/** What an explorer is told about a contract, besides its source. */
export type Constructed = {
  /** The source and the name: `contracts/Vault.sol:Vault`. */
  contract: string;
  constructorArgs: readonly unknown[];
};

/**
 * The transactions that created the contracts of a deployment. A contract's address follows from its creator and the
 * creator's nonce, so nobody needs to know who deployed.
 *
 * @throws {Problem} `no-creation` naming a contract that no transaction since the deployment's block created.
 */
export async function findCreations(
  client: PublicClient,
  addresses: Addresses,
): Promise<Record<ContractKey, Creation>> {
  const latest = await client.getBlockNumber({ cacheTime: 0 });
  const creations: [ContractKey, Creation][] = [];
  let from = BigInt(addresses.deploymentBlock);
  for (const [key] of deploymentOrder) {
    const { blockNumber, ...creation } = await findCreation(client, addresses[key], from, latest);
    creations.push([key, creation]);
    from = blockNumber;
  }
  return Object.fromEntries(creations) as Record<ContractKey, Creation>;
}

async function findCreation(client: PublicClient, address: Address, from: bigint, latest: bigint) {
  const known = await firstBlockWithCode(client, address, from, latest);
  // Without old states every block is read: a deployment is a few dozen blocks long.
  for (let blockNumber = known ?? from; blockNumber <= (known ?? latest); blockNumber++) {
    const { transactions } = await client.getBlock({ blockNumber, includeTransactions: true });
    const creation = transactions.find(
      ({ to, from: creator, nonce }) =>
        to === null && isAddressEqual(getContractAddress({ from: creator, nonce: BigInt(nonce) }), address),
    );
    if (creation) return { address, hash: creation.hash, input: creation.input, blockNumber };
  }
  throw new Problem(
    "no-creation",
    `No transaction since block ${from} created ${address}.`,
    "Check that the chain and the table of addresses belong together, and that deploymentBlock is not too late.",
    { values: { address, from: String(from) } },
  );
}

/**
 * The block since which a contract has code, or `undefined` when the node has no code now, or forgot what was then. The
 * search starts in small steps: contracts are created one soon after the other.
 */
async function firstBlockWithCode(
  client: PublicClient,
  address: Address,
  from: bigint,
  latest: bigint,
): Promise<bigint | undefined> {
  const stands = async (blockNumber: bigint) =>
    (await client.getCode({ address, blockNumber })) !== undefined;
  try {
    let low = from;
    let high = from;
    for (let step = 1n; !(await stands(high)); step *= 2n) {
      if (high >= latest) return undefined;
      low = high + 1n;
      high = high + step < latest ? high + step : latest;
    }
    while (low < high) {
      const middle = (low + high) / 2n;
      if (await stands(middle)) high = middle;
      else low = middle + 1n;
    }
    return low;
  } catch {
    return undefined;
  }
}

/**
 * What the constructor was told: what follows the compiled code in the creation's input, decoded.
 *
 * @throws {Problem} `other-build` when other sources than these, down to their comments, were deployed.
 */
export async function readConstructor(key: ContractKey, { address, input }: Creation): Promise<Constructed> {
  const names = key === "randomness" ? Object.values(randomnessContracts) : [artifactName(key, "blockhash")];
  const artifacts = await Promise.all(names.map(readArtifact));
  const artifact = artifacts.find(({ bytecode }) => input.startsWith(bytecode));
  if (artifact === undefined) {
    throw new Problem(
      "other-build",
      `The code that created ${address} is not this build of ${names.join(" or ")}.`,
      "Check out the version of the sources that was deployed, and try again.",
      { values: { contract: key, address } },
    );
  }
  const { abi, bytecode, sourceName, contractName } = artifact;
  const { args = [] } = decodeDeployData({ abi, bytecode, data: input });
  return { contract: `${sourceName}:${contractName}`, constructorArgs: args as readonly unknown[] };
}
