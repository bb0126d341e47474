import { expect, test } from "vitest";
import { shapeOf } from "./adapters.ts";

test("the header of an adapter's weights tells its layers and its parameters", () => {
  const header = {
    __metadata__: { format: "pt" },
    "base_model.model.h.0.c_attn.lora_A.weight": { shape: [8, 64] },
    "base_model.model.h.0.c_attn.lora_B.weight": { shape: [192, 8] },
  };
  expect(shapeOf(header)).toEqual({ targets: ["c_attn"], parameters: 8 * 64 + 192 * 8 });
  expect(() => shapeOf({ "lm_head.weight": { shape: [2] } })).toThrow("no LoRA adapter");
});
