import { join } from "node:path";
import type { Logger } from "pino";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { z } from "zod";
import { loadAccount } from "../chain/account.ts";
import { Chain } from "../chain/chain.ts";
import { Journal } from "../chain/journal.ts";
import { type ConfigOf, readConfig, redactConfig } from "../config/config.ts";
import { type Database, NODE_DATABASE, openDatabase } from "./database.ts";
import { EXIT_REFUSED, EXIT_RESTART, isStopping, RestartError, UserError } from "./errors.ts";
import { notFound } from "./httpErrors.ts";
import { type DirectoryLock, lockDirectory } from "./lock.ts";
import { createLog } from "./log.ts";
import { createServer, type Server } from "./server.ts";

/** What the frame gives to a role. */
export interface RoleContext<Shape extends z.ZodRawShape = z.ZodRawShape> {
  config: ConfigOf<Shape>;
  log: Logger;
  /** Make metrics with `registers: [metrics]`; names begin with `openledger_`. */
  metrics: Registry;
  /** Add routes in `preMain`; it listens afterwards. */
  server: Server;
  chain: Chain;
  /** Sends transactions. Throws when the role declared that it needs no account. */
  journal: Journal;
  /** `DATA_DIR/node.sqlite`. A role makes its own tables in `preMain`. */
  database: Database;
  /** Aborts when the daemon stops. */
  signal: AbortSignal;
}

/** A role that has been prepared. */
interface RunningRole {
  /**
   * Does the role's work until `signal` aborts; usually some `chain.poll(…)` under one Promise.all. Rejecting stops the
   * daemon. A role that only serves requests leaves it out.
   */
  main?: () => Promise<unknown>;
  /** Gives back what the role holds (child processes, stores), within about 3 seconds. */
  shutdown?: () => Promise<void>;
  /** Answers for addresses that no route has; by default a refusal as JSON. */
  notFound?: typeof notFound;
  /** Why the role is not ready yet, or undefined when it is. */
  readiness?: () => Promise<string | undefined> | string | undefined;
}

/** One of the daemon's roles. */
export interface RoleDefinition<Shape extends z.ZodRawShape = z.ZodRawShape> {
  name: string;
  /** The role's own environment variables, over the common ones. */
  config: Shape;
  /** Whether it needs PRIVATE_KEY or KEYSTORE_FILE. */
  needsAccount: boolean;
  /** Opens what the role needs and adds its routes; the server does not listen yet. */
  preMain: (context: RoleContext<Shape>) => Promise<RunningRole>;
}

/** Declares a role with the types of its configuration inferred. */
export function defineRole<Shape extends z.ZodRawShape>(
  definition: RoleDefinition<Shape>,
): RoleDefinition<Shape> {
  return definition;
}

const SHUTDOWN_MILLISECONDS = 5_000;
/** A transaction may have a deadline: while the chain does not answer, ask again this soon. */
const LONGEST_WAIT_SECONDS = 5;

/**
 * Runs a role until SIGINT, SIGTERM or a failure, and ends the process: 0 after a signal, 1 when a person has to
 * change something, 75 when a restart helps.
 */
export async function runApp<Shape extends z.ZodRawShape>(
  role: RoleDefinition<Shape>,
  environment: Record<string, string | undefined> = process.env,
): Promise<never> {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  let log = createLog(role.name, { LOG_LEVEL: "info", LOG_PRETTY: false });
  let lock: DirectoryLock | undefined;
  let code = 0;
  try {
    const config = readConfig(role.config, environment);
    log = createLog(role.name, config);
    for (const event of ["uncaughtException", "unhandledRejection"] as const) {
      process.on(event, (error) => {
        log.fatal({ err: error }, "unexpected failure");
        lock?.release();
        process.exit(EXIT_RESTART);
      });
    }
    lock = lockDirectory(config.DATA_DIR);
    log.info({ config: redactConfig(role.config, config) }, "starting");
    await run(role, config, log, stop);
  } catch (error) {
    code = report(log, error);
  }
  lock?.release();
  log.info({ code }, "stopped");
  process.exit(code);
}

