/** Deploys the protocol with Ignition, goes on with an interrupted deployment, and finds a finished one. */
import { readdir, rm } from "node:fs/promises";
import { type Addresses, deployments } from "@openledger/sdk/addresses";
import { Problem } from "@openledger/sdk/problem";
import { type Address, createPublicClient, type Hex, http, type PublicClient, toHex } from "viem";
import { type HDAccount, privateKeyToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import { buildContracts, loadHardhat, repositoryRoot } from "./hardhat.ts";
import { withInstantBlocks } from "./localMining.ts";
import { holdersOf, moduleParameters } from "./module.ts";
import { localParameters, productionParameters } from "./parameters.ts";
import { deploymentOrder, predictAddresses, type RandomnessSource } from "./plan.ts";
import type { Holders } from "./roles.ts";
import { inspectDeployment, verifyDeployment } from "./verify.ts";
import { isConfigured, verifyRights } from "./verifyRights.ts";

const journals = `${repositoryRoot}ignition/deployments`;

/** How to deploy. */
export type DeployOptions = {
  rpcUrl: string;
  /** Who deploys: a private key, or an account of a mnemonic. */
  account: Hex | HDAccount;
  /** Start with windows of seconds, for local chains. */
  localWindows?: boolean;
  /** Where the seeds of committees come from: hashes of future blocks when absent. */
  randomness?: RandomnessSource;
  /** Who receives OPEN and who may pause. Needed on every chain but the local one. */
  holders?: Partial<Holders>;
  /** Compile before; `false` when the caller just did. */
  build?: boolean;
  log?: (line: string) => void;
};

/** What a deployment gave. */
export type DeployResult = {
  chainId: number;
  addresses: Addresses;
  /** False when everything was there before. */
  deployed: boolean;
};

/** One transaction for each contract, and one that hands out every right. */
const steps = deploymentOrder.length + 1;

/**
 * Deploys the protocol, or returns at once when this build of it is already where the sdk's table says. An
 * interrupted deployment goes on where it stopped: the chain itself tells how far it got. Afterwards the deployer holds
 * no right.
 *
 * @throws {Problem} `wrong-deployment` when other code stands at the table's addresses; `wrong-rights` when somebody
 * holds a right that nobody should.
 * @example
 * const { addresses } = await deployProtocol({ rpcUrl, account: deployer, localWindows: true, log: console.log });
 */
export async function deployProtocol(options: DeployOptions): Promise<DeployResult> {
  const { rpcUrl, randomness = "blockhash", log = () => {} } = options;
  const client = createPublicClient({ transport: http(rpcUrl), pollingInterval: 100 });
  const chainId = await client.getChainId();
  if (options.build !== false) await buildContracts();

  const known = deployments[chainId];
  if (known !== undefined) {
    const standings = Object.values(await inspectDeployment(client, known));
    if (standings.every((standing) => standing === "equal") && (await isConfigured(client, known))) {
      log(`OpenLedger is deployed on chain ${chainId} already.`);
      return { chainId, addresses: known, deployed: false };
    }
    if (standings.includes("different")) await verifyDeployment(client, known);
  }

  const privateKey = keyOf(options.account);
  const deployer = privateKeyToAccount(privateKey).address;
  const holders = holdersOf(chainId, options.holders ?? {}, deployer);
  const initial = options.localWindows ? localParameters : productionParameters;
  const { startNonce, done } = await findStart(client, deployer, randomness);
  const addresses = predictAddresses(deployer, startNonce);
  log(
    done === 0
      ? `Deploying ${deploymentOrder.length} contracts to chain ${chainId} as ${deployer}.`
      : `Going on with a deployment to chain ${chainId}: ${done} of ${steps} steps are done.`,
  );
  // Too early a block only costs an indexer time; too late a one would lose events.
  const deploymentBlock = done === 0 && chainId !== anvil.id ? Number(await client.getBlockNumber()) : 0;
  const parameters = moduleParameters(addresses, initial, holders, deployer);
  await withInstantBlocks(client, () =>
    runIgnition({ ...options, privateKey, deployer, chainId, parameters, done }),
  );
  await verifyDeployment(client, addresses, randomness);
  await verifyRights(client, addresses, { holders, initial, deployer });
  log(`OpenLedger is deployed on chain ${chainId}: the contracts point at each other, the Timelock governs.`);
  return { chainId, addresses: { ...addresses, deploymentBlock }, deployed: done < steps };
}

/**
 * From which nonce the deployment's addresses count: the deployer's nonce, less the steps that an interrupted
 * deployment left done.
 */
async function findStart(
  client: PublicClient,
  deployer: Address,
  randomness: RandomnessSource,
): Promise<{ startNonce: number; done: number }> {
  const nonce = await settledNonce(client, deployer);
  for (let done = Math.min(steps, nonce); done > 0; done--) {
    const addresses = predictAddresses(deployer, nonce - done);
    const standings = await inspectDeployment(client, addresses, randomness);
    const complete = deploymentOrder.every(([key], index) => index >= done || standings[key] === "equal");
    if (!complete || (done === steps && !(await isConfigured(client, addresses)))) continue;
    return { startNonce: nonce - done, done };
  }
  return { startNonce: nonce, done: 0 };
}

/** The deployer's nonce once nothing of theirs waits to be mined. */
async function settledNonce(client: PublicClient, address: Address): Promise<number> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const [latest, pending] = await Promise.all([
      client.getTransactionCount({ address, blockTag: "latest" }),
      client.getTransactionCount({ address, blockTag: "pending" }),
    ]);
    if (latest === pending) return latest;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Problem(
    "pending-transactions",
    `Transactions of ${address} have been waiting to be mined for five minutes.`,
    "Replace them with a higher fee, wait until they are mined, and deploy again.",
    { values: { address } },
  );
}

