import { join } from "node:path";
import { z } from "zod";
import { type Database, openDatabase } from "../app/database.ts";
import { commaList, httpUrl } from "../config/config.ts";
import type { ContentStore } from "../storage/contentStore.ts";

/** Whom to ask for content. */
export const contentUrlsConfig = {
  CONTENT_URLS: commaList()
    .pipe(z.array(httpUrl()))
    .default([])
    .describe(
      "Validators and gateways that are asked for content, comma-separated; none of them is believed",
    ),
} satisfies z.ZodRawShape;

/** Where content is kept. */
export const contentStoreConfig = {
  IPFS_API_URL: httpUrl()
    .optional()
    .describe("RPC address of a Kubo node; without it content lives in DATA_DIR"),
} satisfies z.ZodRawShape;

/**
 * Opens the database of what is kept for others. It does not wait for the disk at every file: what a power cut takes from
 * it can be fetched again; a killed process loses nothing.
 */
export function openContentDatabase(dataDir: string): Database {
  const database = openDatabase(join(dataDir, "content.sqlite"));
  database.exec("PRAGMA synchronous = NORMAL");
  return database;
}

/** The store that a configuration names. Its program is loaded here and not with the role: votes are revealed before it is. */
export async function openContentStore(config: {
  DATA_DIR: string;
  IPFS_API_URL?: string | undefined;
}): Promise<ContentStore> {
  if (config.IPFS_API_URL === undefined) {
    const { openEmbeddedStore } = await import("../storage/embeddedStore.ts");
    return openEmbeddedStore(join(config.DATA_DIR, "content"));
  }
  const { openKuboStore } = await import("../storage/kuboStore.ts");
  return openKuboStore(config.IPFS_API_URL);
}
