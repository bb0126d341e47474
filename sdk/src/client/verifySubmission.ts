import { sha256 } from "@noble/hashes/sha2.js";
import { type Address, bytesToHex, type Client, type Hash, type Hex } from "viem";
import { getBlockNumber, getChainId } from "viem/actions";
import type { Addresses } from "../addresses.ts";
import { cidOfDigest } from "../cid.ts";
import type { FetchOptions, SourceFault } from "../content/fetchBlock.ts";
import { fetchBlock } from "../content/fetchBlock.ts";
import { fetchFile } from "../content/fetchFile.ts";
import { HEAD_BYTES, startsLike } from "../content/mediaType.ts";
import { verifyDigest, verifyManifest } from "../content/verify.ts";
import type { Grade } from "../grades.ts";
import { type Manifest, type ManifestFile, manifestSizeBytes } from "../manifest.ts";
import { Problem } from "../problem.ts";
import { type ReasonKey, reasonOf } from "../reasons.ts";
import { readStanding } from "./readAppeal.ts";
import { readSubmission, readSubmitted } from "./readSubmission.ts";

/** What is wrong, in the form in which every part of OpenLedger says it. */
export type VerificationFault = { code: string; sentence: string; next: string };

/** One file of a submission, compared with what its contributor signed. */
export type VerifiedFile = ManifestFile & {
  index: number;
  /** Whether every byte came and is the one that was signed. */
  ok: boolean;
  fault?: VerificationFault;
  /** Who gave the bytes. */
  sources: string[];
  /** The latest verdict's grade; absent before the first verdict. */
  grade?: Grade;
};

/** How a submission stands before the court. */
export type SubmissionVerdict = {
  settled: boolean;
  isFinal: boolean;
  /** 0 while nobody appealed, then the level of the last appeal. */
  appeals: number;
  /** First second of chain time at which an appeal is too late; absent while a verdict is awaited. */
  appealEnds?: number;
};

/** A submission as the chain has it, and what became of its content. */
export type SubmissionVerification = {
  root: Hex;
  /** Whether manifest and every file could be had, byte for byte. */
  ok: boolean;
  contributor: Address;
  datanet: number;
  docket: number;
  position: number;
  transaction: Hash;
  blockNumber: bigint;
  manifest: {
    cid: string;
    digest: Hex;
    ok: boolean;
    source?: string;
    licence?: string;
    fault?: VerificationFault;
  };
  /** Empty when there is no manifest, since it names the files. */
  files: VerifiedFile[];
  /** How many files the chain says there are. */
  fileCount: number;
  verifiedBytes: number;
  verdict: SubmissionVerdict;
  /** Everything that sources did wrong, also where another source made up for it. */
  sourceFaults: SourceFault[];
};

/** What `verifySubmission` takes. */
export type VerifySubmissionParameters = Omit<FetchOptions, "onFault"> & {
  addresses: Pick<Addresses, "datanets" | "court" | "deploymentBlock">;
  root: Hex;
  /** Told after every piece of a file. */
  onProgress?: (progress: { index: number; name: string; receivedBytes: number; sizeBytes: number }) => void;
  /** Given every piece of a file that is that of its CID, in order: for keeping a copy. */
  onBytes?: (file: VerifiedFile, bytes: Uint8Array) => void | Promise<void>;
};

/**
 * Fetch a submission from sources that nobody has to trust, and check every byte against the chain: event, digest of the
 * manifest, manifest, leaves, root, the blocks of each file, and their sha256, size and kind. What sources do wrong is
 * told in the answer; one block at a time is held in memory.
 *
 * @throws {Problem} `unknown-submission` when the chain has none with this root.
 * @throws Whatever the client throws when the chain cannot be read.
 * @example
 * const { ok, files } = await verifySubmission(client, { addresses, root, sources: ["http://127.0.0.1:8080"] });
 */
