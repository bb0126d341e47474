import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AUDIO, IMAGE, type Pool, TEXT } from "@openledger/sdk/pools";
import sharp from "sharp";
import { type Database, openDatabase } from "../../src/app/database.ts";
import { assay, type Fingerprint } from "../../src/judge/assay.ts";
import { type KnownFile, KnownFiles } from "../../src/judge/known.ts";
import { inventedPrints, realFiles } from "./judgingMaterial.ts";
import { RandomNumbers } from "./randomNumbers.ts";

/** What judging costs in one modality. */
export interface JudgingRate {
  /** Files a second of one core's time, with `accepted` files known. */
  filesPerSecond: number;
  /** The same by the clock, which other work on the machine slows down. */
  filesPerSecondByClock: number;
  /** Core time a file with `accepted` files known, divided by that with a thousand. */
  growth: number;
}

/** What `measureJudging` finds. */
export interface Judging {
  text: JudgingRate;
  image: JudgingRate;
  audio: JudgingRate;
  /** Files that were known already. */
  accepted: number;
}

const FEW = 1_000;
const MANY = 100_000;
/** Files that are judged at each size, after as many that only warm the process up. */
const FILES = { text: 300, image: 60, audio: 70 } as const;
const POOLS = { text: TEXT, image: IMAGE, audio: AUDIO } as const;
const NAMES = { text: "piece.txt", image: "picture.jpg", audio: "recording.wav" } as const;

/**
 * How fast files are judged on one core: read, checked, compared with everything known, and remembered, by the code that
 * gateways and validators run. What is judged is real (texts of 2 kB, pictures of 512 × 512, one second of speech); what
 * is known are prints that were put together from the parts of real ones.
 */
export async function measureJudging(accepted = MANY): Promise<Judging> {
  // One core: pictures are otherwise decoded on several.
  sharp.concurrency(1);
  return {
    text: await measureModality("text", accepted),
    image: await measureModality("image", accepted),
    audio: await measureModality("audio", accepted),
    accepted,
  };
}

async function measureModality(modality: keyof typeof POOLS, accepted: number): Promise<JudgingRate> {
  const folder = await mkdtemp(join(tmpdir(), "openledger-bench-judging-"));
  const database = openDatabase(join(folder, "known.sqlite"));
  try {
    const files = await realFiles(modality, 3 * FILES[modality]);
    const bench = new Bench(folder, database, POOLS[modality], NAMES[modality]);
    const prints = await inventedPrints(modality, new RandomNumbers(1));
    bench.fill(prints, FEW);
    await bench.judge(files.slice(0, FILES[modality]));
    const few = await bench.judge(files.slice(FILES[modality], 2 * FILES[modality]));
    bench.fill(prints, accepted);
    const many = await bench.judge(files.slice(2 * FILES[modality]));
    return {
      filesPerSecond: 1 / many.coreSeconds,
      filesPerSecondByClock: 1 / many.seconds,
      growth: many.coreSeconds / few.coreSeconds,
    };
  } finally {
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

class Bench {
  readonly #folder: string;
  readonly #database: Database;
  readonly #known: KnownFiles;
  readonly #pool: Pool;
  readonly #name: string;
  #files = 0;

  constructor(folder: string, database: Database, pool: Pool, name: string) {
    this.#folder = folder;
    this.#database = database;
    this.#known = new KnownFiles(database);
    this.#pool = pool;
    this.#name = name;
  }

  /** Add files until so many are known. */
  fill(prints: () => Fingerprint, count: number): void {
    // What is filled in before the measurement need not survive a power cut.
    this.#database.exec("PRAGMA synchronous = OFF");
    while (this.#files < count) this.#known.add(this.#place(String(this.#files)), prints());
    this.#database.exec("PRAGMA synchronous = FULL");
  }

  /** Judge files one after the other; returns the time that each took. */
  async judge(files: readonly Buffer[]): Promise<{ coreSeconds: number; seconds: number }> {
    const paths: string[] = [];
    for (const [index, bytes] of files.entries()) {
      const path = join(this.#folder, String(index));
      await writeFile(path, bytes);
      paths.push(path);
    }
    const startedCore = process.cpuUsage();
    const started = performance.now();
    for (const [index, path] of paths.entries()) {
      const { opinion, fingerprint } = await assay({ path, name: this.#name, pool: this.#pool });
      if (opinion.grade === 0) continue;
      const place = this.#place(
        createHash("sha256")
          .update(files[index] as Buffer)
          .digest("hex"),
      );
      this.#known.findDuplicate(place, fingerprint);
      this.#known.add(place, fingerprint);
    }
    const { user, system } = process.cpuUsage(startedCore);
    return {
      coreSeconds: (user + system) / 1e6 / files.length,
      seconds: (performance.now() - started) / 1e3 / files.length,
    };
  }

  #place(digest: string): KnownFile {
    const number = this.#files++;
    return {
      datanet: 1,
      pool: this.#pool,
      root: `0x${number.toString(16).padStart(64, "0")}`,
      index: 0,
      block: number + 1,
      logIndex: 0,
      sha256: `0x${digest.padStart(64, "0")}`,
      name: this.#name,
    };
  }
}

if (import.meta.main) {
  const report = new URL("../../../bench/judging.json", import.meta.url);
  const judging = await measureJudging();
  await mkdir(new URL(".", report), { recursive: true });
  const text = JSON.stringify({ ...judging, date: new Date().toISOString() }, null, 2);
  await writeFile(report, `${text}\n`);
  process.stdout.write(`${text}\n`);
}
