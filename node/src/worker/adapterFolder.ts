import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { adapterConfig, adapterTargets } from "@openledger/sdk/adapterConfig";
import { canonicalBytes } from "@openledger/sdk/canonicalJson";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import { tensorsOf } from "./safetensors.ts";

/** The name that PEFT gives an adapter's weights. */
export const WEIGHTS_FILE = "adapter_model.safetensors";

/**
 * Complete a folder that holds an adapter's weights to one that PEFT loads. Its configuration is written from the job's
 * spec and the names of the tensors: only what the chain vouches for decides how an adapter is applied.
 */
export async function completeAdapterFolder(folder: string, spec: JobSpec): Promise<void> {
  await mkdir(folder, { recursive: true });
  const weights = join(folder, WEIGHTS_FILE);
  const targets = adapterTargets((await tensorsOf(weights)).keys());
  if (targets === undefined) throw new Error(`${weights} has tensors that are of no LoRA adapter.`);
  await writeFile(join(folder, "adapter_config.json"), canonicalBytes(adapterConfig(spec, targets)));
}
