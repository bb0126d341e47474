import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultJobSpec } from "@openledger/sdk/jobSpec";
import { afterEach, beforeEach, expect, test } from "vitest";
import { completeAdapterFolder, WEIGHTS_FILE } from "./adapterFolder.ts";
import { isAdapterOfCheckpoint, tensorsOf } from "./safetensors.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-adapter-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A safetensors file of one-dimensional tensors. */
async function tensors(name: string, values: Record<string, number[]>): Promise<string> {
  let at = 0;
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  for (const [key, numbers] of Object.entries(values)) {
    header[key] = { dtype: "F32", shape: [numbers.length], data_offsets: [at, at + 4 * numbers.length] };
    at += 4 * numbers.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const path = join(folder, name);
  await writeFile(
    path,
    Buffer.concat([length, text, Buffer.from(new Float32Array(Object.values(values).flat()).buffer)]),
  );
  return path;
}

const A = "base_model.model.transformer.h.0.attn.c_attn.lora_A.weight";
const B = "base_model.model.transformer.h.0.mlp.c_fc.lora_B.weight";

test("the configuration is made of the spec and the tensors' names", async () => {
  await tensors(WEIGHTS_FILE, { [A]: [1], [B]: [2] });
  const digest = `0x${"1".repeat(64)}` as const;
  const spec = defaultJobSpec({
    base: { name: "tiny", family: "gpt2", baseDigest: digest },
    datasets: [{ datanet: 1, versionCount: 1, versionHead: digest }],
  });
  await completeAdapterFolder(folder, spec);
  expect(JSON.parse(await readFile(join(folder, "adapter_config.json"), "utf8"))).toMatchObject({
    peft_type: "LORA",
    r: spec.lora.rank,
    lora_alpha: spec.lora.alpha,
    target_modules: ["c_attn", "c_fc"],
    fan_in_fan_out: true,
  });
});

test("an adapter is compared with a checkpoint tensor by tensor", async () => {
  const adapter = await tensors("adapter", { [A]: [1, 2], [B]: [3] });
  const moments = { [`first/${A}`]: [0, 0], [`second/${A}`]: [0, 0] };
  const same = await tensors("same", { ...moments, [`adapter/${B}`]: [3], [`adapter/${A}`]: [1, 2] });
  const other = await tensors("other", { ...moments, [`adapter/${B}`]: [3], [`adapter/${A}`]: [1, 2.5] });
  const fewer = await tensors("fewer", { ...moments, [`adapter/${B}`]: [3] });
  expect(await isAdapterOfCheckpoint(adapter, same)).toBe(true);
  expect(await isAdapterOfCheckpoint(adapter, other)).toBe(false);
  expect(await isAdapterOfCheckpoint(adapter, fewer)).toBe(false);
});

test("a file whose tensors lie before its beginning or between two bytes is damaged, not a failure of this machine", async () => {
  const path = await tensors("whole", { [A]: [1, 2, 3] });
  const text = await readFile(path, "latin1");
  for (const offsets of ["[-200,12]", "[0.5,12]", "[0,1e99]"]) {
    const header = text.slice(8, text.lastIndexOf("}") + 1).replace("[0,12]", offsets);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(12)]));
    await expect(tensorsOf(path)).rejects.toThrow("cut off");
  }
});

test("a file that is cut off, or none at all", async () => {
  const path = await tensors("whole", { [A]: [1, 2, 3] });
  await writeFile(path, (await readFile(path)).subarray(0, -4));
  await expect(tensorsOf(path)).rejects.toThrow("cut off");
  await writeFile(path, "This is no safetensors file.");
  await expect(tensorsOf(path)).rejects.toThrow("no safetensors");
});
