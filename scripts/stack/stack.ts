/** The whole stack on one machine: chain, contracts, index, gateway, validators, trainers, chat. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Hash, PublicClient } from "viem";
import { deployProtocol } from "../deploy/protocol.ts";
import { bases, pythonBinary } from "../setup/setup.mjs";
import { chatServer, deployer, type Person, relayer, trainers, validators } from "./accounts.ts";
import { chainClient, chainProcess, checkGenesis, keepOneGenesis } from "./chain.ts";
import { answers, daemonProcess } from "./daemon.ts";
import { PortPicker } from "./ports.ts";
import { type ProcessDefinition, ProcessTable } from "./processes.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Addresses at which the parts answer. */
interface StackUrls {
  rpc: string;
  gateway: string;
  indexer: string;
  chat: string;
  trainers: string[];
  validators: string[];
}

/** What to start, and where. */
export interface StackOptions {
  /** Folder of everything that the stack keeps. */
  directory: string;
  /** How many of the demo's validators and trainers run; all by default. */
  validators?: number;
  trainers?: number;
  /** Whether to take the usual ports when they are free. */
  usualPorts?: boolean;
  /** Told one line a step. */
  log: (line: string) => void;
}

/** A running stack. */
export interface Stack {
  urls: StackUrls;
  client: PublicClient;
  genesis: Hash;
  processes: ProcessTable;
  /** Starts index and gateway. */
  startServices(): Promise<void>;
  /** Starts the validators. */
  startValidators(): Promise<void>;
  /** Starts trainers and chat, which take longer: each warms up a Python worker. */
  startTrainers(): Promise<void>;
  /** Stops everything; no process or port is left. */
  stop(): Promise<void>;
}

/** Starts the chain, deploys the contracts, and prepares the rest. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { directory, log } = options;
  mkdirSync(directory, { recursive: true });
  const processes = new ProcessTable(directory, log);
  await processes.stopLeftovers();
  const picker = new PortPicker();
  const usual = options.usualPorts ?? false;
  const pick = (port: number) => picker.pick(usual ? port : undefined);
  const validatorPeople = validators.slice(0, options.validators ?? validators.length);
  const trainerPeople = trainers.slice(0, options.trainers ?? trainers.length);

  const chainPort = await pick(8545);
  const gatewayPort = await pick(8080);
  const indexerPort = await pick(42069);
  const chatPort = await pick(8090);
  const validatorPorts: number[] = [];
  for (const index of validatorPeople.keys()) validatorPorts.push(await pick(8101 + index));
  const trainerPorts: number[] = [];
  for (const index of trainerPeople.keys()) trainerPorts.push(await pick(8201 + index));
  const local = (port: number) => `http://127.0.0.1:${port}`;
  const urls: StackUrls = {
    rpc: local(chainPort),
    gateway: local(gatewayPort),
    indexer: local(indexerPort),
    chat: local(chatPort),
    trainers: trainerPorts.map(local),
    validators: validatorPorts.map(local),
  };

  /** A process of the node package in one role. */
  const daemon = (
    role: string,
    name: string,
    owner: Person,
    port: number,
    env: Record<string, string>,
  ): ProcessDefinition =>
    daemonProcess({
      role,
      name,
      directory,
      port,
      env: {
        RPC_URL: urls.rpc,
        PRIVATE_KEY: owner.privateKey,
        GATEWAY_URL: urls.gateway,
        // Validators serve what they judged: nobody depends on the gateway for it.
        // Many daemons share this machine: each that judges does so in one process.
        JUDGING_PROCESSES: "1",
        CONTENT_URLS: urls.validators.filter((url) => url !== local(port)).join(","),
        ...env,
      },
    });
  const python = { PYTHON: pythonBinary(), BASES_DIR: bases };

  const client = chainClient(chainPort);
  try {
    keepOneGenesis(directory);
    await processes.start(chainProcess(directory, chainPort));
    const genesis = await checkGenesis(directory, client);
    log("chain ready");
    await deployProtocol({ rpcUrl: urls.rpc, account: deployer.account, localWindows: true, log });
    return {
      urls,
      client,
      genesis,
      processes,
      async startServices() {
        await Promise.all([
          processes.start({
            name: "indexer",
            command: process.execPath,
            args: ["--disable-warning=ExperimentalWarning", join(root, "indexer/start.ts")],
            env: {
              RPC_URL: urls.rpc,
              HOST: "127.0.0.1",
              PORT: String(indexerPort),
              DATA_DIR: join(directory, "indexer"),
            },
            ready: () => answers(`${urls.indexer}/ready`),
          }),
          processes.start(
            daemon("gateway", "gateway", relayer, gatewayPort, {
              INDEXER_URL: urls.indexer,
              CHAT_URL: urls.chat,
              TRAINER_URLS: urls.trainers.join(","),
              APP_DIR: join(root, "app/dist"),
            }),
          ),
        ]);
      },
      async startValidators() {
        await Promise.all(
          validatorPeople.map((person, index) =>
            processes.start(
              daemon("validator", person.name, person, validatorPorts[index] ?? 0, {
                POOLS: "TEXT,IMAGE,AUDIO",
              }),
            ),
          ),
        );
      },
      async startTrainers() {
        await Promise.all([
          ...trainerPeople.map((person, index) =>
            processes.start(daemon("trainer", person.name, person, trainerPorts[index] ?? 0, python)),
          ),
          processes.start(daemon("chat", "chat", chatServer, chatPort, python)),
        ]);
      },
      stop: () => processes.stopAll(),
    };
  } catch (error) {
    await processes.stopAll();
    throw error;
  }
}
