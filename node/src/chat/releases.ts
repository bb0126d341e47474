import { join } from "node:path";
import { modelsAbi } from "@openledger/sdk/abi/models";
import type { Attestation } from "@openledger/sdk/attestation";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import type { Logger } from "pino";
import type { Address, Hex } from "viem";
import type { Database } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";
import { type ContentSources, ContentUnavailableError } from "../content/contentSources.ts";
import type { LocalBases } from "../worker/localBases.ts";
import { fetchReleaseAdapter } from "../worker/releaseAdapter.ts";

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

/** A release whose adapter is here and whose base is known. */
export interface ServedRelease {
  adapterPath: string;
  basePath: string;
  spec: JobSpec;
}

interface Row {
  facts: ReleaseFacts;
  spec: JobSpec | undefined;
  error: string | undefined;
}

/** The releases of all models, and their adapters on this disk. */
export class Releases {
  readonly #database: Database;
  readonly #chain: Chain;
  readonly #content: ContentSources;
  readonly #bases: LocalBases;
  readonly #log: Logger;
  readonly #folder: string;

  constructor(parts: {
    database: Database;
    chain: Chain;
    content: ContentSources;
    bases: LocalBases;
    log: Logger;
    folder: string;
  }) {
    this.#database = parts.database;
    this.#chain = parts.chain;
    this.#content = parts.content;
    this.#bases = parts.bases;
    this.#log = parts.log;
    this.#folder = parts.folder;
    this.#database.exec(`CREATE TABLE IF NOT EXISTS release (
      release INTEGER PRIMARY KEY, facts TEXT NOT NULL, spec TEXT, error TEXT) STRICT`);
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
      },
    });
    for (const { facts, spec, error } of this.#rows()) {
      if (spec === undefined && error === undefined) await this.#bring(facts);
    }
  }

  /** Every release, newest first, with whether it can be asked. */
  async list() {
    const claimed = await this.#bases.claimed();
    return this.#rows()
      .reverse()
      .map(({ facts, spec, error }) => ({
        release: facts.release,
        model: facts.model,
        job: facts.job,
        parentRelease: facts.parentRelease === 0 ? null : facts.parentRelease,
        trainer: facts.trainer,
        adapterDigest: facts.attestation.adapterDigest,
        lossBeforeMicronats: Number(facts.attestation.lossBeforeMicronats),
        lossAfterMicronats: Number(facts.attestation.lossAfterMicronats),
        steps: facts.attestation.steps,
        base: spec === undefined ? null : { name: spec.base.name, family: spec.base.family },
        ready: spec !== undefined && claimed.includes(spec.base.baseDigest),
        ...(error === undefined ? {} : { error }),
      }));
  }

  /** What it takes to ask a release; undefined when there is none, a sentence when it cannot be asked. */
  async serve(release: number): Promise<(ServedRelease & ReleaseFacts) | string | undefined> {
    const row = this.#rows().find(({ facts }) => facts.release === release);
    if (row === undefined) return undefined;
    if (row.error !== undefined) return row.error;
    if (row.spec === undefined) return "Its adapter is still being fetched.";
    const base = await this.#bases.find(row.spec.base.baseDigest);
    if (base === undefined) return `Its base ${row.spec.base.name} is not on this machine.`;
    return { ...row.facts, spec: row.spec, adapterPath: this.#pathOf(release), basePath: base.path };
  }

  async #bring(facts: ReleaseFacts): Promise<void> {
    const set = this.#database.prepare("UPDATE release SET spec = ?, error = ? WHERE release = ?");
    try {
      const spec = await fetchReleaseAdapter(this.#content, facts, this.#pathOf(facts.release));
      set.run(JSON.stringify(spec), null, facts.release);
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
      set.run(null, (error as Error).message, facts.release);
      this.#log.warn({ release: facts.release, err: error }, "release cannot be served");
    }
  }

  #pathOf(release: number): string {
    return join(this.#folder, String(release));
  }

  #rows(): Row[] {
    return this.#database
      .prepare("SELECT * FROM release ORDER BY release")
      .all()
      .map((row) => ({
        facts: fromJson(String(row.facts)),
        spec: row.spec === null ? undefined : JSON.parse(String(row.spec)),
        error: row.error === null ? undefined : String(row.error),
      }));
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
