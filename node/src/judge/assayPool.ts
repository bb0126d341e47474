import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { StoppingError } from "../app/errors.ts";
import type { Assay, Assayer, AssayRequest } from "./assay.ts";
import { AssayProcess, type Death, type ProcessLimits } from "./assayProcess.ts";
import { reject } from "./opinion.ts";

/** How much a pool may use; every bound has a default. */
export interface AssayPoolOptions extends Partial<ProcessLimits> {
  /** Processes at most; by default one for each core. */
  processes?: number;
}

const DEFAULT_LIMITS: ProcessLimits = {
  // The largest honest files take two or three seconds.
  cpuMilliseconds: 30_000,
  fileMilliseconds: 300_000,
  heapBytes: 512 * 1024 * 1024,
  // What Node and the decoders take by themselves comes to about 200 MiB.
  residentBytes: 1024 * 1024 * 1024,
};

/** One file is worked on and one waits in the process, so that it never idles while an answer travels. */
const FILES_IN_A_PROCESS = 2;
/** Processes that wait for the first files. */
const WARM_PROCESSES = 2;
/** Processes that end before they are ready, one after the other, until it is said that none can start. */
const MOST_FAILED_STARTS = 3;

interface Task {
  request: AssayRequest;
  /** A process died on it: it gets a fresh one, with nothing before it and nothing behind it. */
  alone: boolean;
  resolve: (assay: Assay) => void;
  reject: (error: Error) => void;
}

/**
 * Judges files in processes of their own, which start when there is something to do and stay warm. A file that crashes,
 * stalls or fills its process takes nothing else down: it is refused, and what waited behind it goes to another process.
 *
 * @example
 * const pool = new AssayPool();
 * const { inspection, opinion } = await pool.assay({ path: "/tmp/upload-1", name: "notes.md", pool: TEXT });
 * await pool.close();
 */
export class AssayPool implements Assayer {
  readonly #limits: ProcessLimits;
  readonly #mostProcesses: number;
  readonly #waiting: Task[] = [];
  /** What each process was given, in the order in which it answers. */
  readonly #processes = new Map<AssayProcess, Task[]>();
  readonly #ending = new Set<Promise<void>>();
  #failedStarts = 0;
  #closed = false;

  constructor({ processes = availableParallelism(), ...limits }: AssayPoolOptions = {}) {
    this.#mostProcesses = Math.max(1, processes);
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Ids of the processes that run at the moment. */
  get pids(): number[] {
    return [...this.#processes.keys()].flatMap(({ pid }) => pid ?? []);
  }

  /** Start a few processes now instead of with the first files; the others start when there is work for them. */
  warm(): void {
    const few = Math.min(WARM_PROCESSES, this.#mostProcesses);
    while (this.#processes.size < few) this.#start();
  }

  /**
   * Judge one file by itself. It never fails for what a file does to its process: such a file is refused.
   *
   * @throws StoppingError when the pool was closed before the file was judged.
   * @throws Error when the file at the path cannot be read from the disk, or no process can be started.
   */
  assay(request: AssayRequest): Promise<Assay> {
    if (this.#closed) return Promise.reject(new StoppingError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, alone: false, resolve, reject });
      this.#distribute();
    });
  }

  /** End every process and wait until it is gone; what is not judged yet fails with a StoppingError. */
  async close(): Promise<void> {
    this.#closed = true;
    const tasks = [...this.#waiting.splice(0), ...[...this.#processes.values()].flat()];
    for (const process of this.#processes.keys()) this.#end(process);
    for (const task of tasks) task.reject(new StoppingError());
    await Promise.all(this.#ending);
  }

  #distribute(): void {
    for (let task = this.#waiting[0]; task !== undefined; task = this.#waiting[0]) {
      const process = this.#processFor(task);
      if (process === undefined) return;
      this.#waiting.shift();
      this.#processes.get(process)?.push(task);
      process.send(task.request);
    }
  }

  /** The process that a task goes to next, started where there is room; undefined when it has to wait. */
  #processFor({ alone }: Task): AssayProcess | undefined {
    const open = [...this.#processes].filter(([, tasks]) => !tasks.some((task) => task.alone));
    const idle = open.find(([, tasks]) => tasks.length === 0)?.[0];
    if (alone && idle !== undefined) this.#end(idle);
    if (!alone && idle !== undefined) return idle;
    if (this.#processes.size < this.#mostProcesses) return this.#start();
    return alone ? undefined : open.find(([, tasks]) => tasks.length < FILES_IN_A_PROCESS)?.[0];
  }

  #start(): AssayProcess {
    const process: AssayProcess = new AssayProcess(this.#limits, {
      ready: () => {
        this.#failedStarts = 0;
      },
      answered: (answer) => {
        const task = this.#processes.get(process)?.shift();
        if (answer.assay !== undefined) task?.resolve(answer.assay);
        else task?.reject(new Error(answer.failure));
        this.#distribute();
      },
      died: (death) => void this.#mourn(process, death),
    });
    this.#processes.set(process, []);
    return process;
  }

  async #mourn(process: AssayProcess, death: Death): Promise<void> {
    const [worked, ...behind] = this.#processes.get(process) ?? [];
    if (!this.#processes.delete(process)) return;
    this.#waiting.unshift(...behind);
    if (death.kind === "failed-start" && ++this.#failedStarts >= MOST_FAILED_STARTS) {
      const error = new Error(`No process to judge files in can be started: ${death.detail}`);
      this.#failedStarts = 0;
      for (const task of [worked, ...this.#waiting.splice(0)]) task?.reject(error);
    } else if (
      worked !== undefined &&
      death.kind !== "failed-start" &&
      (worked.alone || death.kind === "endless")
    ) {
      worked.resolve(await refusedAfter(worked.request, death));
    } else if (worked !== undefined) {
      // An earlier file may have left the process broken, or somebody may have ended it.
      this.#waiting.unshift({ ...worked, alone: worked.alone || death.kind !== "failed-start" });
    }
    this.#distribute();
  }

  #end(process: AssayProcess): void {
    this.#processes.delete(process);
    const ended: Promise<void> = process.kill().then(() => {
      this.#ending.delete(ended);
    });
    this.#ending.add(ended);
  }
}

async function refusedAfter({ path }: AssayRequest, { detail }: Death): Promise<Assay> {
  const sizeBytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  return {
    inspection: { mediaType: "application/octet-stream", sizeBytes, reason: "unreadable", detail },
    opinion: reject("unreadable", detail),
  };
}