export async function verifySubmission(
  client: Client,
  parameters: VerifySubmissionParameters,
): Promise<SubmissionVerification> {
  const { addresses, root } = parameters;
  const submission = await readSubmission(client, { addresses, root });
  if (submission === undefined) throw unknownSubmission(root);
  const [event] = await readSubmitted(client, {
    addresses,
    root,
    fromBlock: BigInt(addresses.deploymentBlock),
    toBlock: await getBlockNumber(client, { cacheTime: 0 }),
  });
  if (event === undefined) throw unknownSubmission(root);
  const standing = await readStanding(client, { addresses, items: submission });
  const sourceFaults: SourceFault[] = [];
  const options: FetchOptions = { ...parameters, onFault: (fault) => sourceFaults.push(fault) };
  const chainId = await getChainId(client);
  const manifest = await fetchManifest(event.args, { chainId, datanets: addresses.datanets }, options);

  const files: VerifiedFile[] = [];
  if (manifest.content !== undefined) {
    const declared = manifestSizeBytes(manifest.content) === event.args.sizeBytes;
    for (const [index, file] of manifest.content.files.entries()) {
      const grade = standing.grades[index];
      const verified: VerifiedFile = {
        ...file,
        index,
        ok: false,
        sources: [],
        ...(grade === undefined ? {} : { grade }),
      };
      if (declared) await verifyFile(verified, parameters, options);
      else verified.fault = reasonFault("declared-size");
      files.push(verified);
    }
  }
  const { content, ...told } = manifest;
  return {
    root,
    ok: content !== undefined && files.every(({ ok }) => ok),
    contributor: submission.contributor,
    datanet: submission.datanet,
    docket: submission.docket,
    position: submission.position,
    transaction: event.transactionHash,
    blockNumber: event.blockNumber,
    manifest: {
      ...told,
      ok: content !== undefined,
      ...(content === undefined ? {} : { licence: content.licence }),
    },
    files,
    fileCount: submission.files,
    verifiedBytes: files.reduce((sum, file) => sum + (file.ok ? file.sizeBytes : 0), 0),
    verdict: {
      settled: standing.settled,
      isFinal: standing.isFinal,
      appeals: standing.level,
      ...(standing.appealEnds === undefined ? {} : { appealEnds: standing.appealEnds }),
    },
    sourceFaults,
  };
}

type OnChain = Parameters<typeof verifyManifest>[1];

type FetchedManifest = {
  cid: string;
  digest: Hex;
  content?: Manifest;
  source?: string;
  fault?: VerificationFault;
};

async function fetchManifest(
  onChain: OnChain,
  here: { chainId: number; datanets: Address },
  options: FetchOptions,
): Promise<FetchedManifest> {
  const digest = onChain.manifestDigest;
  const cid = cidOfDigest(digest);
  let source: string | undefined;
  try {
    const block = await fetchBlock(cid, options);
    source = block.source;
    const content = verifyManifest(block.bytes, onChain);
    if (content.chainId !== here.chainId || content.datanets.toLowerCase() !== here.datanets.toLowerCase())
      throw new Problem(
        "other-chain",
        `The manifest is for ${content.datanets} on chain ${content.chainId}, not for ${here.datanets} on chain ${here.chainId}.`,
        "Treat every file of the submission as unavailable: its contributor signed a manifest for another place.",
      );
    return { cid, digest, content, source };
  } catch (error) {
    return {
      cid,
      digest,
      ...(source === undefined ? {} : { source }),
      fault: faultOf(error, options.signal),
    };
  }
}

/** Fills in what became of a file. */
async function verifyFile(
  file: VerifiedFile,
  { onProgress, onBytes }: VerifySubmissionParameters,
  options: FetchOptions,
): Promise<void> {
  const hash = sha256.create();
  const head = new Uint8Array(HEAD_BYTES);
  let receivedBytes = 0;
  try {
    for await (const { bytes, source } of fetchFile(file.cid, { ...options, maximumBytes: file.sizeBytes })) {
      if (receivedBytes < HEAD_BYTES) head.set(bytes.subarray(0, HEAD_BYTES - receivedBytes), receivedBytes);
      hash.update(bytes);
      receivedBytes += bytes.length;
      if (!file.sources.includes(source)) file.sources.push(source);
      await onBytes?.(file, bytes);
      onProgress?.({ index: file.index, name: file.name, receivedBytes, sizeBytes: file.sizeBytes });
    }
    const fault = verifyDigest(bytesToHex(hash.digest()), receivedBytes, file);
    if (fault !== undefined) file.fault = reasonFault(fault);
    else if (!startsLike(file.mediaType, head.subarray(0, receivedBytes)))
      file.fault = reasonFault("wrong-type", `It does not begin as ${file.mediaType} does.`);
    else file.ok = true;
  } catch (error) {
    const fault = faultOf(error, options.signal);
    file.fault = fault.code === "too-long" ? reasonFault("declared-size", fault.sentence) : fault;
  }
}

function reasonFault(key: ReasonKey, detail?: string): VerificationFault {
  const { sentence, next } = reasonOf(key);
  return { code: key, sentence: detail === undefined ? sentence : `${sentence} ${detail}`, next };
}

/** What a fetch failed of, as an answer; what is no fault of the content is thrown on. */
function faultOf(error: unknown, signal: AbortSignal | undefined): VerificationFault {
  signal?.throwIfAborted();
  if (!(error instanceof Problem)) throw error;
  return { code: error.code, sentence: error.sentence, next: error.next };
}

function unknownSubmission(root: Hex): Problem {
  return new Problem(
    "unknown-submission",
    `There is no submission ${root}.`,
    "Check the root, and that its transaction was mined on this chain.",
    { values: { root } },
  );
}
