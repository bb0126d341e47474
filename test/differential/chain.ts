import { existsSync, readFileSync } from "node:fs";
import { Problem } from "@openledger/sdk/problem";
import hre from "hardhat";
import {
  type Abi,
  type Address,
  createTestClient,
  createWalletClient,
  custom,
  type Hex,
  publicActions,
} from "viem";
import { hardhat } from "viem/chains";

/** A chain in this process, of its own for each test file. */
export async function startChain() {
  const connection = await hre.network.create();
  const transport = custom(connection.provider, { retryCount: 0 });
  const reader = createTestClient({
    mode: "hardhat",
    chain: hardhat,
    transport,
    pollingInterval: 10,
    cacheTime: 0,
  }).extend(publicActions);
  const wallet = createWalletClient({ chain: hardhat, transport });
  const [deployer] = await wallet.getAddresses();
  if (deployer === undefined) throw new Error("The chain in this process has no account.");

  /** Deploy a compiled contract and return its address. */
  async function deploy(path: string, args: readonly unknown[] = []): Promise<Address> {
    const { abi, bytecode } = artifactOf(path);
    const hash = await wallet.deployContract({ abi, bytecode, args, account: deployer as Address } as never);
    const { contractAddress } = await reader.waitForTransactionReceipt({ hash });
    if (!contractAddress) throw new Error(`${path} was not deployed.`);
    return contractAddress;
  }

  /** Let chain time pass until a moment, with one block at it. */
  async function passUntil(seconds: number): Promise<void> {
    await reader.setNextBlockTimestamp({ timestamp: BigInt(seconds) });
    await reader.mine({ blocks: 1 });
  }

  return { connection, reader, wallet, deploy, passUntil, close: () => connection.close() };
}

/** The compiled contract of a source, such as "test/LibraryHarness", or of a package's. */
export function artifactOf(path: string): { abi: Abi; bytecode: Hex } {
  const name = path.split("/").at(-1);
  const folder = path.startsWith("@") ? "" : "contracts/";
  const file = new URL(`../../artifacts/${folder}${path}.sol/${name}.json`, import.meta.url);
  if (!existsSync(file)) {
    throw new Problem("not-compiled", `${path}.sol is not compiled.`, "Run `npx hardhat build`.");
  }
  return JSON.parse(readFileSync(file, "utf8"));
}
