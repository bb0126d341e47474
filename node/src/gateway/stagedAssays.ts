import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { deserialize, serialize } from "node:v8";
import { formatOfName } from "@openledger/sdk/formats";
import type { Address, Hex } from "viem";
import type { Database } from "../app/database.ts";
import type { Assay, Assayer } from "../judge/assay.ts";

/** What a file is asked about: the same question has the same answer. */
export interface AssayQuestion {
  sha256: Hex;
  path: string;
  name: string;
  pool: number;
  guidelines?: string;
}

interface Found {
  assay: Assay;
  milliseconds: number;
}

/**
 * One assay for each content, kind of name, pool and guidelines, however many addresses bring the file and however often
 * they ask. An answer that another address brought about comes no sooner than it came then, so that nobody learns from
 * the time it takes that a stranger has the same file.
 */
export class StagedAssays {
  readonly #assayer: Assayer;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #underWay = new Map<string, Promise<Found>>();

  /** @param database May be one that does not wait for the disk: what is lost is found again. */
  constructor(database: Database, assayer: Assayer) {
    this.#assayer = assayer;
    database.exec(`
      CREATE TABLE IF NOT EXISTS staged_assay (
        sha256 TEXT NOT NULL, question TEXT NOT NULL, answer BLOB NOT NULL, milliseconds REAL NOT NULL,
        found_at INTEGER NOT NULL, PRIMARY KEY (sha256, question)) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS assay_asker (
        sha256 TEXT NOT NULL, question TEXT NOT NULL, owner TEXT NOT NULL,
        PRIMARY KEY (sha256, question, owner)) STRICT, WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS staged_assay_by_age ON staged_assay (found_at);
    `);
    this.#statements = prepare(database);
  }

  /** How many files are being examined, or wait for it. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** What a file is, for one address. */
  async of(contributor: Address, question: AssayQuestion): Promise<Assay> {
    const startedAt = performance.now();
    const owner = contributor.toLowerCase();
    const key = keyOf(question);
    const asked = this.#statements.asked.get(question.sha256, key, owner) !== undefined;
    const { assay, milliseconds } = await this.#find(question, key);
    if (asked) return assay;
    this.#statements.ask.run(question.sha256, key, owner);
    const left = milliseconds - (performance.now() - startedAt);
    if (left >= 1) await sleep(left);
    return assay;
  }

  /** What the gateway itself wants to know of a file that is public. */
  async ofPublic(question: AssayQuestion): Promise<Assay> {
    return (await this.#find(question, keyOf(question))).assay;
  }

  /** Forgets what nobody asked about since a moment, in Unix seconds. */
  sweep(before: number): void {
    this.#statements.forgetAskers.run(before);
    this.#statements.forget.run(before);
  }

  /** An answer that is still remembered, of a file that is public. */
  known(question: Omit<AssayQuestion, "path">): Assay | undefined {
    return this.#saved(question.sha256, keyOf(question))?.assay;
  }

  #saved(sha256: Hex, key: string): Found | undefined {
    const row = this.#statements.find.get(sha256, key);
    if (row === undefined) return undefined;
    return {
      assay: deserialize(row.answer as Uint8Array) as Assay,
      milliseconds: Number(row.milliseconds),
    };
  }

  async #find(question: AssayQuestion, key: string): Promise<Found> {
    const { sha256 } = question;
    const saved = this.#saved(sha256, key);
    if (saved !== undefined) return saved;
    const place = `${sha256} ${key}`;
    const underWay = this.#underWay.get(place);
    if (underWay !== undefined) return underWay;
    const work = this.#ask(question, key).finally(() => this.#underWay.delete(place));
    this.#underWay.set(place, work);
    return work;
  }

  async #ask({ sha256, path, name, pool, guidelines }: AssayQuestion, key: string): Promise<Found> {
    const startedAt = performance.now();
    const assay = await this.#assayer.assay({
      path,
      name,
      pool,
      ...(guidelines === undefined ? {} : { guidelines }),
    });
    const milliseconds = performance.now() - startedAt;
    this.#statements.save.run(sha256, key, serialize(assay), milliseconds, Math.floor(Date.now() / 1000));
    return { assay, milliseconds };
  }
}

/** Of a name only the format that it promises matters; one that promises none stands for itself. */
function keyOf({ name, pool, guidelines }: Omit<AssayQuestion, "path">): string {
  const kind = formatOfName(name)?.mediaType ?? `name ${name}`;
  const wanted = guidelines === undefined ? "" : createHash("sha256").update(guidelines).digest("hex");
  return `${pool} ${wanted} ${kind}`;
}

function prepare(database: Database) {
  return {
    find: database.prepare("SELECT answer, milliseconds FROM staged_assay WHERE sha256 = ? AND question = ?"),
    save: database.prepare("INSERT OR REPLACE INTO staged_assay VALUES (?, ?, ?, ?, ?)"),
    asked: database.prepare("SELECT 1 FROM assay_asker WHERE sha256 = ? AND question = ? AND owner = ?"),
    ask: database.prepare("INSERT OR IGNORE INTO assay_asker VALUES (?, ?, ?)"),
    forget: database.prepare("DELETE FROM staged_assay WHERE found_at < ?"),
    forgetAskers: database.prepare(
      `DELETE FROM assay_asker WHERE (sha256, question) IN
       (SELECT sha256, question FROM staged_assay WHERE found_at < ?)`,
    ),
  };
}
