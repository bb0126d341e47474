import { existsSync, readFileSync } from "node:fs";
import { Problem } from "@openledger/sdk/problem";
import hre from "hardhat";
import { type Abi, type Address, createPublicClient, createWalletClient, custom, type Hex } from "viem";
import { hardhat } from "viem/chains";

/** A chain in this process, of its own for each test file. */
export async function startChain() {
  const connection = await hre.network.create();
  const transport = custom(connection.provider);
  const reader = createPublicClient({ chain: hardhat, transport, pollingInterval: 10, cacheTime: 0 });
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

  return { reader, wallet, deploy, close: () => connection.close() };
}

/** The compiled contract of a source, such as "test/LibraryHarness". */
export function artifactOf(path: string): { abi: Abi; bytecode: Hex } {
  const name = path.split("/").at(-1);
  const file = new URL(`../../artifacts/contracts/${path}.sol/${name}.json`, import.meta.url);
  if (!existsSync(file)) {
    throw new Problem("not-compiled", `contracts/${path}.sol is not compiled.`, "Run `npx hardhat build`.");
  }
  return JSON.parse(readFileSync(file, "utf8"));
}
