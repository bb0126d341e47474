import { availableParallelism } from "node:os";
import { z } from "zod";

/** How many files a daemon judges at a time. */
export const judgingConfig = {
  JUDGING_PROCESSES: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(availableParallelism())
    .describe("Processes that judge files, one file each at a time; as many as there are cores when absent"),
} satisfies z.ZodRawShape;
