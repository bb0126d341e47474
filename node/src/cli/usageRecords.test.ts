import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addressesOf } from "@openledger/sdk/addresses";
import type { SignedUsageRecord } from "@openledger/sdk/usageRecord";
import { zeroAddress, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, NODE_DATABASE, openDatabase } from "../app/database.ts";
import { UsageLog } from "../chat/usageLog.ts";
import { refusalOf, runJsonCommand } from "../testing/commandLine.ts";
import { ExitCode } from "./exitCodes.ts";

const CHAIN = 31337;
const COUNT = 4;

let folder: string;
let database: Database;
let records: SignedUsageRecord[];
const run = (...args: string[]) =>
  runJsonCommand(["usage", "verify", "--chain-id", String(CHAIN), ...args], { env: {}, cwd: folder });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-usage-"));
  // It stays open, as that of a server that runs meanwhile.
  database = openDatabase(join(folder, NODE_DATABASE));
  const log = new UsageLog({
    database,
    account: privateKeyToAccount(`0x${"44".repeat(32)}`),
    chainId: CHAIN,
    attribution: addressesOf(CHAIN).attribution,
  });
  for (let seed = 0; seed < COUNT; seed++) {
    await log.add({
      user: zeroAddress,
      model: 1,
      release: 1,
      baseDigest: zeroHash,
      adapterDigest: zeroHash,
      datasets: [],
      promptTokens: 10,
      completionTokens: 3,
      questionDigest: zeroHash,
      answerDigest: zeroHash,
      finishReason: "stop",
      seed,
    });
  }
  records = log.list(0, COUNT);
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

async function fileOf(told: unknown): Promise<string> {
  await writeFile(join(folder, "records.json"), JSON.stringify(told));
  return "records.json";
}

test("the records of a server that runs are counted and found whole", async () => {
  const { code, json } = await run("--data-dir", ".");
  expect(code).toBe(ExitCode.DONE);
  expect(json).toMatchObject({
    ok: true,
    records: COUNT,
    promptTokens: 10 * COUNT,
    completionTokens: 3 * COUNT,
    last: COUNT,
    lastDigest: records.at(-1)?.digest,
    servers: [records[0]?.record.server],
  });
});

test("a file with what follows a record that is known is checked from there", async () => {
  const rest = await fileOf({ records: records.slice(2), next: COUNT });
  expect((await run(rest, "--after", records[1]?.digest ?? "")).code).toBe(ExitCode.DONE);
  expect((await run(rest)).code).toBe(ExitCode.REFUSED);
});

test("a record that was changed, left out or is none is found", async () => {
  const changed = structuredClone(records);
  if (changed[1] !== undefined) changed[1].record.completionTokens = 2;
  const found = await run(await fileOf(changed));
  expect(found).toMatchObject({ code: ExitCode.REFUSED, json: { ok: false, number: 2 } });
  expect((await run(await fileOf(records.toSpliced(1, 1)))).json).toMatchObject({ ok: false, number: 3 });
  const odd = [{ ...records[0], record: { number: "x" } }];
  expect((await run(await fileOf(odd))).code).toBe(ExitCode.REFUSED);
  expect(refusalOf(await run(await fileOf({ nothing: 1 }))).code).toBe("no-records");
  expect((await run()).code).toBe(ExitCode.USAGE);
});
