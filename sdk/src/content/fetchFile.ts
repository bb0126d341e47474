import { decode } from "@ipld/dag-pb";
import { UnixFS } from "ipfs-unixfs";
import { blockNameOf } from "../cid.ts";
import { Problem } from "../problem.ts";
import { type FetchedBlock, type FetchOptions, fetchBlock } from "./fetchBlock.ts";

/** A file of n levels of nodes holds 174 to the n pieces at least, as every importer cuts them. */
const MAX_LEVELS = 4;

/** Shorter pieces than this on the average are a way to make readers ask for ever. */
const LEAST_PIECE_BYTES = 4_096;

/**
 * The bytes of a file, piece by piece and in order, every block checked against its CID before it is handed on. A raw
 * CID is one block; a dag-pb CID is the root of a UnixFS file (https://specs.ipfs.tech/unixfs/).
 *
 * @throws {Problem} `bad-cid`; `content-unavailable` when no source has a block; `too-long` for more than
 * `maximumBytes`; `bad-content` when the blocks are no file.
 * @example
 * for await (const { bytes } of fetchFile(file.cid, { sources, maximumBytes: file.sizeBytes })) hash.update(bytes);
 */
export async function* fetchFile(
  cid: string,
  options: FetchOptions & { maximumBytes: number },
): AsyncGenerator<FetchedBlock> {
  const budget = {
    bytes: options.maximumBytes,
    blocks: Math.ceil(options.maximumBytes / LEAST_PIECE_BYTES) + MAX_LEVELS,
  };
  yield* fetchTree(cid, cid, 0, budget, options);
}

async function* fetchTree(
  root: string,
  cid: string,
  level: number,
  budget: { bytes: number; blocks: number },
  options: FetchOptions & { maximumBytes: number },
): AsyncGenerator<FetchedBlock> {
  if (level > MAX_LEVELS) throw badContent(root, `it has more than ${MAX_LEVELS} levels`);
  budget.blocks -= 1;
  if (budget.blocks < 0) throw badContent(root, "it is cut into too many pieces");
  const { codec } = blockNameOf(cid);
  if (codec === "raw") {
    yield spend(await fetchBlock(cid, options), budget, root, options.maximumBytes);
    return;
  }
  const block = await fetchBlock(cid, options);
  const { data, links } = readFileNode(root, block.bytes);
  if (data.length > 0) yield spend({ ...block, bytes: data }, budget, root, options.maximumBytes);
  for (const link of links) yield* fetchTree(root, link, level + 1, budget, options);
}

function spend(
  block: FetchedBlock,
  budget: { bytes: number },
  root: string,
  maximumBytes: number,
): FetchedBlock {
  budget.bytes -= block.bytes.length;
  if (budget.bytes >= 0) return block;
  throw new Problem(
    "too-long",
    `${root} has more than ${maximumBytes} bytes.`,
    "Treat it as another file than the one that was declared.",
    { values: { cid: root, maximumBytes } },
  );
}

/**
 * The CIDs of the blocks that a file's dag-pb node lists, in order.
 *
 * @throws {Problem} `bad-content` when the bytes are no node of a UnixFS file.
 */
export function linksOfFileNode(cid: string, bytes: Uint8Array): string[] {
  return readFileNode(cid, bytes).links;
}

function readFileNode(root: string, bytes: Uint8Array): { data: Uint8Array; links: string[] } {
  try {
    const node = decode(bytes);
    const file = UnixFS.unmarshal(node.Data ?? new Uint8Array());
    if (file.type !== "file" && file.type !== "raw") throw new Error(`it is a ${file.type}`);
    return { data: file.data ?? new Uint8Array(), links: node.Links.map((link) => link.Hash.toString()) };
  } catch (error) {
    throw badContent(root, error instanceof Error ? error.message : String(error));
  }
}

function badContent(cid: string, what: string): Problem {
  return new Problem("bad-content", `${cid} is no file: ${what}.`, "Treat the file as unavailable.", {
    values: { cid },
  });
}
