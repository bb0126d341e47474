/** The Hardhat runtime and compiled contracts, from whatever folder a script was started. */
import { existsSync, mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
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

let building: Promise<void> | undefined;

/** Compiles what changed since the last build, one process after the other. */
export function buildContracts(): Promise<void> {
  building ??= build().finally(() => {
    building = undefined;
  });
  return building;
}

async function build(): Promise<void> {
  const hre = await loadHardhat();
  const release = lockBuild();
  try {
    await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  } finally {
    release();
  }
}

/** Longer than a whole build takes on a slow machine. */
const BUILD_WAIT_MILLISECONDS = 1_800_000;

/**
 * Waits until no other process builds: Hardhat writes its cache through one temporary file of a fixed name, and two builds
 * at once take it from each other. SQLite holds the lock, since the kernel gives it back however a process ends.
 */
function lockBuild(): () => void {
  mkdirSync(`${repositoryRoot}.cache`, { recursive: true });
  const lock = new DatabaseSync(`${repositoryRoot}.cache/build-lock.sqlite`, {
    timeout: BUILD_WAIT_MILLISECONDS,
  });
  lock.exec("BEGIN EXCLUSIVE");
  return () => lock.close();
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
