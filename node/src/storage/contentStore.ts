/** Some of a file's bytes: `length` of them from `offset` on. */
export interface ByteRange {
  offset: number;
  length: number;
}

/**
 * Where published content lives. A file has the same CID in every store: version 1, raw leaves, chunks of 1 MiB, so that
 * a file of at most 1 MiB is one raw block, named by its sha256.
 */
export interface ContentStore {
  /** Adds a file from disk and keeps it. Adding it again changes nothing. */
  putFile(path: string): Promise<string>;
  /** Adds bytes and keeps them. Adding them again changes nothing. */
  putBytes(bytes: Uint8Array): Promise<string>;
  /** A file's bytes, or some of them. Fails when the store does not hold it; nothing is fetched from strangers. */
  get(cid: string, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** The bytes of a single block, for clients that check them against the CID. */
  getBlock(cid: string): Promise<Uint8Array>;
  /** Whether the store holds the block that the CID names. */
  has(cid: string): Promise<boolean>;
  /** How many bytes the file has. */
  size(cid: string): Promise<number>;
  /** Keeps a file no longer. @param blocks Those of its blocks that no other file has; its own CID may be among them. */
  remove(cid: string, blocks: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
