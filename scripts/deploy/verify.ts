/** Compares the code on a chain with the compiled contracts, and the addresses inside it with the plan. */
import { Problem } from "@openledger/sdk/problem";
import { getAddress, type Hex, isAddressEqual, type PublicClient, size, slice } from "viem";
import { type Artifact, readArtifact } from "./hardhat.ts";
import {
  artifactName,
  type ContractAddresses,
  type ContractKey,
  deploymentOrder,
  type RandomnessSource,
  randomnessContracts,
  wiring,
} from "./plan.ts";

/** What stands at one contract's address. */
export type Standing = "absent" | "equal" | "different";

/**
 * What stands at each address of a deployment: nothing, this build of the contract with this wiring, or something
 * else.
 *
 * @param source Which randomness there should be; any when absent.
 */
export async function inspectDeployment(
  client: PublicClient,
  addresses: ContractAddresses,
  source?: RandomnessSource,
): Promise<Record<ContractKey, Standing>> {
  const sources = source ? [source] : (Object.keys(randomnessContracts) as RandomnessSource[]);
  const standings = await Promise.all(
    deploymentOrder.map(async ([key]) => {
      const contracts = new Set(sources.map((each) => artifactName(key, each)));
      const code = await client.getCode({ address: addresses[key] });
      const artifacts = await Promise.all([...contracts].map(readArtifact));
      const found = artifacts.map((artifact) => standingOf(key, artifact, code, addresses));
      return [key, found.find((standing) => standing === "equal") ?? found[0] ?? "absent"] as const;
    }),
  );
  return Object.fromEntries(standings) as Record<ContractKey, Standing>;
}

/**
 * Makes sure that every contract of a deployment is there, is this build, and points at the others.
 *
 * @throws {Problem} `wrong-deployment` naming the first contract that is not as it should be.
 */
export async function verifyDeployment(
  client: PublicClient,
  addresses: ContractAddresses,
  source?: RandomnessSource,
): Promise<void> {
  const standings = await inspectDeployment(client, addresses, source);
  for (const [key, contract] of deploymentOrder) {
    if (standings[key] === "equal") continue;
    throw new Problem(
      "wrong-deployment",
      standings[key] === "absent"
        ? `There is no code at ${addresses[key]}, where ${contract} should be.`
        : `The code at ${addresses[key]} is not this build of ${contract} wired to this deployment.`,
      "Deploy again on a chain or from an account of its own; a local stack starts over with `npm run up -- --reset`.",
      { values: { contract, address: addresses[key] } },
    );
  }
}

function standingOf(
  key: ContractKey,
  artifact: Artifact,
  code: Hex | undefined,
  addresses: ContractAddresses,
): Standing {
  if (code === undefined || size(code) === 0) return "absent";
  if (size(code) !== size(artifact.deployedBytecode)) return "different";
  if (withoutImmutables(artifact, code) !== withoutImmutables(artifact, artifact.deployedBytecode)) {
    return "different";
  }
  const held = immutableWords(artifact, code);
  const wired = wiring[key].every((other) =>
    held.some((word) => isAddressWord(word) && isAddressEqual(addressOf(word), addresses[other])),
  );
  return wired ? "equal" : "different";
}

/** Runtime code with the places of its immutables blanked. */
function withoutImmutables(artifact: Artifact, code: Hex): string {
  const bytes = Buffer.from(code.slice(2), "hex");
  for (const { start, length } of placesOf(artifact)) bytes.fill(0, start, start + length);
  return bytes.toString("hex");
}

function immutableWords(artifact: Artifact, code: Hex): Hex[] {
  return placesOf(artifact).map(({ start, length }) => slice(code, start, start + length));
}

function placesOf(artifact: Artifact): { start: number; length: number }[] {
  return Object.values(artifact.immutableReferences ?? {}).flat();
}

function isAddressWord(word: Hex): boolean {
  return size(word) === 32 && /^0x0{24}/.test(word);
}

function addressOf(word: Hex) {
  return getAddress(slice(word, 12, 32));
}
