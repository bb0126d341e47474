/** What a benchmark plays on: a local chain with contracts and money, a gateway, and validators, each a real process. */
import { mkdirSync } from "node:fs";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { type Addresses, addressesOf } from "@openledger/sdk/addresses";
import { type PublicClient, parseEther } from "viem";
import { prepareWorld } from "../../../scripts/demo/world.ts";
import { deployProtocol } from "../../../scripts/deploy/protocol.ts";
import { datanetOwner, deployer, relayer, validators } from "../../../scripts/stack/accounts.ts";
import { chainClient, chainProcess } from "../../../scripts/stack/chain.ts";
import { daemonProcess } from "../../../scripts/stack/daemon.ts";
import { PortPicker } from "../../../scripts/stack/ports.ts";
import { ProcessTable } from "../../../scripts/stack/processes.ts";
import { sendAll } from "../../../scripts/stack/transactions.ts";

/** What to start. */
export interface StageOptions {
  /** Folder of everything that the processes keep. */
  directory: string;
  /** How many of the seven seated validators run. */
  validators: number;
  /** The gateway's settings, as an operator would set them. */
  gateway?: Record<string, string>;
  /** Options of Node for the gateway, e.g. to profile it. */
  gatewayNodeOptions?: string[];
  /** Each validator's settings. */
  validator?: Record<string, string>;
  /** Where daemons find the chain instead of at its own address: behind something that can break. */
  rpcUrl?: (chainUrl: string) => Promise<string>;
  /** Told one line a step. */
  log: (line: string) => void;
}

/** A running stage. */
export interface Stage {
  directory: string;
  gatewayUrl: string;
  validatorUrls: Map<string, string>;
  client: PublicClient;
  chainId: number;
  addresses: Addresses;
  processes: ProcessTable;
  stop(): Promise<void>;
}

/** Pays for more than ten thousand files in each Datanet. */
const MORE_MONEY = parseEther("25000");
const DATANETS = [1, 2, 3];

/**
 * One machine sends what 200 contributors would send from theirs: the limits by address of origin are raised by the
 * gateway's settings, everything else is as it comes.
 */
const ONE_ORIGIN = {
  READS_PER_MINUTE: "1000000",
  WRITES_PER_MINUTE: "1000000",
} as const;

/** Starts chain and contracts, puts money into the Datanets, and starts the daemons. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { directory, log } = options;
  mkdirSync(directory, { recursive: true });
  const processes = new ProcessTable(directory, log);
  const picker = new PortPicker();
  const chainPort = await picker.pick();
  const client = chainClient(chainPort);
  const chainUrl = `http://127.0.0.1:${chainPort}`;
  try {
    await processes.start(chainProcess(directory, chainPort));
    await deployProtocol({ rpcUrl: chainUrl, account: deployer.account, localWindows: true, log });
    await prepareWorld(client, log);
    const chainId = await client.getChainId();
    const addresses = addressesOf(chainId);
    await sendAll(
      client,
      datanetOwner.account,
      DATANETS.map((datanet) => ({
        to: addresses.datanets,
        abi: datanetsAbi,
        functionName: "fund",
        args: [datanet, MORE_MONEY],
      })),
    );
    const rpcUrl = (await options.rpcUrl?.(chainUrl)) ?? chainUrl;
    const gatewayPort = await picker.pick();
    const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
    const shared = { RPC_URL: rpcUrl, GATEWAY_URL: gatewayUrl };
    await processes.start(
      daemonProcess({
        role: "gateway",
        name: "gateway",
        directory,
        port: gatewayPort,
        env: { ...shared, ...ONE_ORIGIN, PRIVATE_KEY: relayer.privateKey, ...options.gateway },
        nodeOptions: options.gatewayNodeOptions ?? [],
      }),
    );
    const validatorUrls = new Map<string, string>();
    for (const { name, privateKey } of validators.slice(0, options.validators)) {
      const port = await picker.pick();
      validatorUrls.set(name, `http://127.0.0.1:${port}`);
      const env = { ...shared, PRIVATE_KEY: privateKey, POOLS: "TEXT,IMAGE,AUDIO", ...options.validator };
      await processes.start(daemonProcess({ role: "validator", name, directory, port, env }));
    }
    return {
      directory,
      gatewayUrl,
      validatorUrls,
      client,
      chainId,
      addresses,
      processes,
      stop: () => processes.stopAll(),
    };
  } catch (error) {
    await processes.stopAll();
    throw error;
  }
}
