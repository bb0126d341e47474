import type { JobSpecPath } from "@openledger/sdk/jobSpecFields";

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

/** A field's value as a person reads it, with its unit where it has one. */
export function valueText(value: number | boolean | string, unit: string): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? choiceName(value) : `${value} ${unit}`;
}