function report(log: Logger, error: unknown): number {
  if (isStopping(error)) return 0;
  if (error instanceof UserError) {
    log.fatal({ code: error.code, sentence: error.sentence, next: error.next }, "cannot run");
    return EXIT_REFUSED;
  }
  if (error instanceof RestartError) log.fatal({ sentence: error.message }, "cannot go on");
  else log.fatal({ err: error }, "failed");
  return EXIT_RESTART;
}

async function run<Shape extends z.ZodRawShape>(
  role: RoleDefinition<Shape>,
  config: ConfigOf<Shape>,
  log: Logger,
  stop: AbortController,
): Promise<void> {
  const { signal } = stop;
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const database = openDatabase(join(config.DATA_DIR, NODE_DATABASE));
  const account = await loadAccount(config);
  if (role.needsAccount && account === undefined) {
    throw new UserError({
      code: "no-account",
      sentence: `The ${role.name} signs transactions, and neither PRIVATE_KEY nor KEYSTORE_FILE is set.`,
      next: "Set one of them.",
    });
  }
  const chain = await Chain.connect({ config, log, database, account, signal });
  const journal =
    account === undefined
      ? undefined
      : new Journal({ client: chain.client, account, database, log, config, signal });
  addChainMetrics(metrics, chain, journal);

  let running: RunningRole = {};
  let started = false;
  const readiness = async () => {
    if (!started || signal.aborted) return "The daemon is starting or stopping.";
    const age = chain.lastHead?.ageSeconds ?? Number.POSITIVE_INFINITY;
    if (age > Math.max(10, 3 * config.POLL_SECONDS)) return "The chain does not answer.";
    return running.readiness?.();
  };
  const server = createServer({
    log,
    metrics,
    readiness,
    role: role.name,
    account: account?.address,
    trustProxy: config.TRUST_PROXY,
  });
  const context: RoleContext<Shape> = {
    config,
    log,
    metrics,
    server,
    chain,
    database,
    signal,
    get journal(): Journal {
      if (journal === undefined) throw new Error(`The ${role.name} has no account, and sends nothing.`);
      return journal;
    },
  };

  const work: Promise<unknown>[] = [];
  try {
    running = await role.preMain(context);
    server.setNotFoundHandler(running.notFound ?? notFound);
    await server.listen({ host: config.HOST, port: config.PORT });
    log.info({ url: server.listeningOrigin, account: account?.address, chainId: chain.chainId }, "listening");
    work.push(
      chain.poll("chain head", () => chain.head()),
      ...(journal === undefined
        ? []
        : [chain.poll("journal", () => journal.advance(), config.POLL_SECONDS, LONGEST_WAIT_SECONDS)]),
      ...(running.main === undefined ? [] : [running.main()]),
    );
    started = true;
    await Promise.race([Promise.all(work), aborted(signal)]);
  } finally {
    stop.abort();
    await withinLimit(log, async () => {
      // Requests first, so that nobody waits for an answer of a role that is gone.
      await server.close();
      await Promise.allSettled([...work, running.shutdown?.()]);
      database.close();
    });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** What is not done in time is left: the journal and the database bear being killed. */
async function withinLimit(log: Logger, steps: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      log.warn({ milliseconds: SHUTDOWN_MILLISECONDS }, "shutdown took too long");
      resolve();
    }, SHUTDOWN_MILLISECONDS - 500);
  });
  await Promise.race([steps(), limit]);
  clearTimeout(timer);
}

function addChainMetrics(metrics: Registry, chain: Chain, journal: Journal | undefined): void {
  new Gauge({
    name: "openledger_chain_block",
    help: "Newest block seen",
    registers: [metrics],
    collect() {
      this.set(Number(chain.lastHead?.number ?? 0n));
    },
  });
  new Gauge({
    name: "openledger_chain_time_seconds",
    help: "Chain time: the newest block's timestamp",
    registers: [metrics],
    collect() {
      this.set(chain.lastHead?.timestamp ?? 0);
    },
  });
  new Gauge({
    name: "openledger_journal_transactions",
    help: "Transactions in the journal, by state",
    labelNames: ["state"],
    registers: [metrics],
    collect() {
      this.reset();
      for (const [state, count] of journal?.countByState() ?? []) this.set({ state }, count);
    },
  });
}
