import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { unixfs } from "@helia/unixfs";
import { cidOfDigest } from "@openledger/sdk/cid";
import { FsBlockstore } from "blockstore-fs";
import { CID } from "multiformats/cid";
import { CHUNK_BYTES, IMPORT_OPTIONS } from "./contentId.ts";
import type { ContentStore } from "./contentStore.ts";

/**
 * An IPFS node inside this process with its blocks as files on disk. It talks to no network: what it holds is served by
 * the gateway, and a block that it does not hold is not there.
 */
export async function openEmbeddedStore(directory: string): Promise<ContentStore> {
  const blockstore = new FsBlockstore(join(directory, "blocks"));
  await blockstore.open();
  const files = unixfs({ blockstore });
  const offline = { offline: true } as const;

  const putBlock = async (bytes: Uint8Array) => {
    const cid = cidOfDigest(`0x${createHash("sha256").update(bytes).digest("hex")}`);
    await blockstore.put(CID.parse(cid), bytes);
    return cid;
  };

  return {
    putFile: async (path) => {
      // Most files are one block, and need no cutting.
      if ((await stat(path)).size <= CHUNK_BYTES) return putBlock(await readFile(path));
      return String(await files.addByteStream(createReadStream(path), IMPORT_OPTIONS));
    },
    putBytes: async (bytes) =>
      bytes.length <= CHUNK_BYTES ? putBlock(bytes) : String(await files.addBytes(bytes, IMPORT_OPTIONS)),
    get: (cid, range) => files.cat(CID.parse(cid), { ...offline, ...range }),
    getBlock: async (cid) => {
      const parts: Uint8Array[] = [];
      for await (const part of blockstore.get(CID.parse(cid))) parts.push(part);
      return Buffer.concat(parts);
    },
    has: async (cid) => blockstore.has(CID.parse(cid)),
    size: async (cid) => Number((await files.stat(CID.parse(cid), offline)).size),
    remove: async (_cid, blocks) => {
      for (const block of blocks) await blockstore.delete(CID.parse(block));
    },
    close: async () => blockstore.close(),
  };
}
