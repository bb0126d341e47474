import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chainClient, chainProcess, checkGenesis, keepOneGenesis } from "./chain.ts";
import { PortPicker } from "./ports.ts";
import { ProcessTable } from "./processes.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "openledger-chain-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("goes on with the same first block however often it is started", async () => {
  const port = await new PortPicker().pick();
  const client = chainClient(port);
  const seen = new Set<string>();
  let height = 0n;
  for (let start = 0; start < 5; start++) {
    const processes = new ProcessTable(directory, () => {});
    keepOneGenesis(directory);
    await processes.start(chainProcess(directory, port));
    seen.add(await checkGenesis(directory, client));
    // A block takes a second; without one the first block has no child to tell it by.
    await expect.poll(() => client.getBlockNumber({ cacheTime: 0 })).toBeGreaterThan(height);
    height = await client.getBlockNumber({ cacheTime: 0 });
    await processes.stopAll();
  }
  expect(seen.size).toBe(1);
}, 120_000);

test("says that a damaged state file asks for a new start, and leaves it as it is", async () => {
  writeFileSync(join(directory, "genesis.json"), JSON.stringify({ hash: "0x00", timestamp: "0x1" }));
  writeFileSync(join(directory, "chain.json"), '{"blocks": [');
  expect(() => keepOneGenesis(directory)).toThrow(/damaged.*--reset/);
  expect(readFileSync(join(directory, "chain.json"), "utf8")).toBe('{"blocks": [');
});
