import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RandomNumbers } from "../../../node/bench/data/randomNumbers.ts";
import type { Outages } from "./outages.ts";
import type { Stage } from "./stage.ts";

/** One `kill -9`. */
export interface Kill {
  number: number;
  /** Seconds since the load began. */
  atSeconds: number;
  /** What the moment was chosen for. */
  target: "gateway" | "validator" | "storage";
  /** The process that was killed, with all of its children. */
  process: string;
  /** Whether its content store was being written at that moment; told for storage only. */
  whileWriting?: boolean;
  /** Seconds until it answered as ready again; absent when it never did. */
  backAfterSeconds?: number;
}

/** How the moments are chosen. */
export interface KillOptions {
  count: number;
  random: RandomNumbers;
  /** The mean time between two kills, in seconds. */
  meanGapSeconds: number;
  mostSeconds: number;
  outages: Outages;
  log: (line: string) => void;
}

/** Waiting for a write to a content store takes at most this long; then the kill comes anyway. */
const WRITE_PATIENCE_MS = 6_000;
const WRITE_LOOK_MS = 2;
/** A file's bytes take a few milliseconds to the disk: the kill falls among them. */
const WRITE_JITTER_MS = 8;

/** Kills processes of a stage that are ready at random moments, one after the other; several may be down at once. */
export class Killer {
  readonly kills: Kill[] = [];
  readonly #stage: Stage;
  readonly #options: KillOptions;
  readonly #started = Date.now();
  readonly #ready = new Map<string, boolean>();
  readonly #returns = new Set<Promise<void>>();

  constructor(stage: Stage, options: KillOptions) {
    this.#stage = stage;
    this.#options = options;
  }

  /** Kills until the count or the time is reached, and waits until everything is back. */
  async run(): Promise<void> {
    const { random, meanGapSeconds, mostSeconds, count } = this.#options;
    while (this.kills.length < count && Date.now() - this.#started < 1000 * mostSeconds) {
      // Between half and one and a half of the mean: as random as moments can be that have to fit into the time.
      await sleep(1000 * meanGapSeconds * (0.5 + random.next()));
      await this.#kill();
    }
    await Promise.all(this.#returns);
  }

  async #kill(): Promise<void> {
    const { random, log } = this.#options;
    const chosen = this.#choose();
    if (chosen === undefined) return;
    const [target, process] = chosen;
    const whileWriting = target === "storage" ? await this.#untilWriting(process) : undefined;
    const pid = this.#stage.processes.pid(process);
    if (!isAlive(pid)) return;
    if (whileWriting === true) await sleep(random.below(WRITE_JITTER_MS));
    const kill: Kill = {
      number: this.kills.length + 1,
      atSeconds: Math.round((Date.now() - this.#started) / 10) / 100,
      target,
      process,
      ...(whileWriting === undefined ? {} : { whileWriting }),
    };
    this.kills.push(kill);
    this.#ready.set(process, false);
    const over = this.#options.outages.begin(process);
    this.#stage.processes.crash(process);
    const isBack: Promise<void> = this.#untilBack(kill, pid)
      .finally(over)
      .finally(() => this.#returns.delete(isBack));
    this.#returns.add(isBack);
    if (kill.number % 10 === 0) log(`${kill.number} kills`);
  }

  /** A target, and a process of that kind that is ready; any other that is when none is. */
  #choose(): [Kill["target"], string] | undefined {
    const { random } = this.#options;
    const isReady = (name: string) => this.#ready.get(name) ?? true;
    const ready = [...this.#stage.validatorUrls.keys()].filter(isReady);
    const validator = ready[random.below(ready.length)];
    const gateway = isReady("gateway") ? "gateway" : undefined;
    const share = random.next();
    if (share < 0.35 && gateway !== undefined) return ["gateway", gateway];
    const first = share < 0.55 ? (gateway ?? validator) : (validator ?? gateway);
    if (first === undefined) return undefined;
    if (share < 0.75) return ["storage", first];
    return [first === "gateway" ? "gateway" : "validator", first];
  }

  /** A block that is new usually has a folder that is new: the folder above it changes. */
  async #untilWriting(process: string): Promise<boolean> {
    const blocks = join(this.#stage.directory, process, "content", "blocks");
    const before = changedAt(blocks);
    for (const deadline = Date.now() + WRITE_PATIENCE_MS; Date.now() < deadline; ) {
      if (changedAt(blocks) !== before) return true;
      await sleep(WRITE_LOOK_MS);
    }
    return false;
  }

  /** It may end by itself once more while it starts, when it finds no chain: what counts is when it is ready. */
  async #untilBack(kill: Kill, killed: number): Promise<void> {
    const { processes } = this.#stage;
    const since = Date.now();
    while (processes.pid(kill.process) === killed) await sleep(50);
    while (!(await processes.isReady(kill.process))) await sleep(100);
    this.#ready.set(kill.process, true);
    kill.backAfterSeconds = Math.round((Date.now() - since) / 10) / 100;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function changedAt(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
