import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { LocalBases } from "./localBases.ts";
import type { PythonWorker } from "./pythonWorker.ts";

test("a model that nobody described is passed over, and the log says once how to describe it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "openledger-bases-"));
  const said: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => said.push(JSON.parse(line)) });
  const described = { name: "a/Base", family: "llama", baseDigest: `0x${"0b".repeat(32)}` };
  for (const [folder, file, content] of [
    ["described", "base.json", JSON.stringify(described)],
    ["bare", "config.json", "{}"],
    ["empty", "notes.txt", ""],
  ] as const) {
    await mkdir(join(directory, folder));
    await writeFile(join(directory, folder, file), content);
  }
  const bases = new LocalBases(directory, undefined as unknown as PythonWorker, log);
  expect(await bases.claimed()).toEqual([described.baseDigest]);
  expect(await bases.described()).toMatchObject([described]);
  expect(said).toMatchObject([
    { folder: join(directory, "bare"), next: `npm run base -- ${join(directory, "bare")}` },
  ]);
  await rm(directory, { recursive: true });
});
