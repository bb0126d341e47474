/** Runs for the court: jobs of a few seconds, honest ones by the real worker, forged ones by `trainer/bench/forge.py`. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cidOfDigest } from "@openledger/sdk/cid";
import { defaultJobSpec, type JobSpec, jobSpecBytes, jobSpecDigest } from "@openledger/sdk/jobSpec";
import type { Report } from "@openledger/sdk/report";
import type { Address, Hex } from "viem";
import type { TrainingResult } from "../../node/src/trainer/runStore.ts";
import type { Material } from "../../node/src/trainer/workbench.ts";
import { WEIGHTS_FILE } from "../../node/src/worker/adapterFolder.ts";
import { localBases } from "../../scripts/demo/world.ts";
import { bases, pythonBinary, root } from "../../scripts/setup/setup.mjs";

const CONTRIBUTORS = 8;
const RECORDS_EACH = 2;

const digestOf = (bytes: Uint8Array): Hex => `0x${createHash("sha256").update(bytes).digest("hex")}`;

/** Serves published bytes by their CID, as a gateway does. */
export class Shelf {
  readonly #blocks = new Map<string, Uint8Array>();
  readonly #server = createServer((request, response) => {
    const block = this.#blocks.get(request.url?.split("/").at(-1)?.replace("?format=raw", "") ?? "");
    response.statusCode = block === undefined ? 404 : 200;
    response.end(block);
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  publish(bytes: Uint8Array): string {
    const cid = cidOfDigest(digestOf(bytes));
    this.#blocks.set(cid, bytes);
    return cid;
  }

  stop(): void {
    this.#server.close();
  }
}

/**
 * Data of eight contributors and a spec under which each of the two segments reads every training record, so that
 * whichever is drawn shows every lie about the data.
 */
export function smallJob(folder: string): {
  spec: JobSpec;
  stopping: JobSpec;
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
  return { spec, stopping, materialOf: (each) => ({ base: join(bases, name), files, spec: each }) };
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

/** Publish what a run made and say so, as a trainer's node does. */
export function publishRun(
  shelf: Shelf,
  result: TrainingResult,
  of: { chainId: number; training: Address; job: number; trainer: Address; spec: JobSpec },
): Report {
  const { spec, ...where } = of;
  const publish = (path: string) => shelf.publish(readFileSync(path));
  shelf.publish(jobSpecBytes(spec));
  return {
    version: 2,
    ...where,
    specDigest: jobSpecDigest(spec),
    baseDigest: spec.base.baseDigest,
    recipe: result.recipe,
    adapterCid: publish(join(result.adapterPath, WEIGHTS_FILE)),
    adapterDigest: result.adapterDigest,
    transcriptCid: publish(result.transcriptPath),
    transcriptHead: result.transcriptHead,
    lossBeforeMicronats: result.lossBeforeMicronats,
    lossAfterMicronats: result.lossAfterMicronats,
    tokens: result.tokens,
    steps: result.steps,
    keptStep: result.keptStep,
    ended: result.ended,
    attribution: null,
    checkpoints: result.checkpoints.map(({ path, ...rest }) => ({ ...rest, cid: publish(path) })),
    environment: {},
  };
}