async function runIgnition(
  run: DeployOptions & {
    privateKey: Hex;
    deployer: Address;
    chainId: number;
    parameters: ReturnType<typeof moduleParameters>;
    done: number;
  },
): Promise<void> {
  const { rpcUrl, privateKey, deployer, chainId, parameters, done, localWindows = false } = run;
  if (done === steps) return;
  const hre = await loadHardhat();
  const { buildOpenLedger } = await import("../../ignition/modules/OpenLedger.ts");
  const connection = await hre.network.create({
    network: "rpc",
    override: { url: rpcUrl, accounts: [privateKey], chainId },
  });
  // Ignition's journal serves one run: what an earlier one left is read from the chain itself, which never lies.
  const prefix = `chain-${chainId}-${deployer.slice(2, 10)}-`;
  const deploymentId = `${prefix}${process.pid}`;
  await removeJournals(prefix);
  try {
    await connection.ignition.deploy(buildOpenLedger(done, run.randomness), {
      parameters: { OpenLedger: parameters },
      defaultSender: deployer,
      deploymentId,
      // One confirmation is enough: a reorganisation cannot change an address that follows from a nonce.
      config: { requiredConfirmations: 1, blockPollingInterval: localWindows ? 20 : 1_000 },
    });
  } finally {
    await connection.close();
    await rm(`${journals}/${deploymentId}`, { recursive: true, force: true });
  }
}

/** Removes the journals of runs that were killed. */
async function removeJournals(prefix: string): Promise<void> {
  const names = await readdir(journals).catch(() => []);
  for (const name of names.filter((other) => other.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length));
    if (pid !== process.pid && isRunning(pid)) continue;
    await rm(`${journals}/${name}`, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function keyOf(account: Hex | HDAccount): Hex {
  if (typeof account === "string") return account;
  const key = account.getHdKey().privateKey;
  if (key) return toHex(key);
  throw new Problem(
    "no-key",
    `The account ${account.address} has no private key.`,
    "Pass an account made from a mnemonic, or a private key.",
  );
}
