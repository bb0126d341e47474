import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "@openledger/sdk/manifest";
import type { MinedSubmission } from "../contributedFiles.ts";
import type { GatewayParts } from "../parts.ts";
import type { AssayQuestion } from "../stagedAssays.ts";
import type { IndexedSubmission } from "./copiesThread.ts";

/** Enough to catch up quickly, and few enough that other work gets its turn. */
const SUBMISSIONS_A_ROUND = 50;

type FeedParts = Pick<GatewayParts, "contributed" | "store" | "assays" | "licences" | "copies" | "log">;

/**
 * Puts what this gateway published into the index by which copies are found, in the order of the chain, as validators
 * do: so that a dry run foresees what they will find.
 */
export class KnownFeed {
  readonly #parts: FeedParts;
  readonly #folder: string;

  /** @param folder For files that have to be examined again, which are removed at once. */
  constructor(parts: FeedParts, folder: string) {
    this.#parts = parts;
    this.#folder = folder;
  }

  /** Add what was published since the last time. */
  async round(): Promise<void> {
    const { contributed, copies, log } = this.#parts;
    for (const { root, cid } of await copies.waiting(SUBMISSIONS_A_ROUND)) {
      const mined = contributed.minedOf(root);
      if (mined === undefined) continue;
      const files = await this.#files(mined, cid);
      const grades = contributed.gradesOf(root);
      await copies.index({ root, files, ...(grades === undefined ? {} : { grades }) });
      log.debug({ root }, "published files indexed");
    }
  }

  async #files(mined: MinedSubmission, cid: string): Promise<IndexedSubmission["files"]> {
    const { store, licences } = this.#parts;
    const { root, datanet, pool, block, logIndex, manifestDigest } = mined;
    const { files, terms } = readManifest(await store.getBlock(cid), manifestDigest);
    const agreed = await licences.termsOf(datanet, terms);
    const wanted = agreed === undefined ? {} : { guidelines: agreed.guidelines };
    const found: IndexedSubmission["files"] = [];
    for (const [index, { name, sha256, cid: fileCid }] of files.entries()) {
      const question = { name, sha256, pool, ...wanted };
      const { opinion, fingerprint } = await this.#assay(`${root}-${index}`, question, fileCid);
      const file = { datanet, pool, root, index, block, logIndex, sha256, name, opinion };
      found.push(fingerprint === undefined ? file : { ...file, fingerprint });
    }
    return found;
  }

  /** Usually known from its upload; else the published bytes are examined once more. */
  async #assay(mark: string, file: Omit<AssayQuestion, "path">, cid: string) {
    const { assays, store } = this.#parts;
    const known = assays.known(file);
    if (known !== undefined) return known;
    const path = join(this.#folder, mark);
    await mkdir(this.#folder, { recursive: true });
    try {
      await writeFile(path, store.get(cid));
      return await assays.ofPublic({ ...file, path });
    } finally {
      await rm(path, { force: true });
    }
  }
}
