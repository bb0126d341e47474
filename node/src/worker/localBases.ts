import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { bytes32Schema } from "@openledger/sdk/schemas";
import type { Logger } from "pino";
import type { Hex } from "viem";
import { z } from "zod";
import type { PythonWorker } from "./pythonWorker.ts";

/** A base model on this machine. */
export interface LocalBase {
  path: string;
  name: string;
  family: string;
  baseDigest: Hex;
  parameters: number;
}

const description = z.object({ name: z.string(), family: z.string(), baseDigest: bytes32Schema });

/**
 * The base models in BASES_DIR: folders with a `base.json`, which `npm run base` writes. What they say of themselves is checked by the worker, which
 * hashes their files, once for each folder.
 */
export class LocalBases {
  readonly #directory: string;
  readonly #worker: PythonWorker;
  readonly #log: Logger;
  readonly #verified = new Map<string, LocalBase>();
  /** Folders of which the log has said that they cannot be used. */
  readonly #told = new Set<string>();

  constructor(directory: string, worker: PythonWorker, log: Logger) {
    this.#directory = directory;
    this.#worker = worker;
    this.#log = log;
  }

  /** The base with a digest, verified; undefined when it is not here. */
  async find(baseDigest: Hex): Promise<LocalBase | undefined> {
    const wanted = baseDigest.toLowerCase();
    for (const folder of await this.#folders()) {
      const path = join(this.#directory, folder);
      const known = this.#verified.get(path);
      if (known?.baseDigest === wanted) return known;
      const said = await this.#read(path);
      if (said?.baseDigest !== wanted) continue;
      const found = await this.#worker.request<{
        family: string;
        name: string;
        baseDigest: Hex;
        parameters: number;
      }>("describe_base", { base: path });
      if (found.baseDigest !== wanted) continue;
      const base = { path, ...found };
      this.#verified.set(path, base);
      return base;
    }
    return undefined;
  }

  /** The digests that folders claim, unverified: what this node may be able to train. */
  async claimed(): Promise<Hex[]> {
    return (await this.described()).map(({ baseDigest }) => baseDigest);
  }

  /** What folders say of themselves, unverified, and since when they are here. */
  async described(): Promise<{ name: string; baseDigest: Hex; since: Date }[]> {
    const said = await Promise.all(
      (await this.#folders()).map(async (folder) => {
        const path = join(this.#directory, folder);
        const one = await this.#read(path);
        return one === undefined ? [] : [{ ...one, since: (await stat(path)).mtime }];
      }),
    );
    return said.flat();
  }

  async #folders(): Promise<string[]> {
    const entries = await readdir(this.#directory, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name);
  }

  async #read(path: string): Promise<z.output<typeof description> | undefined> {
    try {
      return description.parse(JSON.parse(await readFile(join(path, "base.json"), "utf8")));
    } catch {
      this.#tellUndescribed(path);
      return undefined;
    }
  }

  /** A model that is passed over in silence would be looked for elsewhere. */
  #tellUndescribed(path: string): void {
    if (this.#told.has(path) || !existsSync(join(path, "config.json"))) return;
    this.#told.add(path);
    this.#log.warn(
      { folder: path, next: `npm run base -- ${path}` },
      "model without a base.json passed over",
    );
  }
}
