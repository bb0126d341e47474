import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { Assay, AssayRequest } from "./assay.ts";
import { type GuardLimits, OVER_MEMORY, OVER_TIME } from "./guardWords.ts";

/** What one process may use. */
export interface ProcessLimits {
  /** Processor time for one file, which does not depend on what else the machine does. */
  cpuMilliseconds: number;
  /** Time on the clock for one file, for what waits for ever without working. */
  fileMilliseconds: number;
  /** Of JavaScript's heap. */
  heapBytes: number;
  /** Of everything: decoders keep pixels and samples outside JavaScript's heap. */
  residentBytes: number;
}

/** Why a process ended that nobody asked to end. */
export interface Death {
  kind: "failed-start" | "endless" | "late" | "memory" | "crash";
  /** A sentence about the file that it was working on. */
  detail: string;
}

/** What a process says of a file: what it is worth, or why the disk did not give it. */
export type AssayAnswer = { assay: Assay; failure?: undefined } | { assay?: undefined; failure: string };

/** What becomes known about a process. */
export interface ProcessEvents {
  ready(): void;
  /** Answers come in the order of the requests. */
  answered(answer: AssayAnswer): void;
  died(death: Death): void;
}

/** Variables that the process may see. Keys and passwords of the node are not among them: it reads strangers' files. */
const PASSED_ON = /^(PATH|HOME|LANG|LC_.*|TMPDIR|TEMP|TMP|TZ|SystemRoot|LD_LIBRARY_PATH)$/;
const NURSERY_MEBIBYTES = 4;
const START_MILLISECONDS = 120_000;
const KEPT_OUTPUT = 2_000;
/** Half of what systems call below normal: on a machine with much to do, that would be next to nothing. */
const BELOW_NORMAL = constants.priority.PRIORITY_BELOW_NORMAL / 2;

/** One process that judges files one after the other, and its bounds. */
export class AssayProcess {
  readonly #child: ChildProcess;
  readonly #limits: ProcessLimits;
  readonly #events: ProcessEvents;
  readonly #closed: Promise<void>;
  #unanswered = 0;
  #ready = false;
  #late = false;
  #killed = false;
  #output = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: ProcessLimits, events: ProcessEvents) {
    this.#limits = limits;
    this.#events = events;
    this.#child = fork(fileURLToPath(new URL("./assayWorker.ts", import.meta.url)), [], {
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name))),
        // Decoders allocate on many threads, and parsing the models of languages takes memory for a moment: glibc would
        // keep a heap for each thread, and what the parser gave back. The sizes are in bytes.
        MALLOC_ARENA_MAX: "2",
        MALLOC_MMAP_THRESHOLD_: "32768",
        MALLOC_TRIM_THRESHOLD_: "65536",
      },
      execArgv: [
        "--disable-warning=ExperimentalWarning",
        `--max-old-space-size=${Math.round(limits.heapBytes / 2 ** 20)}`,
        // One file at a time leaves little garbage behind; a larger nursery would only take memory.
        `--max-semi-space-size=${NURSERY_MEBIBYTES}`,
        // It reads files and answers: it writes none, and starts no program.
        "--permission",
        "--allow-fs-read=*",
        "--allow-addons",
        "--allow-worker",
      ],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    lowerPriority(this.#child.pid);
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString()).slice(-KEPT_OUTPUT);
    });
    this.#child.on("message", (message: AssayAnswer | "ready") => this.#hear(message));
    this.#closed = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.#output += error.message;
        // A process that never started sends no "close".
        if (this.#child.pid === undefined) this.#end("", resolve);
      });
      this.#child.once("close", (code, signal) => this.#end(String(signal ?? code), resolve));
    });
    const { residentBytes, cpuMilliseconds } = limits;
    this.#child.send({ residentBytes, cpuMilliseconds } satisfies GuardLimits, ignoreFailure);
    this.#startTimer(START_MILLISECONDS);
  }

  /** The process's id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Let the process judge a file after those that it was given before. */
  send(request: AssayRequest): void {
    this.#unanswered++;
    this.#child.send(request, ignoreFailure);
    if (this.#ready && this.#unanswered === 1) this.#startTimer(this.#limits.fileMilliseconds);
  }

  /** End the process without a word, and wait until it is gone. It holds nothing that could be lost. */
  kill(): Promise<void> {
    this.#killed = true;
    this.#child.kill("SIGKILL");
    return this.#closed;
  }

  #hear(message: AssayAnswer | "ready"): void {
    clearTimeout(this.#timer);
    if (this.#killed) return;
    if (message === "ready") {
      this.#ready = true;
      this.#events.ready();
    } else {
      this.#unanswered--;
      this.#events.answered(message);
    }
    if (this.#unanswered > 0) this.#startTimer(this.#limits.fileMilliseconds);
  }

  #startTimer(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#late = true;
      this.#child.kill("SIGKILL");
    }, milliseconds);
  }

  #end(how: string, done: () => void): void {
    clearTimeout(this.#timer);
    done();
    if (!this.#killed) this.#events.died(this.#death(how));
  }

  #death(how: string): Death {
    if (!this.#ready)
      return {
        kind: "failed-start",
        detail: `${how} ${this.#output.trim().split("\n").at(-1) ?? ""}`.trim(),
      };
    if (this.#output.includes(OVER_TIME)) {
      const seconds = this.#limits.cpuMilliseconds / 1000;
      return { kind: "endless", detail: `Reading the file took more than ${seconds} seconds of work.` };
    }
    if (this.#late) {
      const seconds = this.#limits.fileMilliseconds / 1000;
      return { kind: "late", detail: `Reading the file took longer than ${seconds} seconds.` };
    }
    if (this.#output.includes(OVER_MEMORY) || this.#output.includes("heap out of memory")) {
      const mebibytes = Math.round(this.#limits.residentBytes / 2 ** 20);
      return { kind: "memory", detail: `Reading the file took more than ${mebibytes} MiB of memory.` };
    }
    return { kind: "crash", detail: `Reading the file ended the process that read it (${how}).` };
  }
}

/** A message to a process that is already gone: its end is reported by itself. */
function ignoreFailure(): void {}

/** Judging uses every free moment of a machine, but none that somebody waits for. */
function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, BELOW_NORMAL);
  } catch {
    // A system that forbids it only runs the process at the same priority.
  }
}
