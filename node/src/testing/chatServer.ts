import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultJobSpec } from "@openledger/sdk/jobSpec";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { openDatabase } from "../app/database.ts";
import { createServer } from "../app/server.ts";
import { TokenFile } from "../app/tokenFile.ts";
import type { ChatEngine } from "../chat/chatEngine.ts";
import { ChatKeys } from "../chat/chatKeys.ts";
import { addChatRoutes } from "../chat/chatRoutes.ts";
import { Releases } from "../chat/releases.ts";
import { UsageLog } from "../chat/usageLog.ts";
import { WorkerEngine } from "../chat/workerEngine.ts";
import { LocalBases } from "../worker/localBases.ts";
import { PythonWorker } from "../worker/pythonWorker.ts";

const WORKER = new URL("answeringWorker.ts", import.meta.url).pathname;

/** The base of every release of a test. */
export const TEST_BASE = { name: "tiny", family: "gpt2", baseDigest: `0x${"ba".repeat(32)}` as Hex };
/** The dataset version of every release of a test. */
export const TEST_DATASET = { datanet: 1, versionCount: 20, versionHead: `0x${"da".repeat(32)}` as Hex };
/** What usage records of a test are signed for. */
export const TEST_DOMAIN = { chainId: 31337, attribution: `0x${"a7".repeat(20)}` as Hex };

/** How a chat server of a test differs from the usual one. */
export interface TestChatOptions {
  /** How many releases of the base there are. */
  releases?: number;
  areKeysRequired?: boolean;
  limits?: Partial<Parameters<typeof addChatRoutes>[1]["limits"]>;
  /** Made with the folder of everything; the worker that answers by rule otherwise. */
  engine?: (folder: string) => ChatEngine;
  /** A folder that is kept, for a server that is started again. */
  folder?: string;
}

/** A chat server on a port of its own, whose releases are there without a chain. */
export async function startChat(options: TestChatOptions = {}) {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "openledger-chat-")));
  const log = pino({ level: "silent" });
  const stop = new AbortController();
  const bases = join(folder, "bases");
  await mkdir(join(bases, TEST_BASE.name), { recursive: true });
  await writeFile(join(bases, TEST_BASE.name, "base.json"), JSON.stringify(TEST_BASE));
  const database = openDatabase(join(folder, "node.sqlite"));
  const releases = new Releases({
    database,
    chain: undefined as never,
    content: undefined as never,
    log,
    folder: join(folder, "releases"),
  });
  for (let release = 1; release <= (options.releases ?? 2); release++) addRelease(database, release);
  const worker = new PythonWorker({ command: process.execPath, args: [WORKER], log, signal: stop.signal });
  const engine = options.engine?.(folder) ?? new WorkerEngine(worker, new LocalBases(bases, worker, log));
  const keys = ChatKeys.open(join(folder, "chat-keys.sqlite"));
  const account = privateKeyToAccount(`0x${"44".repeat(32)}`);
  const usage = new UsageLog({ database, account, ...TEST_DOMAIN });
  const operator = new TokenFile(join(folder, "operator-token"));
  const server = createServer({
    log,
    metrics: new Registry(),
    readiness: () => undefined,
    role: "chat",
    account: account.address,
    trustProxy: false,
  });
  await addChatRoutes(server, {
    log,
    engine,
    releases,
    keys,
    areKeysRequired: options.areKeysRequired ?? false,
    usage,
    operator,
    limits: {
      requestsPerMinute: 1_000,
      tokensPerMinute: 1_000_000,
      answersAtOnce: 32,
      longestAnswer: 4_096,
      defaultAnswer: 64,
      ...options.limits,
    },
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  return {
    url: server.listeningOrigin,
    folder,
    keys,
    usage,
    operator: operator.token,
    server: account.address,
    /** @param options.keep Whether the folder stays, for another server. */
    stop: async ({ keep = false } = {}) => {
      await server.close();
      await engine.stop();
      await worker.stop();
      stop.abort();
      keys.close();
      database.close();
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A digest that differs by release. */
export function adapterDigestOf(release: number): Hex {
  return `0x${release.toString(16).padStart(64, "0")}`;
}

function addRelease(database: ReturnType<typeof openDatabase>, release: number): void {
  const facts = {
    release,
    model: 1,
    job: release,
    parentRelease: 0,
    specDigest: adapterDigestOf(release),
    trainer: `0x${"33".repeat(20)}`,
    attestation: { adapterDigest: adapterDigestOf(release), steps: 1 },
  };
  const spec = defaultJobSpec({ base: TEST_BASE, datasets: [TEST_DATASET] });
  database
    .prepare("INSERT OR IGNORE INTO release (release, facts, spec) VALUES (?, ?, ?)")
    .run(release, JSON.stringify(facts), JSON.stringify(spec));
  database
    .prepare("INSERT OR IGNORE INTO release_since (release, since) VALUES (?, ?)")
    .run(release, 1_800_000_000);
}
