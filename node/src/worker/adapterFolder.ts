import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
  const tensors = await tensorsOf(join(folder, WEIGHTS_FILE));
  const targets = new Set<string>();
  for (const name of tensors.keys()) {
    const target = name.match(/\.([^.]+)\.(?:lora_[AB]\.weight|lora_magnitude_vector)$/)?.[1];
    if (target === undefined) throw new Error(`${name} is no tensor of a LoRA adapter.`);
    targets.add(target);
  }
  const config = {
    base_model_name_or_path: spec.base.name,
    bias: "none",
    // GPT-2 alone keeps its weights transposed.
    fan_in_fan_out: spec.base.family === "gpt2",
    inference_mode: true,
    lora_alpha: spec.lora.alpha,
    lora_dropout: spec.lora.dropout,
    modules_to_save: null,
    peft_type: "LORA",
    r: spec.lora.rank,
    target_modules: [...targets].sort(),
    task_type: "CAUSAL_LM",
    use_dora: spec.lora.useDora,
    use_rslora: spec.lora.useRslora,
  };
  await writeFile(join(folder, "adapter_config.json"), canonicalBytes(config));
}
