/** Child processes of the local stack: started in order, restarted when they die, stopped in reverse, none left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** One process of the stack. */
export interface ProcessDefinition {
  /** Name in logs and of the log file. */
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** Answers true once the process does its work. */
  ready?: () => Promise<boolean>;
  /** How long a start may take, in seconds. */
  readySeconds?: number;
  /** How long an ordered stop may take, in seconds, before the process is killed. */
  stopSeconds?: number;
}

interface Running {
  definition: ProcessDefinition;
  child: ChildProcess;
  stopping: boolean;
  /** It was killed on purpose, which says nothing about whether it can run. */
  crashed: boolean;
}

/** Kills a process and its children; a process that is gone is no error. */
function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Asks a process that is not a child to end, waits, and kills its group if it does not. */
async function endGroup(pid: number): Promise<void> {
  killGroup(pid, "SIGTERM");
  for (let waited = 0; waited < 20_000 && readEnvironment(pid)?.length; waited += 100) await sleep(100);
  killGroup(pid, "SIGKILL");
}

/** Starts, watches and stops the stack's processes. Each is the leader of a group of its own, so that a terminal's Ctrl-C reaches only the stack itself, which then stops them in order. */
export class ProcessTable {
  readonly #running = new Map<string, Running>();
  readonly #logDirectory: string;
  readonly #pidFile: string;
  readonly #notify: (line: string) => void;

  /**
   * @param directory Where logs and the list of process ids are kept.
   * @param notify Told when a process died and is started again.
   */
  constructor(directory: string, notify: (line: string) => void) {
    this.#logDirectory = join(directory, "logs");
    this.#pidFile = join(directory, "processes.json");
    this.#notify = notify;
    mkdirSync(this.#logDirectory, { recursive: true });
  }

  /** Starts a process and waits until it is ready. */
  async start(definition: ProcessDefinition): Promise<void> {
    this.#spawn(definition, 0);
    await this.#waitReady(definition);
  }

  /** The process id of a process; undefined when it was stopped or never started. */
  find(name: string): number | undefined {
    return this.#running.get(name)?.child.pid;
  }

  /** The process id of a running process. */
  pid(name: string): number {
    const pid = this.find(name);
    if (pid === undefined) throw new Error(`No process "${name}" is running.`);
    return pid;
  }

  /** Kills a process without warning, as a crash would. It is started again by itself. */
  crash(name: string): void {
    const pid = this.pid(name);
    const running = this.#running.get(name);
    if (running) running.crashed = true;
    killGroup(pid, "SIGKILL");
  }

  /** Whether a process answers as ready at the moment. */
  async isReady(name: string): Promise<boolean> {
    return (
      (await this.#running
        .get(name)
        ?.definition.ready?.()
        .catch(() => false)) ?? false
    );
  }

  /** Waits until a process answers as ready. */
  async waitReady(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (!running) throw new Error(`No process "${name}" is running.`);
    await this.#waitReady(running.definition);
  }

  /** Stops one process in order. */
  async stop(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (!running) return;
    running.stopping = true;
    const { child } = running;
    const pid = child.pid;
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      this.#running.delete(name);
      return;
    }
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    child.kill("SIGTERM");
    const patience = (running.definition.stopSeconds ?? 10) * 1000;
    await Promise.race([closed, sleep(patience, undefined, { ref: false })]);
    killGroup(pid, "SIGKILL");
    await closed;
    this.#running.delete(name);
    this.#savePids();
  }

  /** Stops everything, the last started first. */
  async stopAll(): Promise<void> {
    const names = [...this.#running.keys()].reverse();
    const [first, ...rest] = [...names].reverse();
    // Daemons do not depend on each other while they stop; only the first process, the chain, must outlive them.
    await Promise.all(rest.map((name) => this.stop(name)));
    if (first !== undefined) await this.stop(first);
    rmSync(this.#pidFile, { force: true });
  }

  #spawn(definition: ProcessDefinition, restarts: number): void {
    // A file, not a pipe: a stack that dies must not take its children's output, and with it them, along.
    const log = openSync(join(this.#logDirectory, `${definition.name}.log`), "a");
    const child = spawn(definition.command, definition.args, {
      env: { ...process.env, OPENLEDGER_STACK: join(this.#pidFile, ".."), ...definition.env },
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    const running: Running = { definition, child, stopping: false, crashed: false };
    this.#running.set(definition.name, running);
    this.#savePids();
    child.once("error", (error) => this.#notify(`${definition.name} could not be started: ${error.message}`));
    child.once("close", (code, signal) => {
      if (child.pid !== undefined) killGroup(child.pid, "SIGKILL");
      if (running.stopping) return;
      const next = running.crashed ? 1 : restarts + 1;
      if (next > 20) {
        this.#notify(
          `${definition.name} keeps ending (${signal ?? `exit ${code}`}); see ${join(this.#logDirectory, `${definition.name}.log`)}`,
        );
        return;
      }
      this.#notify(`${definition.name} ended (${signal ?? `exit ${code}`}) and is started again`);
      setTimeout(
        () => {
          if (!running.stopping) this.#spawn(definition, next);
        },
        Math.min(500 * next, 5000),
      ).unref();
    });
  }

  async #waitReady(definition: ProcessDefinition): Promise<void> {
    if (!definition.ready) return;
    const deadline = Date.now() + (definition.readySeconds ?? 90) * 1000;
    while (Date.now() < deadline) {
      if (await definition.ready().catch(() => false)) return;
      await sleep(200);
    }
    const logFile = join(this.#logDirectory, `${definition.name}.log`);
    const tail = readFileSync(logFile, "utf8").slice(-1500);
    throw new Error(`${definition.name} was not ready in time. The end of ${logFile}:\n${tail}`);
  }

  #savePids(): void {
    const pids = [...this.#running.values()].map(({ definition, child }) => ({
      name: definition.name,
      pid: child.pid,
    }));
    writeFileSync(this.#pidFile, JSON.stringify(pids));
  }

  /** Stops in order what a stack that was killed without warning left running: it could not stop its children itself. */
  async stopLeftovers(): Promise<void> {
    let leftovers: { name: string; pid?: number }[] = [];
    try {
      leftovers = JSON.parse(readFileSync(this.#pidFile, "utf8"));
    } catch {
      return;
    }
    // A process id is used again by the system: only a process that was started for this folder is ours.
    const mark = `OPENLEDGER_STACK=${join(this.#pidFile, "..")}`;
    const pids = leftovers.flatMap(({ pid }) =>
      pid !== undefined && readEnvironment(pid)?.includes(mark) ? [pid] : [],
    );
    const [chain, ...daemons] = pids;
    await Promise.all(daemons.map(endGroup));
    // The chain last, as in any stop: it writes its state when it is asked to end.
    if (chain !== undefined) await endGroup(chain);
    rmSync(this.#pidFile, { force: true });
  }
}

function readEnvironment(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  } catch {
    return undefined;
  }
}
