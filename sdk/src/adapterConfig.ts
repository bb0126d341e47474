import type { JobSpec } from "./jobSpec.ts";

/** A tensor of a LoRA adapter, or of DoRA's magnitudes, named after the layer that carries it. */
const ADAPTER_TENSOR = /\.([^.]+)\.(?:lora_[AB]\.weight|lora_magnitude_vector)$/;

/**
 * The names of the layers that an adapter's tensors belong to.
 *
 * @returns undefined when a tensor is of something else than a LoRA adapter.
 */
export function adapterTargets(tensorNames: Iterable<string>): string[] | undefined {
  const targets = new Set<string>();
  for (const name of tensorNames) {
    const target = name.match(ADAPTER_TENSOR)?.[1];
    if (target === undefined) return undefined;
    targets.add(target);
  }
  return [...targets].sort();
}

/**
 * The `adapter_config.json` with which PEFT loads a release's weights, from what the chain vouches for: the job's spec,
 * and the layers that the weights are of.
 *
 * @example
 * const text = JSON.stringify(adapterConfig(spec, ["c_attn", "c_fc", "c_proj"]));
 */
export function adapterConfig({ base, lora }: Pick<JobSpec, "base" | "lora">, targets: readonly string[]) {
  return {
    base_model_name_or_path: base.name,
    bias: "none",
    // GPT-2 alone keeps its weights transposed.
    fan_in_fan_out: base.family === "gpt2",
    inference_mode: true,
    lora_alpha: lora.alpha,
    lora_dropout: lora.dropout,
    modules_to_save: null,
    peft_type: "LORA",
    r: lora.rank,
    target_modules: [...targets],
    task_type: "CAUSAL_LM",
    use_dora: lora.useDora,
    use_rslora: lora.useRslora,
  };
}
