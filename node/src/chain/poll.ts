import { setTimeout as sleep } from "node:timers/promises";
import { explainError } from "@openledger/sdk/errors";
import type { Logger } from "pino";
import { BaseError } from "viem";
import { isStopping, UserError } from "../app/errors.ts";
import { isUnreachable } from "./unreachable.ts";

/** How a repeated piece of work runs. */
export interface PollOptions {
  /** Names the work in the log. */
  name: string;
  seconds: number;
  signal: AbortSignal;
  log: Logger;
  /** The longest wait after failures; by default half a minute. What has a deadline should look again sooner. */
  longestWaitSeconds?: number;
}

const LONGEST_WAIT_SECONDS = 30;

/** What the way to the chain said itself, without the request that it was said to. */
function causeOf(error: unknown): string {
  if (!(error instanceof BaseError)) return String(error);
  return [error.shortMessage, error.details].filter((text) => text !== "").join(" ");
}

/**
 * Repeats `work` until the signal aborts. A round that fails is logged and tried again, with longer waits while it keeps
 * failing; only an error that a person must act upon ends the loop.
 */
export async function poll(work: () => Promise<unknown>, options: PollOptions): Promise<void> {
  let failures = 0;
  while (!options.signal.aborted) {
    let wait = options.seconds;
    try {
      await work();
      if (failures > 0) options.log.info({ work: options.name, failures }, "work resumed");
      failures = 0;
    } catch (error) {
      if (options.signal.aborted || isStopping(error)) return;
      if (error instanceof UserError) throw error;
      failures += 1;
      const most = Math.max(options.longestWaitSeconds ?? LONGEST_WAIT_SECONDS, options.seconds);
      // Not all at once: whoever failed together would come again together.
      wait = Math.min(options.seconds * 2 ** Math.min(failures, 10), most) * (0.5 + Math.random() / 2);
      const facts = { work: options.name, failures, waitSeconds: Math.round(wait * 10) / 10 };
      if (isUnreachable(error)) {
        const { sentence } = explainError(error);
        options.log.warn({ ...facts, sentence, cause: causeOf(error) }, "chain does not answer");
      } else options.log.warn({ ...facts, err: error }, "work failed");
    }
    await sleep(wait * 1000, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
