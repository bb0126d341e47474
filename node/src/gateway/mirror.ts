import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { cidOfDigest } from "@openledger/sdk/cid";
import { verifyDigest, verifyManifest } from "@openledger/sdk/content/verify";
import { MAX_FILE_BYTES, MAX_MANIFEST_BYTES } from "@openledger/sdk/manifest";
import { Problem } from "@openledger/sdk/problem";
import type { Hex } from "viem";
import type { Database } from "../app/database.ts";
import { type ContentSources, ContentUnavailableError } from "../content/contentSources.ts";
import type { Published } from "../content/publishedStore.ts";
import { blocksOfFile } from "../storage/fileBlocks.ts";
import type { GatewayParts } from "./parts.ts";

/** Submissions that are looked at in one round. */
const MOST_AT_ONCE = 20;
const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 3_600;
/** Content that nobody had for about a day and a half is given up. */
const MOST_ATTEMPTS = 40;
/** Published files that one step of a look through the store looks at. */
const LOOKED_AT = 500;

type MirrorParts = Pick<
  GatewayParts,
  "chain" | "store" | "published" | "submissions" | "contributed" | "log" | "config"
> & { database: Database; sources: ContentSources };

/**
 * Brings content here that this gateway should have and has not: what its store lost, what other gateways relayed, and,
 * after a lost disk, everything. It asks the nodes of CONTENT_URLS, and checks what they send against the chain.
 */
export class Mirror {
  readonly #parts: MirrorParts;
  readonly #folder: string;

  constructor(parts: MirrorParts) {
    this.#parts = parts;
    this.#folder = join(parts.config.DATA_DIR, "downloads");
    parts.database.exec(`
      CREATE TABLE IF NOT EXISTS mirrored (
        root TEXT PRIMARY KEY, contributor TEXT NOT NULL, manifest_digest TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
        due_at INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0) STRICT;
      CREATE INDEX IF NOT EXISTS mirrored_due ON mirrored (done, due_at);`);
  }

