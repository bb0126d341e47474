import { availableParallelism } from "node:os";
import { z } from "zod";

/**
 * How many files a daemon judges at a time.
 *
 * @param sparedCores Cores that the daemon has other work for; judging gets one in any case.
 */
export function judgingConfig(sparedCores: number) {
  const cores = sparedCores === 0 ? "there are cores" : `all cores but ${sparedCores}`;
  return {
    JUDGING_PROCESSES: z.coerce
      .number()
      .int()
      .min(1)
      .max(256)
      .default(Math.max(1, availableParallelism() - sparedCores))
      .describe(`Processes that judge files, one file each at a time; as many as ${cores} when absent`),
  } satisfies z.ZodRawShape;
}
