import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "./stage.ts";

const EVERY_MS = 250;

/** What this machine's clock showed when the chain's time passed; blocks come late on a busy machine. */
export class ChainClock {
  readonly #stage: Pick<Stage, "client">;
  readonly #seen: { seconds: number; at: number }[] = [];
  #isOver = false;

  constructor(stage: Pick<Stage, "client">) {
    this.#stage = stage;
  }

  /** Looks until `stop` is called. */
  async run(): Promise<void> {
    while (!this.#isOver) {
      const block = await this.#stage.client.getBlock().catch(() => undefined);
      const seconds = Number(block?.timestamp ?? 0);
      if (seconds > (this.#seen.at(-1)?.seconds ?? 0)) this.#seen.push({ seconds, at: Date.now() });
      await sleep(EVERY_MS);
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  /** When the first block of this time or a later one was seen, in milliseconds of this machine's clock. */
  clockAt(seconds: number): number {
    return this.#seen.find((one) => one.seconds >= seconds)?.at ?? Date.now();
  }
}
