/** Deploys the protocol with Ignition, goes on with an interrupted deployment, and finds a finished one. */
import { readdir, rm } from "node:fs/promises";
import { type Addresses, deployments } from "@openledger/sdk/addresses";
import { Problem } from "@openledger/sdk/problem";
import { type Address, createPublicClient, type Hex, http, type PublicClient, toHex } from "viem";
import { type HDAccount, privateKeyToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import { buildContracts, loadHardhat, repositoryRoot } from "./hardhat.ts";
import { withInstantBlocks } from "./localMining.ts";
import { type InitialParameters, localParameters, productionParameters } from "./parameters.ts";
import { type ContractAddresses, deploymentOrder, predictAddresses } from "./plan.ts";
import { inspectDeployment, verifyDeployment } from "./verify.ts";

const journals = `${repositoryRoot}ignition/deployments`;

/** How to deploy. */
export type DeployOptions = {
  rpcUrl: string;
  /** Who deploys: a private key, or an account of a mnemonic. */
  account: Hex | HDAccount;
  /** Start with windows of seconds, for local chains. */
  localWindows?: boolean;
  /** Who governs the parameters and receives the token supply; the deployer when absent. */
  governance?: Address;
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

/**
 * Deploys the protocol, or returns at once when this build of it is already where the sdk's table says. An
 * interrupted deployment goes on where it stopped: the chain itself tells how far it got.
 *
 * @throws {Problem} `wrong-deployment` when other code stands at the table's addresses.
 * @example
 * const { addresses } = await deployProtocol({ rpcUrl, account: deployer, localWindows: true, log: console.log });
 */
export async function deployProtocol(options: DeployOptions): Promise<DeployResult> {
  const { rpcUrl, log = () => {} } = options;
  const client = createPublicClient({ transport: http(rpcUrl), pollingInterval: 100 });
  const chainId = await client.getChainId();
  if (options.build !== false) await buildContracts();

  const known = deployments[chainId];
  if (known !== undefined) {
    const standings = Object.values(await inspectDeployment(client, known));
    if (standings.every((standing) => standing === "equal")) {
      log(`OpenLedger is deployed on chain ${chainId} already.`);
      return { chainId, addresses: known, deployed: false };
    }
    if (standings.includes("different")) await verifyDeployment(client, known);
  }

  const privateKey = keyOf(options.account);
  const deployer = privateKeyToAccount(privateKey).address;
  const { startNonce, done } = await findStart(client, deployer);
  const addresses = predictAddresses(deployer, startNonce);
  const total = deploymentOrder.length;
  log(
    done === 0
      ? `Deploying ${total} contracts to chain ${chainId} as ${deployer}.`
      : `Going on with a deployment to chain ${chainId}: ${done} of ${total} contracts are there.`,
  );
  // Too early a block only costs an indexer time; too late a one would lose events.
  const deploymentBlock = done === 0 && chainId !== anvil.id ? Number(await client.getBlockNumber()) : 0;
  await withInstantBlocks(client, () =>
    runIgnition({ ...options, privateKey, deployer, chainId, addresses, done }),
  );
  await verifyDeployment(client, addresses);
  log(`OpenLedger is deployed on chain ${chainId}: every contract points at the others.`);
  return { chainId, addresses: { ...addresses, deploymentBlock }, deployed: done < total };
}

/**
 * From which nonce the deployment's addresses count: the deployer's nonce, less the contracts that an interrupted
 * deployment left behind.
 */
async function findStart(
  client: PublicClient,
  deployer: Address,
): Promise<{ startNonce: number; done: number }> {
  const nonce = await settledNonce(client, deployer);
  for (let done = Math.min(deploymentOrder.length, nonce); done > 0; done--) {
    const standings = await inspectDeployment(client, predictAddresses(deployer, nonce - done));
    const complete = deploymentOrder.every(([key], index) => index >= done || standings[key] === "equal");
    if (complete) return { startNonce: nonce - done, done };
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
    addresses: ContractAddresses;
    done: number;
  },
): Promise<void> {
  const { rpcUrl, privateKey, deployer, chainId, addresses, done, localWindows = false } = run;
  if (done === deploymentOrder.length) return;
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
    await connection.ignition.deploy(buildOpenLedger(done), {
      parameters: { OpenLedger: moduleParameters(addresses, run.governance ?? deployer, localWindows) },
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

function moduleParameters(addresses: ContractAddresses, governance: Address, localWindows: boolean) {
  const initial: InitialParameters = localWindows ? localParameters : productionParameters;
  return {
    ...addresses,
    holder: governance,
    admin: governance,
    seedDelayBlocks: initial.seedDelayBlocks,
    submissionLimits: initial.submissionLimits,
    poolRules: [...initial.poolRules],
    seatRules: initial.seatRules,
    trainingRules: initial.trainingRules,
  };
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
