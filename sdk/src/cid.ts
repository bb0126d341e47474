import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { bytesToHex, type Hex, hexToBytes } from "viem";
import { Problem } from "./problem.ts";

const RAW = 0x55;
const DAG_PB = 0x70;
const SHA2_256 = 0x12;

/** What a CID says: how its block is read, and the sha256 of the block's bytes. */
export type BlockName = { codec: "raw" | "dag-pb"; sha256: Hex };

/**
 * What a CID names: a raw block, or the dag-pb node that lists the blocks of a longer file.
 *
 * @throws {Problem} `bad-cid` for text that is no CID, and for CIDs of another codec or hash.
 */
export function blockNameOf(cid: string): BlockName {
  const { code, multihash } = parseCid(cid);
  const isKnown = code === RAW || code === DAG_PB;
  if (!isKnown || multihash.code !== SHA2_256 || multihash.digest.length !== 32) {
    throw badCid(cid, "is neither a raw nor a dag-pb block with a sha2-256 digest");
  }
  return { codec: code === RAW ? "raw" : "dag-pb", sha256: bytesToHex(multihash.digest) };
}

/**
 * The CID (version 1, raw, sha2-256) of the block with this sha256. Whoever knows a digest from the chain knows where
 * the bytes are.
 *
 * @example
 * cidOfDigest("0x…"); // "bafkrei…"
 */
export function cidOfDigest(sha256: Hex): string {
  return CID.createV1(RAW, Digest.create(SHA2_256, hexToBytes(sha256, { size: 32 }))).toString();
}

/**
 * The sha256 that a raw CID names.
 *
 * @throws {Problem} `bad-cid` for text that is no CID, and for a CID that is not raw with sha2-256.
 */
export function digestOfCid(cid: string): Hex {
  const parsed = parseCid(cid);
  if (parsed.version !== 1 || parsed.code !== RAW || parsed.multihash.code !== SHA2_256) {
    throw badCid(cid, "is not a raw block with a sha2-256 digest");
  }
  return bytesToHex(parsed.multihash.digest);
}

/** Whether text is a CID of any kind. */
export function isCid(cid: string): boolean {
  try {
    CID.parse(cid);
    return true;
  } catch {
    return false;
  }
}

function parseCid(cid: string): CID {
  try {
    return CID.parse(cid);
  } catch {
    throw badCid(cid, "is not a CID");
  }
}

function badCid(cid: string, what: string): Problem {
  return new Problem("bad-cid", `${JSON.stringify(cid)} ${what}.`, "Give a CID that starts with bafkrei.", {
    values: { cid },
  });
}
