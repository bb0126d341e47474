import { createReadStream } from "node:fs";
import { create } from "kubo-rpc-client";
import { CHUNK_BYTES, IMPORT_OPTIONS } from "./contentId.ts";
import type { ContentStore } from "./contentStore.ts";

const ADD_OPTIONS = { ...IMPORT_OPTIONS, chunker: `size-${CHUNK_BYTES}`, pin: true } as const;
/** Asked with every read: a Kubo node must not go to the network for what a stranger names. */
const OFFLINE = { offline: true } as const;

/** A Kubo node as content store, over its RPC API. Content is pinned there. */
export function openKuboStore(apiUrl: string): ContentStore {
  const kubo = create({ url: apiUrl });
  const stat = (cid: string) => kubo.files.stat(`/ipfs/${cid}`, OFFLINE as object);

  return {
    putFile: async (path) => String((await kubo.add(createReadStream(path), ADD_OPTIONS)).cid),
    putBytes: async (bytes) => String((await kubo.add(bytes, ADD_OPTIONS)).cid),
    get: (cid, range) => kubo.cat(cid, { ...OFFLINE, ...range } as object),
    getBlock: (cid) => kubo.block.get(cid as never, OFFLINE as object),
    has: (cid) =>
      stat(cid).then(
        () => true,
        (error: unknown) => {
          // Kubo answers 500 for what it does not hold; no answer at all is another matter.
          if ((error as { response?: unknown }).response !== undefined) return false;
          throw error;
        },
      ),
    size: async (cid) => {
      const { size, type } = (await stat(cid)) as { size: number; type?: string };
      if (type === "directory") throw new Error(`${cid} is a directory, not a file.`);
      return size;
    },
    // The node's own collection of garbage frees the blocks.
    remove: async (cid) => {
      await kubo.pin.rm(cid as never).catch((error: unknown) => {
        if ((error as { response?: unknown }).response === undefined) throw error;
      });
    },
    close: async () => undefined,
  };
}
