import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RandomNumbers } from "../../../node/bench/data/randomNumbers.ts";
import type { Outages } from "./outages.ts";
import { untilTrue } from "./patience.ts";
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
  /** Told, in a sentence, of what should not have happened. */
  complain: (sentence: string) => void;
}

/** How often which target is chosen, and of the kills during a write how many fall on the gateway's store. */
const TARGETS = { gateway: 0.25, validator: 0.4, storage: 0.35 } as const;
const GATEWAY_OF_STORAGE = 0.3;
/** Half of the processes: on a slow machine the next kill waits until enough are back for the network to work. */
const MOST_DOWN = 3;
/** A process that is not ready by then will not be. */
const BACK_PATIENCE_MS = 120_000;
/** Waiting for a write to a content store takes at most this long; then the kill comes anyway. */
const WRITE_PATIENCE_MS = 3_000;
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
  /** From when on a process may be killed again, by Date.now. */
  readonly #notBefore = new Map<string, number>();
  readonly #returns = new Set<Promise<void>>();

  constructor(stage: Stage, options: KillOptions) {
    this.#stage = stage;
    this.#options = options;
  }

  /** How many processes are down at the moment. */
  get down(): number {
    return [...this.#ready.values()].filter((isReady) => !isReady).length;
  }

  /** Kills until the count or the time is reached, and waits until everything is back, as far as it comes back. */
  async run(): Promise<void> {
    const { random, meanGapSeconds, mostSeconds, count, complain } = this.#options;
    while (this.kills.length < count && Date.now() - this.#started < 1000 * mostSeconds) {
      // Between half and one and a half of the mean: as random as moments can be that have to fit into the time.
      await sleep(1000 * meanGapSeconds * (0.5 + random.next()));
      if (this.down >= MOST_DOWN) continue;
      await this.#kill().catch((error: unknown) => complain(`A kill failed: ${error}.`));
    }
    await Promise.all(this.#returns);
  }

  async #kill(): Promise<void> {
    const { random } = this.#options;
    const chosen = this.#choose();
    if (chosen === undefined) return;
    const { target, candidates } = chosen;
    const writing = target === "storage" ? await this.#untilWriting(candidates) : undefined;
    const whileWriting = target === "storage" ? writing !== undefined : undefined;
    const process = writing ?? (candidates[random.below(candidates.length)] as string);
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
      .catch((error: unknown) => this.#options.complain(`${process} did not come back: ${error}.`))
      .finally(over)
      .finally(() => this.#returns.delete(isBack));
    this.#returns.add(isBack);
  }

  /**
   * A target, and the processes of that kind that may be killed; those of the other kind when there is none. Whoever was
   * killed works for as long as it was away before it is killed again.
   */
  #choose(): { target: Kill["target"]; candidates: string[] } | undefined {
    const { random } = this.#options;
    const isReady = (name: string) =>
      (this.#ready.get(name) ?? true) && (this.#notBefore.get(name) ?? 0) <= Date.now();
    const validators = [...this.#stage.validatorUrls.keys()].filter(isReady);
    const gateways = ["gateway"].filter(isReady);
    const share = random.next();
    const isStorage = share < TARGETS.storage;
    const wantsGateway = isStorage
      ? random.next() < GATEWAY_OF_STORAGE
      : share < TARGETS.storage + TARGETS.gateway;
    const wanted = wantsGateway ? gateways : validators;
    const candidates = wanted.length > 0 ? wanted : wantsGateway ? validators : gateways;
    if (candidates.length === 0) return undefined;
    if (isStorage) return { target: "storage", candidates };
    return { target: candidates[0] === "gateway" ? "gateway" : "validator", candidates };
  }

  /** The first of these processes that writes. A block that is new usually has a folder that is new: the one above it changes. */
  async #untilWriting(candidates: readonly string[]): Promise<string | undefined> {
    // All of them write what is submitted at about the same moment: none is always looked at first.
    const first = this.#options.random.below(candidates.length);
    const stores = [...candidates.slice(first), ...candidates.slice(0, first)].map((process) => {
      const folder = join(this.#stage.directory, process, "content", "blocks");
      return { process, folder, before: changedAt(folder) };
    });
    for (const deadline = Date.now() + WRITE_PATIENCE_MS; Date.now() < deadline; ) {
      const writing = stores.find(({ folder, before }) => changedAt(folder) !== before);
      if (writing !== undefined) return writing.process;
      await sleep(WRITE_LOOK_MS);
    }
    return undefined;
  }

  /** It may end by itself once more while it starts, when it finds no chain: what counts is when it is ready. */
  async #untilBack(kill: Kill, killed: number): Promise<void> {
    const { processes } = this.#stage;
    const since = Date.now();
    const isBack = async () =>
      processes.find(kill.process) !== killed && (await processes.isReady(kill.process));
    if (!(await untilTrue(BACK_PATIENCE_MS / 1000, 100, isBack)))
      throw new Error(`it was not ready ${BACK_PATIENCE_MS / 1000} s after kill ${kill.number}`);
    const awayMs = Date.now() - since;
    this.#notBefore.set(kill.process, Date.now() + awayMs);
    this.#ready.set(kill.process, true);
    kill.backAfterSeconds = Math.round(awayMs / 10) / 100;
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
