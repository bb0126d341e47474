import type { JobSpec } from "@openledger/sdk/jobSpec";
import type { JobSpecPath } from "@openledger/sdk/jobSpecFields";
import { formatBps, formatCount } from "./measures.ts";

/** Fields of a spec that belong together: those that decide most, and those with defaults that usually do. */
export type JobGroup = { title: string; first: readonly JobSpecPath[]; more: readonly JobSpecPath[] };

/** Every field of a spec, as a form and a job's page group them. Steps and epochs are one choice, made under "Learning". */
export const JOB_GROUPS: readonly JobGroup[] = [
  {
    title: "Method and adapter",
    first: ["method", "lora.rank", "lora.alpha"],
    more: ["lora.targets", "lora.dropout", "lora.useRslora", "lora.useDora"],
  },
  {
    title: "Learning",
    first: ["training.epochs", "training.steps", "training.learningRate", "training.batchSize"],
    more: [
      "training.accumulation",
      "training.schedule",
      "training.warmUpBps",
      "training.weightDecay",
      "training.maxGradientNorm",
    ],
  },
  { title: "Data", first: ["training.cutoffTokens", "training.packing"], more: [] },
  {
    title: "Evaluation and early stop",
    first: ["evaluation.patience", "evaluation.everySteps"],
    more: ["evaluation.heldOutBps"],
  },
  {
    title: "Precision and memory",
    first: ["training.dtype", "training.gradientCheckpointing"],
    more: [],
  },
  {
    title: "Seed and checks",
    first: ["training.seed"],
    more: ["training.checkpointEverySteps", "tolerance.relativeDistance", "training.threads"],
  },
];

/** What the words of choices mean; a word that says it itself stands as it is. */
const CHOICES: Readonly<Record<string, string>> = {
  lora: "LoRA",
  qlora: "QLoRA, the base in four bits",
  all: "all of the family's layers",
  attention: "attention only",
  linear: "falls in a line",
  cosine: "falls along a cosine",
  constant: "stays",
};

/** A choice as a person reads it. */
export function choiceName(choice: string): string {
  return CHOICES[choice] ?? choice;
}

/** Units that a form names and that say nothing behind a value. */
const NO_UNITS: readonly string[] = ["factor", "norm", "number", "share"];

/** A field's value as a person reads it, with its unit where it has one. */
export function valueText(value: number | boolean | string, unit: string): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return choiceName(value);
  if (unit === "basis points") return formatBps(value);
  if (NO_UNITS.includes(unit)) return String(value);
  return `${Number.isInteger(value) ? formatCount(value) : value} ${value === 1 ? unit.replace(/(?<=ss|ch)es$|s$/, "") : unit}`;
}

/** The fields of a spec that say something, in the order of the groups: of passes and steps those that count. */
export function shownPaths({ training }: Pick<JobSpec, "training">): JobSpecPath[] {
  const idle: JobSpecPath = training.steps > 0 ? "training.epochs" : "training.steps";
  return JOB_GROUPS.flatMap(({ first, more }) => [...first, ...more]).filter((path) => path !== idle);
}
