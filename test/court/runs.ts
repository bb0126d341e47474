/** Runs for the court: jobs of a few seconds, honest ones by the real worker, forged ones by `trainer/bench/forge.py`. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { defaultJobSpec, type JobSpec } from "@openledger/sdk/jobSpec";
import type { Hex } from "viem";
import { sha256 as digestOf } from "../../node/src/testing/testFiles.ts";
import type { TrainingResult } from "../../node/src/trainer/runStore.ts";
import type { Material } from "../../node/src/trainer/workbench.ts";
import { tensorsOf } from "../../node/src/worker/safetensors.ts";
import { localBases } from "../../scripts/demo/world.ts";
import { bases, pythonBinary, root } from "../../scripts/setup/setup.mjs";

const CONTRIBUTORS = 8;
const RECORDS_EACH = 2;

/**
 * Data of eight contributors and a spec under which each of the two segments reads every training record, so that
 * whichever is drawn shows every lie about the data.
 */
export function smallJob(folder: string): {
  spec: JobSpec;
  /** It may stop early. */
  stopping: JobSpec;
  /** It has to stop early: its learning rate is so high that the held-out loss does not keep falling. */
  hasty: JobSpec;
  materialOf: (spec: JobSpec) => Material;
} {
  const base = localBases().find(({ family }) => family === "gpt2");
  if (base === undefined) throw new Error("Set-up made no GPT-2 base.");
  mkdirSync(folder, { recursive: true });
  const files = Array.from({ length: CONTRIBUTORS }, (_, index) => {
    const name = `word-problems-0${index + 1}.jsonl`;
    const lines = readFileSync(join(root, "scripts/demo/files/text", name), "utf8").split("\n");
    const bytes = Buffer.from(`${lines.slice(0, RECORDS_EACH).join("\n")}\n`);
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return { path, mediaType: "application/jsonl", sha256: digestOf(bytes) };
  });
  const { name, family, baseDigest } = base;
  const plain = defaultJobSpec({
    base: { name, family, baseDigest },
    datasets: [{ datanet: 1, versionCount: 1, versionHead: digestOf(Buffer.from("version")) }],
  });
  const spec: JobSpec = {
    ...plain,
    lora: { ...plain.lora, rank: 2, alpha: 4 },
    training: {
      ...plain.training,
      steps: 8,
      epochs: 0,
      // Four steps of seven hold a whole epoch of at most fourteen records, wherever it begins.
      batchSize: 7,
      learningRate: 0.01,
      cutoffTokens: 64,
      checkpointEverySteps: 4,
    },
    evaluation: { heldOutBps: 1_000, everySteps: 4, patience: 0 },
  };
  const stopping: JobSpec = {
    ...spec,
    training: { ...spec.training, steps: 16 },
    evaluation: { ...spec.evaluation, patience: 1 },
  };
  const hasty: JobSpec = {
    ...spec,
    training: {
      ...spec.training,
      steps: 48,
      learningRate: 0.1,
      schedule: "constant",
      checkpointEverySteps: 2,
    },
    evaluation: { ...spec.evaluation, everySteps: 2, patience: 1 },
  };
  return { spec, stopping, hasty, materialOf: (each) => ({ base: join(bases, name), files, spec: each }) };
}

/** How much larger the inputs of the brittle base's MLPs are; their weights are as much smaller. */
const BRITTLENESS = 5e16;

/** A copy of the small base, equal to it as it is, in which the smallest adapter soon overflows all numbers. */
export async function writeBrittleBase(folder: string): Promise<void> {
  const base = localBases().find(({ family }) => family === "gpt2");
  if (base === undefined) throw new Error("Set-up made no GPT-2 base.");
  cpSync(join(bases, base.name), folder, { recursive: true });
  const path = join(folder, "model.safetensors");
  const bytes = readFileSync(path);
  for (const [name, { from, to }] of await tensorsOf(path)) {
    const factor = /ln_2\.(weight|bias)$/.test(name)
      ? BRITTLENESS
      : name.endsWith("mlp.c_fc.weight")
        ? 1 / BRITTLENESS
        : 1;
    for (let at = from; factor !== 1 && at < to; at += 4)
      bytes.writeFloatLE(bytes.readFloatLE(at) * factor, at);
  }
  writeFileSync(path, bytes);
}

/** A job on the brittle base that diverges after some steps, wherever its seed begins. */
export function divergingSpec(spec: JobSpec, baseDigest: Hex): JobSpec {
  return {
    ...spec,
    base: { ...spec.base, baseDigest },
    lora: { ...spec.lora, rank: 1, alpha: 512 },
    training: {
      ...spec.training,
      steps: 24,
      learningRate: 0.1,
      schedule: "constant",
      warmUpBps: 5_000,
      checkpointEverySteps: 1,
    },
    evaluation: { ...spec.evaluation, everySteps: 1 },
  };
}

/** A cheat's run to be made. */
export interface Forgery {
  cheat: string;
  material: Material;
  seed: number;
  workDir: string;
}

/** Forge runs in one process; each is told as the worker tells an honest one. */
export async function forge(forgeries: readonly Forgery[]): Promise<TrainingResult[]> {
  const child = spawn(pythonBinary(), [join(root, "trainer/bench/forge.py")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, PYTHONPATH: join(root, "trainer") },
  });
  child.stdin.end(JSON.stringify(forgeries.map(({ material, ...rest }) => ({ ...material, ...rest }))));
  const results: TrainingResult[] = [];
  for await (const line of createInterface({ input: child.stdout })) results.push(JSON.parse(line));
  if (results.length !== forgeries.length)
    throw new Error(`The forgery "${forgeries[results.length]?.cheat}" was not made.`);
  return results;
}
