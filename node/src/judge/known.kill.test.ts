import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../app/database.ts";
import { type ChainedFile, chainedFiles } from "../testing/chainedFiles.ts";

const PROCESS = new URL("../testing/knownFilesProcess.ts", import.meta.url).pathname;
const FILES = 200;
const KILLS = 6;

let folder: string;
let files: ChainedFile[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-known-kill-"));
  files = await chainedFiles(FILES);
  writeFileSync(join(folder, "files.json"), JSON.stringify(files));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs the process.
 *
 * @param killedAt Kills it up to 5 ms after it has said that it did this file; never when absent.
 * @returns the signal that ended it.
 */
async function run(index: string, killedAt?: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [PROCESS, join(folder, index), join(folder, "files.json")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", async (data: Buffer) => {
    text += data;
    const place = Number(text.trimEnd().split("\n").at(-1));
    if (killedAt === undefined || place < killedAt) return;
    await sleep(5 * Math.random());
    child.kill("SIGKILL");
  });
  return new Promise((resolve) => child.once("close", (_code, signal) => resolve(signal)));
}

/** Everything in every table. */
function contentOf(index: string): Record<string, unknown[]> {
  const database = openDatabase(join(folder, index));
  try {
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .all();
    return Object.fromEntries(
      tables.map(({ name }) => [
        String(name),
        database.prepare(`SELECT * FROM ${String(name)} ORDER BY 1, 2`).all(),
      ]),
    );
  } finally {
    database.close();
  }
}

test("an index whose process is killed at random moments is the same as one that nobody disturbed", async () => {
  expect(await run("whole.sqlite")).toBeNull();
  let kills = 0;
  for (let round = 1; round <= KILLS; round += 1) {
    const about = (FILES * (round - Math.random())) / (KILLS + 1);
    if ((await run("killed.sqlite", Math.floor(about))) === "SIGKILL") kills += 1;
  }
  expect(await run("killed.sqlite")).toBeNull();
  // A busy machine may hear of a file's end only once the process has done them all.
  expect(kills).toBeGreaterThan(0);
  const whole = contentOf("whole.sqlite");
  expect(contentOf("killed.sqlite")).toEqual(whole);
  // What it is the same as is what it should be: copies are found in every pool, and none of rejected files.
  const repeats = (whole.verdict ?? []).map(
    (row) => JSON.parse(String((row as { opinion: string }).opinion)).repeats,
  );
  const found = new Set(
    repeats.flatMap((one, place) => (one === undefined ? [] : [`${files[place]?.file.pool} ${one.exact}`])),
  );
  expect([...found].toSorted()).toEqual(["0 false", "0 true", "1 false", "2 false"]);
  const rejected = new Set(
    files.flatMap(({ finalized }) => (finalized === undefined ? [] : [finalized.root])),
  );
  expect(repeats.filter((one) => one !== undefined && rejected.has(one.root))).toEqual([]);
});
