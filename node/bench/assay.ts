/**
 * `npm run bench:assay` measures the pool in which files are judged: texts of 2 kB a second through one process, and the
 * time and memory that hostile files take. It writes `bench/assay.json`.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AUDIO, IMAGE, TEXT } from "@openledger/sdk/pools";
import { AssayPool } from "../src/judge/assayPool.ts";
import { blackPng, waveOf, wordParts, zipOf } from "../src/testing/hostileFiles.ts";

const TEXTS = 2_000;
const TEXT_BYTES = 2_000;
const ROUNDS = 5;
const demo = new URL("../../scripts/demo/files/text/", import.meta.url).pathname;

const folder = await mkdtemp(join(tmpdir(), "openledger-bench-assay-"));
const pool = new AssayPool({ processes: 1 });

/** Most resident memory that the pool's process has had, in MiB; Linux tells. */
async function peakMebibytes(): Promise<number | undefined> {
  const status = await readFile(`/proc/${pool.pids[0]}/status`, "utf8").catch(() => "");
  const kibibytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Math.round(Number(kibibytes) / 1024);
}

async function textsPerSecond(): Promise<number> {
  const books = await Promise.all(
    ["coriolanus-opening.txt", "winter-of-discontent.txt"].map((name) => readFile(join(demo, name), "utf8")),
  );
  const book = books.join("\n");
  const paths = await Promise.all(
    Array.from({ length: TEXTS }, async (_, number) => {
      const start = (number * 37) % (book.length - TEXT_BYTES);
      const path = join(folder, `${number}.txt`);
      await writeFile(path, `${number}. ${book.slice(start)}`.slice(0, TEXT_BYTES));
      return path;
    }),
  );
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await Promise.all(paths.map((path) => pool.assay({ path, name: "a.txt", pool: TEXT })));
    best = Math.max(best, (1000 * TEXTS) / (performance.now() - started));
  }
  return Math.round(best);
}

/** What one hostile file costs. */
async function cost(name: string, poolOfFile: number, bytes: Buffer) {
  const path = join(folder, "hostile");
  await writeFile(path, bytes);
  const started = performance.now();
  const { inspection } = await pool.assay({ path, name, pool: poolOfFile });
  return {
    bytes: bytes.length,
    reason: inspection.reason,
    milliseconds: Math.round(performance.now() - started),
    peakMebibytes: await peakMebibytes(),
  };
}

try {
  const filesPerSecond = await textsPerSecond();
  const report = {
    textFilesPerSecond: filesPerSecond,
    peakMebibytesOfTexts: await peakMebibytes(),
    hostile: {
      "100 megapixels": await cost("a.png", IMAGE, blackPng(10_000, 10_000)),
      "49 megapixels, decoded": await cost("a.png", IMAGE, blackPng(7_000, 7_000)),
      "zip bomb of 400 MiB": await cost(
        "a.docx",
        TEXT,
        zipOf([...wordParts("a"), { name: "a.bin", content: Buffer.alloc(400 * 2 ** 20) }]),
      ),
      "an hour at 1 Hz": await cost("a.wav", AUDIO, waveOf(Buffer.alloc(7_200, 9), { sampleRate: 1 })),
      "XML that fills the memory": await cost(
        "a.docx",
        TEXT,
        zipOf(wordParts("<w:t>word word </w:t>".repeat(700_000))),
      ),
    },
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  await writeFile(new URL("../../bench/assay.json", import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
}
