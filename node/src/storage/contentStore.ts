/**
 * Where published content lives. A file has the same CID in every store: version 1, raw leaves, chunks of 1 MiB, so that
 * a file of at most 1 MiB is one raw block, named by its sha256.
 */
export interface ContentStore {
  /** Whether everything in the store was published by this gateway, so that any of its blocks may be shown. */
  readonly holdsOnlyPublished: boolean;
  /** Adds a file from disk and keeps it. Adding it again changes nothing. */
  putFile(path: string): Promise<string>;
  /** Adds bytes and keeps them. Adding them again changes nothing. */
  putBytes(bytes: Uint8Array): Promise<string>;
  /** A file's bytes. Fails when the store does not hold it; nothing is fetched from strangers. */
  get(cid: string): AsyncIterable<Uint8Array>;
  /** The bytes of a single block, for clients that check them against the CID. */
  getBlock(cid: string): Promise<Uint8Array>;
  /** Whether the store holds the block that the CID names. */
  has(cid: string): Promise<boolean>;
  /** How many bytes the file has. */
  size(cid: string): Promise<number>;
  close(): Promise<void>;
}
