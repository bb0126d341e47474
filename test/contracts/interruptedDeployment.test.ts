import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessManagerAbi } from "@openledger/sdk/abi/accessManager";
import { parametersAbi } from "@openledger/sdk/abi/parameters";
import { addressesOf, registerAddresses } from "@openledger/sdk/addresses";
import { loadAddressesFile } from "@openledger/sdk/addressesFile";
import { parseAbi, toHex } from "viem";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { productionParameters } from "../../scripts/deploy/parameters.ts";
import { deploymentOrder } from "../../scripts/deploy/plan.ts";
import { deployProtocol } from "../../scripts/deploy/protocol.ts";
import { accountAt, type LocalChain, startLocalChain } from "./localChain.ts";

const script = new URL("../../scripts/deploy/deploy.ts", import.meta.url).pathname;
const keyOf = (index: number) => toHex(accountAt(index).getHdKey().privateKey ?? new Uint8Array());

let chain: LocalChain;
let folder: string;
beforeEach(async () => {
  chain = await startLocalChain();
  folder = await mkdtemp(join(tmpdir(), "openledger-deploy-"));
});
afterEach(async () => {
  await chain.stop();
  await rm(folder, { recursive: true });
});

/** Starts the deploy command as a process of its own. */
function startDeploy(args: string[], environment: Record<string, string>) {
  const { PRIVATE_KEY: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [script, ...args], { env: { ...inherited, ...environment } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, output })),
  );
  return { child, ended };
}

describe("npm run deploy", () => {
  it("goes on where a killed run stopped, and deploys nothing twice", async () => {
    const deployer = accountAt(0);
    const { child, ended } = startDeploy(["--rpc-url", chain.rpcUrl, "--local"], { PRIVATE_KEY: keyOf(0) });
    const nonce = () => chain.client.getTransactionCount({ address: deployer.address });
    while ((await nonce()) < 3 && child.exitCode === null) await new Promise((wake) => setTimeout(wake, 5));
    child.kill("SIGKILL");
    await ended;
    const left = await nonce();
    expect(left).toBeGreaterThanOrEqual(3);
    const { addresses } = await deployProtocol({
      rpcUrl: chain.rpcUrl,
      account: deployer,
      localWindows: true,
    });
    expect(addresses).toEqual(addressesOf(31_337));
    expect(await nonce()).toBe(deploymentOrder.length + 1);
  });

  it("hands out the rights when only that was left", async () => {
    const deploy = () => deployProtocol({ rpcUrl: chain.rpcUrl, account: accountAt(0), localWindows: true });
    const { addresses } = await deploy();
    const manager = { address: addresses.accessManager, abi: accessManagerAbi } as const;
    const granted = await chain.client.getContractEvents({
      ...manager,
      eventName: "RoleGranted",
      args: { roleId: 0n, account: addresses.timelock },
      fromBlock: 0n,
    });
    const depth = (await chain.client.getBlockNumber()) - (granted[0]?.blockNumber ?? 0n) + 1n;
    await chain.client.request({ method: "anvil_rollback", params: [Number(depth)] } as never);
    const rights = async () => {
      const people = [accountAt(0).address, addresses.timelock];
      const roles = people.map((account) =>
        chain.client.readContract({ ...manager, functionName: "hasRole", args: [0n, account] }),
      );
      return (await Promise.all(roles)).map(([isMember]) => isMember);
    };
    expect(await rights()).toEqual([true, false]);
    expect(await deploy()).toEqual({ chainId: 31_337, addresses, deployed: true });
    expect(await rights()).toEqual([false, true]);
  });

  it("draws by drand where it is told to", async () => {
    const { addresses } = await deployProtocol({
      rpcUrl: chain.rpcUrl,
      account: accountAt(0),
      randomness: "drand",
    });
    const margin = await chain.client.readContract({
      address: addresses.randomness,
      abi: parseAbi(["function MARGIN_SECONDS() view returns (uint40)"]),
      functionName: "MARGIN_SECONDS",
    });
    expect(margin).toBe(productionParameters.drandMarginSeconds);
  });

  it("writes the addresses of another account's deployment to a file, with production parameters", async () => {
    const out = join(folder, "addresses.json");
    const { code, output } = await startDeploy(["--rpc-url", chain.rpcUrl, "--out", out], {
      PRIVATE_KEY: keyOf(7),
    }).ended;
    expect(output).not.toContain(keyOf(7));
    expect(code, output).toBe(0);
    const checkedIn = addressesOf(31_337);
    // The file is what the parts read when OPENLEDGER_ADDRESSES names it.
    const addresses = loadAddressesFile(out).get(31_337);
    registerAddresses(31_337, checkedIn);
    if (!addresses) throw new Error("The file lacks the chain.");
    expect(addresses.court).not.toBe(checkedIn.court);
    const rules = await chain.client.readContract({
      address: addresses.parameters,
      abi: parametersAbi,
      functionName: "poolRules",
      args: [0],
    });
    expect(rules).toEqual(productionParameters.poolRules[0]);
  });

  it("says what is missing", async () => {
    const { code, output } = await startDeploy(["--rpc-url", chain.rpcUrl], {}).ended;
    expect(code).toBe(1);
    expect(output).toContain("PRIVATE_KEY is not set.");
  });
});
