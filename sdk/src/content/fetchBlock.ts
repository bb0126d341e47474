import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "viem";
import { blockNameOf } from "../cid.ts";
import { Problem } from "../problem.ts";

/** No block is longer: files are cut into pieces of 1 MiB, and nodes that list them are shorter. */
const MAX_BLOCK_BYTES = 2_097_152;

const DEFAULT_TIMEOUT_MS = 20_000;

/** Why a source gave nothing that could be used. */
export type SourceFault = {
  source: string;
  cid: string;
  code: "missing" | "wrong-bytes" | "too-long" | "unreachable";
  sentence: string;
};

/** Whom to ask for content, and how long. */
export type FetchOptions = {
  /**
   * Addresses of trustless IPFS gateways, in the order in which they are asked: OpenLedger gateways, validators, a Kubo
   * node's gateway, public ones. None of them is believed.
   */
  sources: readonly string[];
  signal?: AbortSignal | undefined;
  /** For one block from one source. */
  timeoutMs?: number | undefined;
  /** Told of every source that failed, also when another one helped. */
  onFault?: ((fault: SourceFault) => void) | undefined;
};

/** A block whose bytes are those of its CID. */
export type FetchedBlock = { bytes: Uint8Array; source: string };

/**
 * One block from the first source that has it, checked against its CID: `GET /ipfs/CID?format=raw` of the trustless
 * gateway specification (https://specs.ipfs.tech/http-gateways/trustless-gateway/).
 *
 * @throws {Problem} `bad-cid`; `content-unavailable` when no source gave the block, with what each of them did.
 * @example
 * const { bytes } = await fetchBlock(cidOfDigest(digest), { sources: ["http://127.0.0.1:8080"] });
 */
export async function fetchBlock(cid: string, options: FetchOptions): Promise<FetchedBlock> {
  const name = blockNameOf(cid);
  const faults: SourceFault[] = [];
  for (const source of options.sources) {
    const answer = await ask(source, cid, options);
    if (answer instanceof Uint8Array) {
      const actual = bytesToHex(sha256(answer));
      if (actual === name.sha256) return { bytes: answer, source };
      faults.push({
        source,
        cid,
        code: "wrong-bytes",
        sentence: `It sent ${answer.length} bytes with the sha256 ${actual}.`,
      });
    } else faults.push({ source, cid, ...answer });
    const fault = faults.at(-1);
    if (fault !== undefined) options.onFault?.(fault);
  }
  throw unavailable(cid, faults);
}

type Answer = Uint8Array | Pick<SourceFault, "code" | "sentence">;

async function ask(source: string, cid: string, options: FetchOptions): Promise<Answer> {
  options.signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  try {
    const response = await fetch(`${source.replace(/\/+$/, "")}/ipfs/${cid}?format=raw`, {
      headers: { accept: "application/vnd.ipld.raw" },
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      const sentence = `It answered ${response.status}.`;
      return { code: response.status < 500 ? "missing" : "unreachable", sentence };
    }
    return (
      (await readAtMost(response, MAX_BLOCK_BYTES)) ?? {
        code: "too-long",
        sentence: `It sent more than ${MAX_BLOCK_BYTES} bytes.`,
      }
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    const why = timeout.aborted ? "It did not answer in time." : reasonOf(error);
    return { code: "unreachable", sentence: why };
  }
}

/** The body, or undefined as soon as it is longer than `limit`. */
async function readAtMost(response: Response, limit: number): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    sizeBytes += value.length;
    if (sizeBytes > limit) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: unknown } }).cause?.code;
  return typeof cause === "string" ? `It cannot be reached (${cause}).` : "It cannot be reached.";
}

function unavailable(cid: string, faults: readonly SourceFault[]): Problem {
  const told = faults.map(({ source, sentence }) => `${source}: ${sentence}`).join(" ");
  return new Problem(
    "content-unavailable",
    faults.length === 0 ? `No source was named that could have ${cid}.` : `No source has ${cid}. ${told}`,
    "Name other sources, such as the servers of the validators who judged it, or try again later.",
    { values: { cid, faults } },
  );
}
