import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AUDIO, IMAGE, TEXT } from "@openledger/sdk/pools";
import sharp from "sharp";
import { type Database, inTransaction, openFastDatabase } from "../../src/app/database.ts";
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
/** Files that are filled in at a time, and memory for that: inner pages are then written once and not for every file. */
const FILLED_AT_A_TIME = 10_000;
const FILLING_CACHE_KIB = 1_048_576;
/** Files that are judged at each size, after as many that only warm the process up. */
const FILES = { text: 300, image: 60, audio: 70 } as const;
const POOLS = { text: TEXT, image: IMAGE, audio: AUDIO } as const;
const NAMES = { text: "piece.txt", image: "picture.jpg", audio: "recording.wav" } as const;

/**
 * How fast files are judged on one core: read, checked, compared with everything known, and remembered, by the code that
 * gateways and validators run. What is judged is real (texts of 2 kB, pictures of 512 × 512, one second of speech); what
 * is known are prints that were put together from the parts of real ones.
 *
 * @param tell Is told how far the measurement is.
 */
export async function measureJudging(
  accepted = MANY,
  tell: (line: string) => void = () => undefined,
): Promise<Judging> {
  // One core: pictures are otherwise decoded on several.
  sharp.concurrency(1);
  return {
    text: await measureModality("text", accepted, tell),
    image: await measureModality("image", accepted, tell),
    audio: await measureModality("audio", accepted, tell),
    accepted,
  };
}

async function measureModality(
  modality: keyof typeof POOLS,
  accepted: number,
  tell: (line: string) => void,
): Promise<JudgingRate> {
  const folder = await mkdtemp(join(tmpdir(), "openledger-bench-judging-"));
  const bench = new Bench(folder, modality, tell);
  try {
    const count = FILES[modality];
    const files = await realFiles(modality, 3 * count);
    const prints = await inventedPrints(modality, new RandomNumbers(1));
    bench.fill(prints, FEW);
    await bench.judge(files.slice(0, count));
    const few = await bench.judge(files.slice(count, 2 * count));
    bench.fill(prints, accepted);
    const many = await bench.judge(files.slice(2 * count));
    return {
      filesPerSecond: 1 / many.coreSeconds,
      filesPerSecondByClock: 1 / many.seconds,
      growth: many.coreSeconds / few.coreSeconds,
    };
  } finally {
    bench.close();
    await rm(folder, { recursive: true, force: true });
  }
}

class Bench {
  readonly #folder: string;
  readonly #modality: keyof typeof POOLS;
  readonly #tell: (line: string) => void;
  #database: Database;
  #known: KnownFiles;
  #files = 0;

  constructor(folder: string, modality: keyof typeof POOLS, tell: (line: string) => void) {
    this.#folder = folder;
    this.#modality = modality;
    this.#tell = tell;
    [this.#database, this.#known] = this.#open();
  }

  /** As gateways and validators open it. */
  #open(): [Database, KnownFiles] {
    const database = openFastDatabase(join(this.#folder, "known.sqlite"));
    return [database, new KnownFiles(database)];
  }

  close(): void {
    this.#database.close();
  }

  /** Add files until so many are known, and open the index anew. */
  fill(prints: () => Fingerprint, count: number): void {
    // What is filled in before the measurement need not survive a power cut.
    this.#database.exec(`PRAGMA synchronous = OFF; PRAGMA cache_size = -${FILLING_CACHE_KIB}`);
    while (this.#files < count) {
      const until = Math.min(count, this.#files + FILLED_AT_A_TIME);
      inTransaction(this.#database, () => {
        while (this.#files < until) this.#known.add(this.#place(String(this.#files)), prints());
      });
      this.#tell(`${this.#modality}: ${this.#files} of ${count} known files filled in`);
    }
    this.close();
    [this.#database, this.#known] = this.#open();
  }

  /** Judge files one after the other; returns the time that each took. */
  async judge(files: readonly Buffer[]): Promise<{ coreSeconds: number; seconds: number }> {
    const paths: string[] = [];
    for (const [index, bytes] of files.entries()) {
      const path = join(this.#folder, String(index));
      await writeFile(path, bytes);
      paths.push(path);
    }
    const [name, pool] = [NAMES[this.#modality], POOLS[this.#modality]];
    const startedCore = process.cpuUsage();
    const started = performance.now();
    for (const [index, path] of paths.entries()) {
      const { opinion, fingerprint } = await assay({ path, name, pool });
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
      pool: POOLS[this.#modality],
      root: `0x${number.toString(16).padStart(64, "0")}`,
      index: 0,
      block: number + 1,
      logIndex: 0,
      sha256: `0x${digest.padStart(64, "0")}`,
      name: NAMES[this.#modality],
    };
  }
}

if (import.meta.main) {
  const report = new URL("../../../bench/judging.json", import.meta.url);
  const judging = await measureJudging(MANY, (line) => process.stderr.write(`${line}\n`));
  await mkdir(new URL(".", report), { recursive: true });
  const text = JSON.stringify({ ...judging, date: new Date().toISOString() }, null, 2);
  await writeFile(report, `${text}\n`);
  process.stdout.write(`${text}\n`);
}
