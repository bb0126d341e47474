/** What a benchmark plays on: a local chain with contracts and money, a gateway, and validators, each a real process. */
import { mkdirSync } from "node:fs";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { type Addresses, addressesOf } from "@openledger/sdk/addresses";
import { createTestClient, http, type PublicClient, parseEther } from "viem";
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
  /**
   * How many seconds of this machine one second of the chain takes, 1 by default: windows of seconds become long enough
   * for processes that are killed all the time and share two cores.
   */
  slowness?: number;
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
    await slowDown(chainUrl, options.slowness ?? 1);
    const rpcUrl = (await options.rpcUrl?.(chainUrl)) ?? chainUrl;
    const gatewayPort = await picker.pick();
    const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
    const seated = validators.slice(0, options.validators);
    const ports = new Map<string, number>();
    for (const { name } of seated) ports.set(name, await picker.pick());
    const validatorUrls = new Map([...ports].map(([name, port]) => [name, `http://127.0.0.1:${port}`]));
    const shared = { RPC_URL: rpcUrl, GATEWAY_URL: gatewayUrl };
    const others = (name: string) =>
      [...validatorUrls].filter(([other]) => other !== name).map(([, url]) => url);
    await processes.start(
      daemonProcess({
        role: "gateway",
        name: "gateway",
        directory,
        port: gatewayPort,
        env: {
          ...shared,
          ...ONE_ORIGIN,
          PRIVATE_KEY: relayer.privateKey,
          CONTENT_URLS: others("gateway").join(","),
          ...options.gateway,
        },
        nodeOptions: options.gatewayNodeOptions ?? [],
      }),
    );
    await Promise.all(
      seated.map(({ name, privateKey }) => {
        const env = {
          ...shared,
          PRIVATE_KEY: privateKey,
          POOLS: "TEXT,IMAGE,AUDIO",
          CONTENT_URLS: others(name).join(","),
          ...options.validator,
        };
        const port = ports.get(name) ?? 0;
        return processes.start(daemonProcess({ role: "validator", name, directory, port, env }));
      }),
    );
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

/** From now on a block comes every `slowness` seconds and says that one has passed. */
async function slowDown(chainUrl: string, slowness: number): Promise<void> {
  if (slowness === 1) return;
  const chain = createTestClient({ mode: "anvil", transport: http(chainUrl) });
  await chain.setIntervalMining({ interval: slowness });
  await chain.setBlockTimestampInterval({ interval: 1 });
}
