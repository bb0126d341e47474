import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import { verifyManifest } from "@openledger/sdk/content/verify";
import { MAX_FILE_BYTES, MAX_MANIFEST_BYTES } from "@openledger/sdk/manifest";
import { Problem } from "@openledger/sdk/problem";
import PQueue from "p-queue";
import type { Logger } from "pino";
import { isStopping } from "../app/errors.ts";
import type { ContentKeeper } from "../content/contentKeeper.ts";
import { type ContentSources, ContentUnavailableError } from "../content/contentSources.ts";
import { FetchSchedule } from "../content/fetchSchedule.ts";
import type { Submitted } from "./submissions.ts";

/** What fetching ahead takes. */
export interface FetchAheadParts {
  content: Pick<ContentSources, "read" | "save">;
  keeper: Pick<ContentKeeper, "isKept" | "keepManifest" | "keepFile">;
  log: Logger;
  /** A folder for downloads, which are removed once kept. */
  folder: string;
}

/** Submissions whose content comes at the same time, beside those that are being judged. */
const AT_ONCE = 2;

/**
 * Brings the content of submissions that have to wait until they are judged: whoever has it now may be away when their
 * turn comes. It stays with what this node keeps for others, and is judged from there.
 */
export class FetchAhead {
  readonly #parts: FetchAheadParts;
  readonly #queue = new PQueue({ concurrency: AT_ONCE });
  /** What is under way, or here. */
  readonly #taken = new Set<string>();
  readonly #schedule = new FetchSchedule();

  constructor(parts: FetchAheadParts) {
    this.#parts = parts;
  }

  /** Start to fetch what is not here yet; it does not wait for the end. */
  start(waiting: readonly Submitted[]): void {
    for (const submitted of waiting) {
      const { root } = submitted;
      if (this.#taken.has(root) || !this.#schedule.isDue(root, false)) continue;
      this.#taken.add(root);
      void this.#queue.add(() => this.#bring(submitted));
    }
  }

  /** Wait until nothing is under way. */
  idle(): Promise<void> {
    return this.#queue.onIdle();
  }

  /** A submission that is judged, or concerns nobody any more. */
  forget(root: string): void {
    this.#taken.delete(root);
    this.#schedule.done(root);
  }

  async #bring(submitted: Submitted): Promise<void> {
    const { root } = submitted;
    try {
      await this.#fetch(submitted);
      this.#schedule.done(root);
    } catch (error) {
      // What can never be had is for those who judge it to say.
      if (isStopping(error) || error instanceof Problem) return;
      this.#taken.delete(root);
      this.#schedule.failed(root);
      if (!(error instanceof ContentUnavailableError))
        this.#parts.log.warn({ root, err: error }, "content not fetched ahead, will be tried again");
    }
  }

  async #fetch(submitted: Submitted): Promise<void> {
    const { content, folder, keeper } = this.#parts;
    const { root, manifestDigest } = submitted;
    const cid = cidOfDigest(manifestDigest);
    const bytes = await content.read(cid, MAX_MANIFEST_BYTES);
    const manifest = verifyManifest(bytes, submitted);
    await keeper.keepManifest(root, cid, bytes);
    await mkdir(folder, { recursive: true });
    for (const [index, file] of manifest.files.entries()) {
      if (keeper.isKept(root, index)) continue;
      const path = join(folder, `${root}-${index}`);
      try {
        await content.save(file.cid, path, MAX_FILE_BYTES);
        await keeper.keepFile(root, index, file, path);
      } finally {
        await rm(path, { force: true });
      }
    }
  }
}
