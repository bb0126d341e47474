import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AUDIO, IMAGE, TEXT } from "@openledger/sdk/pools";
import PQueue from "p-queue";
import { openDatabase } from "../../src/app/database.ts";
import type { Assay } from "../../src/judge/assay.ts";
import { AssayPool } from "../../src/judge/assayPool.ts";
import { type KnownFile, KnownFiles } from "../../src/judge/known.ts";
import { RandomNumbers } from "../data/randomNumbers.ts";
import type { GoodFile, Modality } from "./corpus.ts";
import type { Damage, Damaged, Expected } from "./damage.ts";

const POOLS = { text: TEXT, image: IMAGE, audio: AUDIO } as const;
/** Files that are judged at a time: enough that no process waits. */
const AT_A_TIME = 8;

/** What was found about a file. */
interface Found {
  modality: Modality;
  grade: number;
  reason?: string;
  why: string;
  /** The good file that it was found to repeat. */
  duplicateOf?: string;
  /** Until the opinion of the file by itself was there, other files being judged at the same time. */
  milliseconds: number;
}

/** One judged file of the benchmark. */
export interface Judged extends Found {
  /** The good file. */
  file: string;
  /** Absent when nothing was done to it. */
  damage?: string;
  obvious: boolean;
  expected: Expected;
  /** Whether what was found is what was expected. */
  right: boolean;
}

interface Assayed {
  assay: Assay;
  milliseconds: number;
}

/** What to judge. */
export interface Plan {
  modality: Modality;
  files: readonly GoodFile[];
  damages: readonly Damage[];
  /** Files that each damage is tried on, at most. */
  filesADamage: number;
  seed: number;
}

/**
 * Judge the good files as if submitted one after the other, and then damaged copies: those that are to be found as
 * copies after all good files, all others in the place of the file that they were made from.
 */
export async function measure({ modality, files, damages, filesADamage, seed }: Plan): Promise<Judged[]> {
  const folder = await mkdtemp(join(tmpdir(), "openledger-bench-judge-"));
  const database = openDatabase(join(folder, "known.sqlite"));
  database.exec("PRAGMA synchronous = NORMAL");
  const bench = new Bench(modality, folder, new KnownFiles(database));
  try {
    const judged = await bench.judgeGood(files);
    for (const damage of damages) {
      const chosen = new RandomNumbers(numberOf(`${seed} ${damage.name}`))
        .choose(files.length, Math.min(files.length, filesADamage))
        .sort((a, b) => a - b);
      const damaged = await inTurns(chosen, (index) => bench.judgeDamaged(damage, files, index, seed));
      judged.push(...damaged.filter((one) => one !== undefined));
    }
    return judged;
  } finally {
    await bench.close();
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

class Bench {
  readonly #modality: Modality;
  readonly #folder: string;
  readonly #known: KnownFiles;
  readonly #pool = new AssayPool();
  /** The names of the good files, by the root that stands for each. */
  readonly #names = new Map<string, string>();
  #written = 0;

  constructor(modality: Modality, folder: string, known: KnownFiles) {
    this.#modality = modality;
    this.#folder = folder;
    this.#known = known;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** In the order of the files, each remembered before the next is compared. */
  async judgeGood(files: readonly GoodFile[]): Promise<Judged[]> {
    const assayed = await inTurns(files, (file) => this.#assay(file));
    return assayed.map((one, index) => {
      const file = files[index] as GoodFile;
      const known = this.#placed(index, file);
      this.#names.set(known.root, file.name);
      const opinion = this.#opinion(one, known);
      if (one.assay.opinion.grade > 0) this.#known.add(known, one.assay.fingerprint);
      const right = opinion.grade > 0;
      return { ...opinion, file: file.name, obvious: true, expected: { verdict: "accept" }, right };
    });
  }

  /** Undefined when the damage does nothing to this file. */
  async judgeDamaged(
    damage: Damage,
    files: readonly GoodFile[],
    index: number,
    seed: number,
  ): Promise<Judged | undefined> {
    const file = files[index] as GoodFile;
    const { name, obvious, expected } = damage;
    const others = files.filter((other) => other !== file);
    const random = new RandomNumbers(numberOf(`${seed} ${name} ${file.name}`));
    const damaged = await damage.apply(file, random, others);
    if (damaged === undefined || file.bytes.equals(damaged.bytes)) return undefined;
    const assayed = await this.#assay({ ...file, ...damaged });
    const isCopy = expected.verdict === "duplicate";
    const opinion = this.#opinion(assayed, this.#placed(isCopy ? files.length : index, damaged));
    const right = isCopy
      ? opinion.duplicateOf !== undefined && [file.name, damaged.alsoFrom].includes(opinion.duplicateOf)
      : expected.verdict === "accept"
        ? opinion.grade > 0
        : opinion.grade === 0;
    return { ...opinion, file: file.name, damage: name, obvious, expected, right };
  }

  async #assay(file: Damaged): Promise<Assayed> {
    const path = join(this.#folder, String(this.#written++));
    await writeFile(path, file.bytes);
    const { name, guidelines } = file;
    const started = performance.now();
    const assay = await this.#pool.assay({
      path,
      name,
      pool: POOLS[this.#modality],
      ...(guidelines === undefined ? {} : { guidelines }),
    });
    await rm(path);
    return { assay, milliseconds: performance.now() - started };
  }

  #opinion({ assay, milliseconds }: Assayed, known: KnownFile): Found {
    const { grade, reason, why } = assay.opinion;
    const found = { modality: this.#modality, milliseconds, grade, why };
    if (grade === 0) return { ...found, reason: reason ?? "" };
    const duplicate = this.#known.findDuplicate(known, assay.fingerprint);
    if (duplicate === undefined) return found;
    const duplicateOf = this.#names.get(duplicate.root) ?? duplicate.name;
    return {
      ...found,
      grade: 0,
      reason: duplicate.exact ? "exact-duplicate" : "near-duplicate",
      why: `${duplicate.percent} % like ${duplicateOf}`,
      duplicateOf,
    };
  }

  #placed(index: number, { name, bytes }: Damaged): KnownFile {
    return {
      datanet: 1,
      pool: POOLS[this.#modality],
      root: `0x${String(index).padStart(64, "0")}`,
      index: 0,
      block: index + 1,
      logIndex: 0,
      sha256: `0x${createHash("sha256").update(bytes).digest("hex")}`,
      name,
    };
  }
}

/** Do something with every item, some at a time; the results are in the items' order. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const queue = new PQueue({ concurrency: AT_A_TIME });
  return Promise.all(items.map((item) => queue.add(() => work(item)) as Promise<Result>));
}

/** A seed of words. */
function numberOf(words: string): number {
  return createHash("sha256").update(words).digest().readUInt32LE(0);
}
