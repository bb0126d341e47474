import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits for something, and not for ever.
 *
 * @param what What is waited for, as the error names it.
 * @throws Error naming it, when it took longer.
 */
export async function within<Result>(seconds: number, what: string, work: Promise<Result>): Promise<Result> {
  const over = new AbortController();
  const late = sleep(1000 * seconds, undefined, { signal: over.signal }).then(
    () => {
      throw new Error(`${what} took longer than ${Math.round(seconds)} s.`);
    },
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

/**
 * Asks again and again until the answer is yes; a question that fails is asked again.
 *
 * @returns whether the answer came in time.
 */
export async function untilTrue(
  seconds: number,
  everyMs: number,
  ask: () => Promise<boolean> | boolean,
): Promise<boolean> {
  for (const deadline = Date.now() + 1000 * seconds; ; ) {
    const left = Math.max(1, deadline - Date.now()) / 1000;
    if (await within(left, "An answer", Promise.resolve(ask())).catch(() => false)) return true;
    if (Date.now() >= deadline) return false;
    await sleep(everyMs);
  }
}
