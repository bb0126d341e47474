import { courtAbi } from "@openledger/sdk/abi/court";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { vaultAbi } from "@openledger/sdk/abi/vault";
import { addressesOf } from "@openledger/sdk/addresses";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deploymentOrder, wiring } from "../../scripts/deploy/plan.ts";
import { type DeployResult, deployProtocol } from "../../scripts/deploy/protocol.ts";
import { inspectDeployment } from "../../scripts/deploy/verify.ts";
import { accountAt, type LocalChain, startLocalChain } from "./localChain.ts";

const deployer = accountAt(0);
const stranger = accountAt(5);
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
  it("stands in the code of every contract", async () => {
    const standings = await inspectDeployment(chain.client, first.addresses);
    expect(new Set(Object.values(standings))).toEqual(new Set(["equal"]));
  });

  const wired = deploymentOrder.map(([key]) => key).filter((key) => wiring[key].length > 0);
  it.each(wired)("of %s to anything else would be seen", async (contract) => {
    for (const other of wiring[contract]) {
      const elsewhere = { ...first.addresses, [other]: stranger.address };
      const standings = await inspectDeployment(chain.client, elsewhere);
      expect(standings[contract], `${contract} wired to another ${other}`).toBe("different");
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
