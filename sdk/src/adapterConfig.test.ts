import { expect, test } from "vitest";
import { adapterConfig, adapterTargets } from "./adapterConfig.ts";
import { defaultJobSpec } from "./jobSpec.ts";

test("an adapter's layers are told from its tensors, and other tensors are no adapter", () => {
  const names = ["lora_A.weight", "lora_B.weight", "lora_magnitude_vector"].flatMap((part) => [
    `base_model.model.transformer.h.0.mlp.c_proj.${part}`,
    `base_model.model.transformer.h.1.attn.c_attn.${part}`,
  ]);
  expect(adapterTargets(names)).toEqual(["c_attn", "c_proj"]);
  expect(adapterTargets([...names, "model.lm_head.weight"])).toBeUndefined();
});

test("the configuration says what the spec says", () => {
  const spec = defaultJobSpec({
    base: { name: "tiny", family: "gpt2", baseDigest: `0x${"a".repeat(64)}` },
    datasets: [{ datanet: 1, versionCount: 1, versionHead: `0x${"b".repeat(64)}` }],
  });
  expect(adapterConfig({ ...spec, lora: { ...spec.lora, useDora: true } }, ["c_attn"])).toMatchObject({
    base_model_name_or_path: "tiny",
    fan_in_fan_out: true,
    r: spec.lora.rank,
    lora_alpha: spec.lora.alpha,
    target_modules: ["c_attn"],
    use_dora: true,
    use_rslora: false,
  });
});