  /** Looks for submissions on the chain, and brings those that are due. Call it in a poll. */
  async round(): Promise<void> {
    const { chain, database } = this.#parts;
    await chain.scanner.scan({
      cursor: "mirror",
      address: chain.addresses.datanets,
      abi: datanetsAbi,
      eventName: "Submitted",
      fromBlock: BigInt(chain.addresses.deploymentBlock),
      handle: (logs) => {
        const add = database.prepare(
          "INSERT OR IGNORE INTO mirrored (root, contributor, manifest_digest) VALUES (?, ?, ?)",
        );
        for (const { args } of logs) add.run(args.root, args.contributor, args.manifestDigest);
      },
    });
    const due = database
      .prepare(
        "SELECT root, contributor, manifest_digest FROM mirrored WHERE done = 0 AND due_at <= ? LIMIT ?",
      )
      .all(Date.now(), MOST_AT_ONCE);
    for (const row of due) {
      await this.#try(String(row.root) as Hex, {
        contributor: String(row.contributor) as Hex,
        manifestDigest: String(row.manifest_digest) as Hex,
      });
    }
  }

  /** Looks whether the store still has everything that is published, and brings back what it lost. */
  async lookThrough(): Promise<void> {
    const { published, log } = this.#parts;
    let last = "";
    for (
      let page = published.after(last, LOOKED_AT);
      page.length > 0;
      page = published.after(last, LOOKED_AT)
    ) {
      for (const content of page) {
        if (!(await this.#isWhole(content.cid)) && !(await this.recover(content)))
          log.warn({ cid: content.cid }, "published content is lost, and nobody asked has it");
      }
      last = page.at(-1)?.cid ?? "";
    }
  }

  /** Brings back one published file. @returns whether it is here now. */
  async recover({ cid, sizeBytes }: Published): Promise<boolean> {
    const { sources, store, log } = this.#parts;
    const path = join(this.#folder, `${cid}.recovered`);
    try {
      await mkdir(this.#folder, { recursive: true });
      await sources.save(cid, path, sizeBytes);
      const stored = await store.putFile(path);
      if (stored !== cid) return false;
      log.info({ cid, sizeBytes }, "lost content recovered");
      return true;
    } catch (error) {
      if (error instanceof ContentUnavailableError || error instanceof Problem) return false;
      throw error;
    } finally {
      await rm(path, { force: true });
    }
  }

  async #isWhole(cid: string): Promise<boolean> {
    const { store } = this.#parts;
    if (!(await store.has(cid))) return false;
    for (const block of await blocksOfFile(cid, (name) => store.getBlock(name)))
      if (!(await store.has(block))) return false;
    return true;
  }

  async #try(root: Hex, onChain: { contributor: Hex; manifestDigest: Hex }): Promise<void> {
    const { database, submissions, log } = this.#parts;
    const own = submissions.find(root);
    // What was uploaded here is published from here.
    if (own !== undefined && (own.state === "received" || own.state === "mined")) {
      this.#postpone(root, FIRST_WAIT_SECONDS);
      return;
    }
    try {
      await this.#bring(root, onChain);
      database.prepare("UPDATE mirrored SET done = 1 WHERE root = ?").run(root);
    } catch (error) {
      if (error instanceof Problem) {
        log.warn({ root, code: error.code, sentence: error.sentence }, "submission cannot be mirrored");
        database.prepare("UPDATE mirrored SET done = 1 WHERE root = ?").run(root);
        return;
      }
      if (!(error instanceof ContentUnavailableError)) throw error;
      const row = database
        .prepare("UPDATE mirrored SET attempts = attempts + 1 WHERE root = ? RETURNING attempts")
        .get(root);
      const attempts = Number(row?.attempts);
      log.debug({ root, attempts, reason: error.message }, "content not there yet");
      if (attempts >= MOST_ATTEMPTS)
        database.prepare("UPDATE mirrored SET done = 1 WHERE root = ?").run(root);
      else this.#postpone(root, Math.min(FIRST_WAIT_SECONDS * 2 ** (attempts - 1), LONGEST_WAIT_SECONDS));
    }
  }

  #postpone(root: Hex, seconds: number): void {
    this.#parts.database
      .prepare("UPDATE mirrored SET due_at = ? WHERE root = ?")
      .run(Date.now() + seconds * 1000, root);
  }

  async #bring(root: Hex, onChain: { contributor: Hex; manifestDigest: Hex }): Promise<void> {
    const { sources, store, published, contributed, log } = this.#parts;
    const cid = cidOfDigest(onChain.manifestDigest);
    const isHere = published.find(cid) !== undefined && (await store.has(cid));
    const bytes = isHere ? await store.getBlock(cid) : await sources.read(cid, MAX_MANIFEST_BYTES);
    const manifest = verifyManifest(bytes, { root, ...onChain });
    let brought = 0;
    for (const [index, file] of manifest.files.entries()) {
      if (published.find(file.cid) !== undefined && (await store.has(file.cid))) continue;
      const path = join(this.#folder, `${root}-${index}`);
      try {
        await mkdir(this.#folder, { recursive: true });
        const { sha256, sizeBytes } = await sources.save(file.cid, path, MAX_FILE_BYTES);
        // Bytes that are not the leaf's are nobody's contribution: validators reject them, and nobody needs a copy.
        if (verifyDigest(sha256, sizeBytes, file) !== undefined) continue;
        const stored = await store.putFile(path);
        if (stored !== file.cid) continue;
        published.add(file, await blocksOfFile(stored, (block) => store.getBlock(block)));
        brought += 1;
      } finally {
        await rm(path, { force: true });
      }
    }
    if (isHere && brought === 0) return;
    await store.putBytes(bytes);
    published.add({ cid, mediaType: "application/json", sizeBytes: bytes.length });
    contributed.add(root, manifest);
    log.info({ root, files: brought }, "submission mirrored");
  }
}
