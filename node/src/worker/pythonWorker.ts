import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";
import type { Logger } from "pino";

/** A failure that the worker reported: about the request, not about the worker. */
export class WorkerError extends Error {
  override readonly name = "WorkerError";
  readonly code: string;
  readonly next: string;

  constructor(error: { code: string; message: string; next: string }) {
    super(error.message);
    this.code = error.code;
    this.next = error.next;
  }
}

/** The worker's process ended with requests unanswered. Asking again starts a new one. */
export class WorkerGoneError extends Error {
  override readonly name = "WorkerGoneError";
}

/** The worker's process ended because this node stops: nothing is wrong with what it was asked. */
export class WorkerStoppedError extends WorkerGoneError {
  constructor() {
    super("The worker was stopped.");
  }
}

/** What a worker may say while it works on a request. */
export type WorkerEvents = (event: string, data: Record<string, unknown>) => void;

interface Pending {
  resolve: (result: Record<string, unknown>) => void;
  reject: (error: Error) => void;
  onEvent: WorkerEvents;
}

/** How the worker is started; the default is the project's own Python package. */
export interface WorkerOptions {
  command: string;
  args?: string[];
  log: Logger;
  signal: AbortSignal;
}

/**
 * Variables that a worker may see: where it computes and in how many processes, how those reach each other, and how it
 * reaches a hub. Keys and passwords of the node are not among them: a model is a stranger's file.
 */
const PASSED_ON =
  /^(PATH|HOME|LANG|LC_.*|TMPDIR|TZ|VIRTUAL_ENV|PYTHON.*|HF_.*|CUDA_.*|NVIDIA_.*|LD_LIBRARY_PATH|OMP_.*|OPENLEDGER_(DEVICE|PROCESSES|QUANTIZATION)|NCCL_.*|TORCH_NCCL_.*|GLOO_SOCKET_IFNAME|MKL_.*|PYTORCH_.*|TOKENIZERS_PARALLELISM|TRANSFORMERS_OFFLINE|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY)$/;

/** After a crash the next start waits this long, doubled each time up to half a minute. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Lines of its standard error, and characters of each, with which a worker's end is logged: they say why. */
const LAST_WORDS = 8;
const LONGEST_LAST_WORD = 300;
/** A worker that lived this long was not broken from the start. */
const HEALTHY_MS = 60_000;

/**
 * One Python process that is kept alive, spoken to in JSON lines. It is started at the first request and again after a
 * crash; what it was working on is then reported as gone, and the caller asks anew.
 */
export class PythonWorker {
  readonly #options: WorkerOptions;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcessWithoutNullStreams | undefined;
  #startedAt = 0;
  #crashes = 0;
  #lastId = 0;
  #stopped = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", () => void this.stop(), { once: true });
  }

  /** The process's id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Ask the worker for something.
   *
   * @param options.signal Aborting asks the worker to stop at its next safe moment; the request then fails as cancelled.
   * @throws WorkerError what the worker answered; WorkerGoneError when its process ended.
   */
  async request<Result>(
    method: string,
    params: Record<string, unknown>,
    options: { onEvent?: WorkerEvents; signal?: AbortSignal } = {},
  ): Promise<Result> {
    const child = await this.#process();
    const id = ++this.#lastId;
    const answer = new Promise<Record<string, unknown>>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onEvent: options.onEvent ?? (() => {}) });
    });
    const cancel = (): void =>
      this.#write(child, { id: ++this.#lastId, method: "cancel", params: { target: id } });
    options.signal?.addEventListener("abort", cancel, { once: true });
    this.#write(child, { id, method, params });
    if (options.signal?.aborted) cancel();
    try {
      return (await answer) as Result;
    } finally {
      options.signal?.removeEventListener("abort", cancel);
    }
  }

  /** End the process; what is unanswered fails. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    // The worker leaves by itself when its input ends.
    child.stdin.end();
    const timer = setTimeout(() => child.kill("SIGKILL"), 1_500);
    await ended;
    clearTimeout(timer);
  }

  #write(child: ChildProcessWithoutNullStreams, message: unknown): void {
    if (child.stdin.writable) child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async #process(): Promise<ChildProcessWithoutNullStreams> {
    if (this.#stopped) throw new WorkerStoppedError();
    if (this.#child !== undefined) return this.#child;
    if (this.#crashes > 0) {
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#crashes - 1));
      const wait = this.#startedAt + pause - Date.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      if (this.#child !== undefined) return this.#child;
      if (this.#stopped) throw new WorkerStoppedError();
    }
    return this.#start();
  }

  #start(): ChildProcessWithoutNullStreams {
    const { command, args = ["-m", "openledger_trainer"], log } = this.#options;
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
    const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    this.#startedAt = Date.now();
    log.info({ pid: child.pid, command }, "worker started");
    lowerPriority(child.pid);
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) =>
      this.#read(line),
    );
    const said: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => {
      log.debug({ line }, "worker says");
      said.push(line.slice(0, LONGEST_LAST_WORD));
      if (said.length > LAST_WORDS) said.shift();
    });
    child.once("error", (error) => this.#ended(child, error.message, said));
    child.once("close", (code, signal) => this.#ended(child, `exit ${code ?? signal}`, said));
    return child;
  }

  #read(line: string): void {
    let message: {
      id?: number;
      event?: string;
      data?: Record<string, unknown>;
      result?: unknown;
      error?: unknown;
    };
    try {
      message = JSON.parse(line);
    } catch {
      this.#options.log.warn({ line: line.slice(0, 200) }, "worker sent no JSON");
      return;
    }
    const pending = this.#pending.get(message.id ?? -1);
    if (pending === undefined) return;
    if (message.event !== undefined) {
      pending.onEvent(message.event, message.data ?? {});
      return;
    }
    this.#pending.delete(message.id ?? -1);
    if (message.error !== undefined) pending.reject(new WorkerError(message.error as never));
    else pending.resolve((message.result ?? {}) as Record<string, unknown>);
  }

  #ended(child: ChildProcessWithoutNullStreams, reason: string, said: readonly string[]): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#crashes = Date.now() - this.#startedAt > HEALTHY_MS ? 1 : this.#crashes + 1;
    if (!this.#stopped) {
      this.#options.log.warn({ reason, unanswered: this.#pending.size, lastWords: said }, "worker ended");
    }
    const gone = this.#stopped
      ? new WorkerStoppedError()
      : new WorkerGoneError(`The worker's process ended (${reason}).`);
    for (const pending of this.#pending.values()) pending.reject(gone);
    this.#pending.clear();
  }
}

/** Training takes every free moment of a machine, but never one that a vote in its window needs. */
function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system that forbids it only runs the worker at the same priority.
  }
}
