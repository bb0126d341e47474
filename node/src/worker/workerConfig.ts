import { z } from "zod";

/** The settings of every role that computes with Python. The worker reads OPENLEDGER_* from its environment itself. */
export const pythonConfig = {
  PYTHON: z.string().min(1).default("python3").describe("Python with the package openledger_trainer"),
  OPENLEDGER_DEVICE: z
    .string()
    .regex(/^(cpu|cuda(:\d+)?)$/, "is none of cpu, cuda and cuda:N")
    .optional()
    .describe("Where models compute: cpu, cuda or cuda:N; a GPU where there is one when absent"),
} satisfies z.ZodRawShape;

/** The settings of a role that loads base models. */
export const basesConfig = {
  ...pythonConfig,
  BASES_DIR: z.string().min(1).default(".cache/bases").describe("Folder of base models, one folder each"),
} satisfies z.ZodRawShape;

/** The settings of a role that trains and replays. */
export const trainingConfig = {
  ...basesConfig,
  OPENLEDGER_PROCESSES: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe("Processes that train a job together; one for each GPU when absent"),
  OPENLEDGER_QUANTIZATION: z
    .enum(["bitsandbytes", "openledger-nf4"])
    .optional()
    .describe("What computes four bits in QLoRA jobs; bitsandbytes where it works when absent"),
} satisfies z.ZodRawShape;
