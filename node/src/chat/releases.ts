import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { modelsAbi } from "@openledger/sdk/abi/models";
import type { Attestation } from "@openledger/sdk/attestation";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import type { Logger } from "pino";
import type { Address, Hex } from "viem";
import type { Database } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";
import { type ContentSources, ContentUnavailableError } from "../content/contentSources.ts";
import { saveArtifact } from "../worker/artifact.ts";
import { fetchReleaseAdapter } from "../worker/releaseAdapter.ts";

/** Where a release's attribution index lies in its folder. */
const ATTRIBUTION_INDEX = "attribution_index";

/** A release as the chain tells it. */
export interface ReleaseFacts {
  release: number;
  model: number;
  job: number;
  parentRelease: number;
  specDigest: Hex;
  trainer: Address;
  attestation: Attestation;
}

/** A release, and what this server has of it. */
export interface KnownRelease {
  facts: ReleaseFacts;
  /** Known once the adapter is here. */
  spec: JobSpec | undefined;
  /** Why it can never be served. */
  error: string | undefined;
  /** The folder of its adapter. */
  folder: string;
  /** The index of what its training data did, where its trainer published one. */
  attributionIndex: string | undefined;
  /** Unix seconds since when its adapter is here. */
  since: number;
}

/** The releases of all models, and their adapters on this disk. */
export class Releases {
  readonly #database: Database;
  readonly #chain: Chain;
  readonly #content: ContentSources;
  readonly #log: Logger;
  readonly #folder: string;
  /** All of them by number, in their order, once they were read; every question asks for one. */
  #known: Map<number, KnownRelease> | undefined;

  constructor(parts: {
    database: Database;
    chain: Chain;
    content: ContentSources;
    log: Logger;
    folder: string;
  }) {
    this.#database = parts.database;
    this.#chain = parts.chain;
    this.#content = parts.content;
    this.#log = parts.log;
    this.#folder = parts.folder;
    this.#database.exec(`CREATE TABLE IF NOT EXISTS release (
      release INTEGER PRIMARY KEY, facts TEXT NOT NULL, spec TEXT, error TEXT) STRICT;
      CREATE TABLE IF NOT EXISTS release_since (release INTEGER PRIMARY KEY, since INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS release_index (
        release INTEGER PRIMARY KEY, cid TEXT NOT NULL, digest TEXT NOT NULL, is_missing INTEGER NOT NULL DEFAULT 1) STRICT`);
  }

  /** Read new releases from the chain and bring their adapters here. Call it in a poll. */
  async look(): Promise<void> {
    await this.#chain.scanner.scan({
      cursor: "releases",
      address: this.#chain.addresses.models,
      abi: modelsAbi,
      eventName: "Released",
      fromBlock: BigInt(this.#chain.addresses.deploymentBlock),
      handle: (logs) => {
        const add = this.#database.prepare("INSERT OR IGNORE INTO release (release, facts) VALUES (?, ?)");
        for (const { args } of logs) add.run(args.release, toJson(args));
        if (logs.length > 0) this.#known = undefined;
      },
    });
    for (const { facts, spec, error } of this.list()) {
      if (spec === undefined && error === undefined) await this.#bring(facts);
    }
    await this.#bringIndexes();
  }

  /** Every release, the oldest first. */
  list(): KnownRelease[] {
    return [...this.#all().values()];
  }

  /** One release, if the chain has told of it. */
  find(release: number): KnownRelease | undefined {
    return this.#all().get(release);
  }

  #all(): Map<number, KnownRelease> {
    this.#known ??= new Map(
      this.#database
        .prepare("SELECT * FROM release LEFT JOIN release_since USING (release) ORDER BY release")
        .all()
        .map((row) => [Number(row.release), this.#toRelease(row)]),
    );
    return this.#known;
  }

  /** Bring a release's adapter anew at the next look: what lies on this disk is not what the chain names. */
  fetchAgain(release: number): void {
    this.#log.warn({ release }, "the files of an adapter are damaged, and are fetched again");
    this.#database.prepare("UPDATE release SET spec = NULL WHERE release = ?").run(release);
    this.#known = undefined;
  }

  async #bring(facts: ReleaseFacts): Promise<void> {
    const set = this.#database.prepare("UPDATE release SET spec = ?, error = ? WHERE release = ?");
    try {
      const { spec, attribution } = await fetchReleaseAdapter(
        this.#content,
        facts,
        this.#pathOf(facts.release),
      );
      if (attribution !== null) {
        this.#database
          .prepare("INSERT OR IGNORE INTO release_index (release, cid, digest) VALUES (?, ?, ?)")
          .run(facts.release, attribution.cid, attribution.digest);
      }
      set.run(JSON.stringify(spec), null, facts.release);
      this.#database
        .prepare("INSERT OR IGNORE INTO release_since (release, since) VALUES (?, ?)")
        .run(facts.release, Math.floor(Date.now() / 1000));
      this.#known = undefined;
      this.#log.info(
        { release: facts.release, adapterDigest: facts.attestation.adapterDigest },
        "release ready",
      );
    } catch (error) {
      if (error instanceof ContentUnavailableError) {
        this.#log.debug({ release: facts.release, reason: error.message }, "adapter not there yet");
        return;
      }
      if ((error as Error).name === "AbortError") throw error;
      if ((error as NodeJS.ErrnoException).syscall !== undefined) {
        this.#log.warn({ release: facts.release, err: error }, "adapter cannot be kept now");
        return;
      }
      set.run(null, (error as Error).message, facts.release);
      this.#known = undefined;
      this.#log.warn({ release: facts.release, err: error }, "release cannot be served");
    }
  }

  /** What tells which data shaped an answer is not needed to answer: it may come later, and be missing. */
  async #bringIndexes(): Promise<void> {
    const missing = this.#database
      .prepare("SELECT release, cid, digest FROM release_index WHERE is_missing = 1")
      .all();
    for (const { release, cid, digest } of missing) {
      const folder = this.#pathOf(Number(release));
      const download = join(folder, "download-index");
      try {
        await saveArtifact(this.#content, { cid: String(cid), digest: String(digest) as Hex }, download);
        await rename(download, join(folder, ATTRIBUTION_INDEX));
      } catch (error) {
        if (error instanceof ContentUnavailableError) continue;
        if ((error as Error).name === "AbortError") throw error;
        if ((error as NodeJS.ErrnoException).syscall !== undefined) continue;
        this.#log.warn({ release, err: error }, "attribution index cannot be had");
      }
      this.#database
        .prepare("UPDATE release_index SET is_missing = 0 WHERE release = ?")
        .run(Number(release));
      this.#known = undefined;
    }
  }

  #pathOf(release: number): string {
    return join(this.#folder, String(release));
  }

  #toRelease(row: Record<string, unknown>): KnownRelease {
    const facts = fromJson(String(row.facts));
    const folder = this.#pathOf(facts.release);
    const index = join(folder, ATTRIBUTION_INDEX);
    return {
      facts,
      spec: row.spec === null ? undefined : JSON.parse(String(row.spec)),
      error: row.error === null ? undefined : String(row.error),
      folder,
      attributionIndex: existsSync(index) ? index : undefined,
      since: Number(row.since ?? 0),
    };
  }
}

function toJson(facts: unknown): string {
  return JSON.stringify(facts, (_key, value) => (typeof value === "bigint" ? { wei: String(value) } : value));
}

function fromJson(text: string): ReleaseFacts {
  return JSON.parse(text, (_key, value) =>
    typeof value === "object" && value !== null && typeof value.wei === "string" ? BigInt(value.wei) : value,
  );
}
