import { attributionAbi } from "@openledger/sdk/abi/attribution";
import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { vaultAbi } from "@openledger/sdk/abi/vault";
import { type Addresses, addressesOf } from "@openledger/sdk/addresses";
import type { Abi } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wiring } from "../../scripts/deploy/plan.ts";
import { type DeployResult, deployProtocol } from "../../scripts/deploy/protocol.ts";
import { accountAt, type LocalChain, startLocalChain } from "./localChain.ts";

const deployer = accountAt(0);
const stranger = accountAt(5);
const abis = {
  vault: vaultAbi,
  seats: seatsAbi,
  court: courtAbi,
  datanets: datanetsAbi,
  training: trainingAbi,
  models: modelsAbi,
  attribution: attributionAbi,
} as const;

let chain: LocalChain;
let first: DeployResult;

beforeAll(async () => {
  chain = await startLocalChain();
  first = await deployProtocol({ rpcUrl: chain.rpcUrl, account: deployer, localWindows: true });
});
afterAll(() => chain.stop());

describe("a deployment to a fresh local chain", () => {
  it("gives exactly the checked-in addresses", () => {
    expect(first.deployed).toBe(true);
    expect(first.addresses).toEqual(addressesOf(31_337));
  });

  it("leaves the chain mining one block a second", async () => {
    expect(await chain.client.request({ method: "anvil_getIntervalMining" } as never)).toBe(1);
  });

  it("returns at once when it is asked again", async () => {
    const block = await chain.client.getTransactionCount({ address: deployer.address });
    const again = await deployProtocol({ rpcUrl: chain.rpcUrl, account: deployer, localWindows: true });
    expect(again).toEqual({ ...first, deployed: false });
    expect(await chain.client.getTransactionCount({ address: deployer.address })).toBe(block);
  });
});

describe("the wiring", () => {
  const wired = Object.keys(abis) as (keyof typeof abis)[];
  it.each(wired)("of %s names the other contracts in their places", async (contract) => {
    for (const other of wiring[contract]) {
      const held = await chain.client.readContract({
        address: first.addresses[contract],
        abi: abis[contract] as Abi,
        functionName: getterOf(other),
      });
      expect(held, `${contract}.${getterOf(other)}`).toBe(first.addresses[other]);
    }
  });
});

describe("nobody but the protocol's contracts", () => {
  it("moves money and stake", async () => {
    const { vault, seats, court } = first.addresses;
    const account = deployer.address;
    const payAbi = { address: vault, abi: vaultAbi, account } as const;
    await expect(
      chain.client.simulateContract({ ...payAbi, functionName: "withdraw", args: [1n, account, 1n] }),
    ).rejects.toThrow("NotController");
    await expect(
      chain.client.simulateContract({
        ...{ address: seats, abi: seatsAbi, account },
        functionName: "slash",
        args: [0, stranger.address, 1n],
      }),
    ).rejects.toThrow("NotCourt");
    await expect(
      chain.client.simulateContract({
        ...{ address: court, abi: courtAbi, account },
        functionName: "admit",
        args: [0, 1, 0n],
      }),
    ).rejects.toThrow("NotClaimant");
  });
});

describe("a chain that holds something else", () => {
  it("is refused with the contract's name", async () => {
    const { court } = first.addresses;
    const code = await chain.client.getCode({ address: court });
    await chain.client.setCode({ address: court, bytecode: "0x6000" });
    const deployment = deployProtocol({ rpcUrl: chain.rpcUrl, account: deployer, localWindows: true });
    await expect(deployment).rejects.toThrow(`The code at ${court} is not this build of Court`);
    await chain.client.setCode({ address: court, bytecode: code ?? "0x" });
  });
});

/** The public immutable in which a contract keeps another. */
function getterOf(contract: keyof Omit<Addresses, "deploymentBlock">): string {
  if (contract === "openToken") return "TOKEN";
  // Attribution knows the Timelock as the treasury, which it is too.
  return contract === "timelock" ? "TREASURY" : contract.toUpperCase();
}
