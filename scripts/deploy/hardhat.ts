/** The Hardhat runtime and compiled contracts, from whatever folder a script was started. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Problem } from "@openledger/sdk/problem";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Abi, Hex } from "viem";

/** The repository's root folder. */
export const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url));

let runtime: Promise<HardhatRuntimeEnvironment> | undefined;

/** The Hardhat runtime of this repository. Loaded on first use: it costs a second. */
export function loadHardhat(): Promise<HardhatRuntimeEnvironment> {
  runtime ??= (async () => {
    const { createHardhatRuntimeEnvironment } = await import("hardhat/hre");
    const { default: config } = await import("../../hardhat.config.ts");
    return createHardhatRuntimeEnvironment(
      config,
      { config: `${repositoryRoot}hardhat.config.ts` },
      repositoryRoot,
    );
  })();
  return runtime;
}

/** Compiles what changed since the last build. */
export async function buildContracts(): Promise<void> {
  const hre = await loadHardhat();
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
}

/** The parts of a compiled contract that deployment and verification need. */
export type Artifact = {
  contractName: string;
  sourceName: string;
  abi: Abi;
  bytecode: Hex;
  deployedBytecode: Hex;
  immutableReferences?: Record<string, readonly { start: number; length: number }[]>;
};

/**
 * A compiled contract.
 *
 * @throws {Problem} `not-compiled` when there is none.
 */
export async function readArtifact(contract: string): Promise<Artifact> {
  const candidates = [
    `artifacts/contracts/${contract}.sol/${contract}.json`,
    `artifacts/contracts/governance/${contract}.sol/${contract}.json`,
    `artifacts/@openzeppelin/contracts/governance/${contract}.sol/${contract}.json`,
    `artifacts/@openzeppelin/contracts/access/manager/${contract}.sol/${contract}.json`,
  ];
  const found = candidates.map((path) => repositoryRoot + path).find(existsSync);
  if (found === undefined) {
    throw new Problem(
      "not-compiled",
      `The contract ${contract} is not compiled.`,
      "Run `npx hardhat build` and try again.",
      { values: { contract } },
    );
  }
  return JSON.parse(await readFile(found, "utf8"));
}
