/** One number of a job's spec, as a form shows it. */
export type JobSpecField = {
  path:
    | "lora.rank"
    | "lora.alpha"
    | "lora.dropout"
    | "training.steps"
    | "training.batchSize"
    | "training.learningRate"
    | "training.cutoffTokens"
    | "training.checkpointEverySteps"
    | "training.seed"
    | "training.threads"
    | "evaluation.heldOutBps"
    | "tolerance.relativeDistance";
  label: string;
  /** What it is counted in. */
  unit: string;
  /** What it does, in one sentence. */
  sentence: string;
  minimum: number;
  maximum: number;
  default: number;
  /** Whether only whole numbers are meant. */
  whole: boolean;
};

const fields: readonly JobSpecField[] = [
  {
    path: "lora.rank",
    label: "Rank",
    unit: "dimensions",
    sentence: "How much the adapter can learn: a higher rank takes more memory and time.",
    minimum: 1,
    maximum: 256,
    default: 8,
    whole: true,
  },
  {
    path: "lora.alpha",
    label: "Alpha",
    unit: "factor",
    sentence: "How strongly the adapter acts on the base; twice the rank is usual.",
    minimum: 1,
    maximum: 512,
    default: 16,
    whole: true,
  },
  {
    path: "lora.dropout",
    label: "Dropout",
    unit: "share",
    sentence:
      "The share of adapter inputs that is left out at random while training, against learning by heart.",
    minimum: 0,
    maximum: 0.5,
    default: 0,
    whole: false,
  },
  {
    path: "training.steps",
    label: "Steps",
    unit: "steps",
    sentence: "How many batches are learned from.",
    minimum: 1,
    maximum: 100_000,
    default: 60,
    whole: true,
  },
  {
    path: "training.batchSize",
    label: "Batch size",
    unit: "examples",
    sentence: "How many examples one step looks at together.",
    minimum: 1,
    maximum: 256,
    default: 4,
    whole: true,
  },
  {
    path: "training.learningRate",
    label: "Learning rate",
    unit: "per step",
    sentence: "How far one step moves the adapter: too high forgets, too low learns nothing.",
    minimum: 0.000001,
    maximum: 0.1,
    default: 0.002,
    whole: false,
  },
  {
    path: "training.cutoffTokens",
    label: "Cut-off",
    unit: "tokens",
    sentence: "Longer examples are cut to this length.",
    minimum: 16,
    maximum: 32_768,
    default: 128,
    whole: true,
  },
  {
    path: "training.checkpointEverySteps",
    label: "Checkpoint every",
    unit: "steps",
    sentence: "How often the run is saved; checkers train one such stretch again.",
    minimum: 1,
    maximum: 100_000,
    default: 20,
    whole: true,
  },
  {
    path: "training.seed",
    label: "Seed",
    unit: "number",
    sentence: "Where all chance in the run comes from: the same seed gives the same adapter.",
    minimum: 0,
    maximum: 2_147_483_647,
    default: 42,
    whole: true,
  },
  {
    path: "training.threads",
    label: "Threads",
    unit: "threads",
    sentence: "How many processor threads compute; another number can change the last digits.",
    minimum: 1,
    maximum: 64,
    default: 1,
    whole: true,
  },
  {
    path: "evaluation.heldOutBps",
    label: "Held out",
    unit: "basis points",
    sentence: "The part of the data that is kept from training and used to measure it; 1,000 is ten percent.",
    minimum: 100,
    maximum: 5_000,
    default: 1_000,
    whole: true,
  },
  {
    path: "tolerance.relativeDistance",
    label: "Tolerance",
    unit: "share",
    sentence:
      "How far a checker's replay may lie from the checkpoint on other hardware, relative to its size.",
    minimum: 0,
    maximum: 0.1,
    default: 0.001,
    whole: false,
  },
];

/** Every number of a job's spec by its path: range, default, unit and sentence. The schema uses the same ranges. */
export const JOB_SPEC_FIELDS = Object.fromEntries(fields.map((field) => [field.path, field])) as Readonly<
  Record<JobSpecField["path"], JobSpecField>
>;
