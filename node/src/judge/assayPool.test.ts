import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { wordParts, zipOf } from "../testing/hostileFiles.ts";
import { AssayPool, type AssayPoolOptions } from "./assayPool.ts";

const demo = new URL("../../../scripts/demo/files/", import.meta.url).pathname;
const story = { path: join(demo, "text/balcony-scene.md"), name: "balcony-scene.md", pool: 0 };
// Processes take seconds to start on a machine with much to do.
vi.setConfig({ testTimeout: 300_000 });
let folder: string;
let pool: AssayPool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-assay-"));
});
afterEach(() => pool.close());
afterAll(() => rm(folder, { recursive: true, force: true }));

function open(options: AssayPoolOptions = {}): AssayPool {
  pool = new AssayPool({ processes: 1, ...options });
  return pool;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("it says what judging in this process says, and leaves no process", async () => {
  open();
  expect(pool.pids).toEqual([]);
  const { inspection, opinion, fingerprint } = await pool.assay(story);
  expect(inspection).toMatchObject({ mediaType: "text/markdown" });
  expect(inspection).not.toHaveProperty("text");
  expect(opinion.grade).toBeGreaterThan(0);
  expect(fingerprint?.print.length).toBeGreaterThan(0);
  const { pids } = pool;
  expect(pids).toHaveLength(1);
  await pool.close();
  expect(pids.filter(isRunning)).toEqual([]);
  await expect(pool.assay(story)).rejects.toThrow("stopping");
});

test("a signed media type that the file does not have is rejected", async () => {
  const { inspection, opinion } = await open().assay({ ...story, mediaType: "text/plain" });
  expect(inspection.reason).toBeUndefined();
  expect(opinion).toMatchObject({ grade: 0, reason: "wrong-type" });
});

test("a process that somebody kills is replaced, and nothing is lost or blamed", async () => {
  open({ processes: 2 });
  await pool.assay(story);
  const assays = Array.from({ length: 12 }, () => pool.assay(story));
  for (const pid of pool.pids) process.kill(pid, "SIGKILL");
  for (const { opinion } of await Promise.all(assays)) expect(opinion.grade).toBeGreaterThan(0);
});

test("a file that takes too much work is refused, and the one behind it is judged", async () => {
  open({ cpuMilliseconds: 400 });
  await pool.assay(story);
  const path = join(folder, "deep.docx");
  await writeFile(path, zipOf(wordParts("<w:t>word word </w:t>".repeat(100_000))));
  const deep = { path, name: "deep.docx", pool: 0 };
  const [slow, behind] = await Promise.all([pool.assay(deep), pool.assay(story)]);
  expect(slow.inspection).toMatchObject({ reason: "unreadable" });
  expect(slow.opinion.why).toBe("Reading the file took more than 0.4 seconds of work.");
  expect(behind.inspection.mediaType).toBe("text/markdown");
});

test("a process that stands still is replaced, and its file is judged by the next", async () => {
  open({ fileMilliseconds: 1_000 });
  await pool.assay(story);
  const { pids } = pool;
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  const judged = pool.assay(story);
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 60_000 });
  // On a machine with much to do, the next one may be too slow for so short a limit.
  expect((await judged).inspection.detail ?? "longer than 1 second").toContain("longer than 1 second");
});

test("a file that fills the memory is refused, and the one behind it is judged", async () => {
  open({ residentBytes: 256 * 2 ** 20 });
  const path = join(folder, "filling.docx");
  await writeFile(path, zipOf(wordParts("<w:t>word word </w:t>".repeat(200_000))));
  const filling = { path, name: "filling.docx", pool: 0 };
  const [large, behind] = await Promise.all([pool.assay(filling), pool.assay(story)]);
  expect(large.opinion).toMatchObject({ grade: 0, reason: "unreadable" });
  expect(large.opinion.why).toBe("Reading the file took more than 256 MiB of memory.");
  expect(behind.opinion.grade).toBeGreaterThan(0);
});

test("a file that is not on the disk is a failure, not a bad file", async () => {
  await expect(open().assay({ ...story, path: join(folder, "nowhere") })).rejects.toThrow("ENOENT");
});

test("processes do not see the node's keys", async () => {
  process.env.PRIVATE_KEY = `0x${"11".repeat(32)}`;
  try {
    await open().assay(story);
    const { readFile } = await import("node:fs/promises");
    const seen = await readFile(`/proc/${pool.pids[0]}/environ`, "utf8").catch(() => "");
    expect(seen).not.toContain("PRIVATE_KEY");
  } finally {
    delete process.env.PRIVATE_KEY;
  }
});

test("a daemon that is killed leaves no process", async () => {
  open();
  const script = new URL("../testing/assayPoolProcess.ts", import.meta.url).pathname;
  const daemon = spawn(process.execPath, [script, story.path, story.name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pids: number[] = JSON.parse(String((await once(daemon.stdout, "data"))[0]));
  expect(pids.map(isRunning)).toEqual([true]);
  daemon.kill("SIGKILL");
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 60_000 });
});
