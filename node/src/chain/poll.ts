import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { isStopping, UserError } from "../app/errors.ts";

/** How a repeated piece of work runs. */
export interface PollOptions {
  /** Names the work in the log. */
  name: string;
  seconds: number;
  signal: AbortSignal;
  log: Logger;
  /** The longest wait after failures; by default half a minute. What has a deadline should look again sooner. */
  longestWaitSeconds?: number;
  /** Told of every failed round, before the loop waits. */
  onError?: (error: unknown) => void;
}

const LONGEST_WAIT_SECONDS = 30;

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
      wait = Math.min(
        options.seconds * 2 ** Math.min(failures, 10),
        Math.max(options.longestWaitSeconds ?? LONGEST_WAIT_SECONDS, options.seconds),
      );
      options.log.warn({ work: options.name, failures, waitSeconds: wait, err: error }, "work failed");
      options.onError?.(error);
    }
    await sleep(wait * 1000, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
