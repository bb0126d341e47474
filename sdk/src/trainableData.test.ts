import { expect, test } from "vitest";
import { AUDIO, IMAGE, TEXT } from "./pools.ts";
import { requireTrainable } from "./trainableData.ts";

test("only texts are trained on, and the refusal says for whom the rest is", () => {
  expect(() => requireTrainable({ datanet: 1, pool: TEXT })).not.toThrow();
  for (const [pool, held] of [
    [IMAGE, "images"],
    [AUDIO, "audio"],
  ] as const)
    expect(() => requireTrainable({ datanet: 7, pool })).toThrow(
      new RegExp(`Images and audio are for other trainers: .* Datanet 7 holds ${held}`),
    );
});
