import { setTimeout as sleep } from "node:timers/promises";
import type { Datanet } from "@openledger/sdk/client/readDatanet";
import { formatOfName } from "@openledger/sdk/formats";
import { fileNameSchema, MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { type Reason, type ReasonKey, reasonOf } from "@openledger/sdk/reasons";
import type { Address, Hex } from "viem";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Licences } from "../chain/licences.ts";
import type { Assay } from "../judge/assay.ts";
import { cidOfBlock, cidOfFile } from "../storage/contentId.ts";
import { type Sender, type StagedFile, TooManyBytesError } from "../storage/staging.ts";
import type { GatewayParts } from "./parts.ts";

/** What the gateway says of one uploaded file. A file that is too large has no digest: it was not read to its end. */
export interface UploadedFile {
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256?: Hex;
  cid?: string;
  /** Whether the content is known to be good; not known to be bad, while it is not examined. */
  ok: boolean;
  reason?: Reason;
  /** False while nobody has looked into it; a dry run waits for that. */
  examined: boolean;
}

/** A staged file and what it was found to be under its name and for a pool. */
export interface ExaminedFile extends Assay {
  name: string;
  sha256: Hex;
  sizeBytes: number;
  cid: string;
}

/** Where an uploaded file is to go, as far as its judgement depends on it. */
export type Destination = Pick<Datanet, "datanet" | "pool" | "terms">;

/** What taking files needs of the gateway. */
type UploadsParts = Pick<GatewayParts, "config" | "staging" | "assays"> & {
  licences: Pick<Licences, "termsOf">;
};

/** With more files than this waiting to be examined, about half a second's work, an upload does not wait for its own. */
const BUSY_FILES = 64;

/** How long an upload waits for its own file all the same: others may have come before it. */
const PATIENCE_MILLISECONDS = 2_000;

/** What one address may keep in staging from one IP: some tries at a day's worth of files. */
const STAGED_BYTES_PER_SENDER = 8 * MAX_FILE_BYTES;

/** Takes files into staging and tells what they are. Nothing of it is public, and nothing of it uses up quota. */
export class Uploads {
  readonly #parts: UploadsParts;
  readonly #patienceMilliseconds: number;

  /** @param patienceMilliseconds How long an upload waits to be told what its file is. */
  constructor(parts: UploadsParts, patienceMilliseconds = PATIENCE_MILLISECONDS) {
    this.#parts = parts;
    this.#patienceMilliseconds = patienceMilliseconds;
  }

  /**
   * Writes one file to staging, and begins to examine it.
   *
   * @returns When all bytes are there: a promise of what the file is, so that the next one can be received meanwhile. It
   * tells less when many files wait to be examined, so that taking files stays as quick as the disk.
   */
  async receive(
    sender: Sender,
    destination: Destination,
    nameAsSent: string,
    content: AsyncIterable<Uint8Array>,
  ): Promise<() => Promise<UploadedFile>> {
    const name = nameOf(nameAsSent);
    this.requireRoom(sender, 0);
    let file: StagedFile;
    try {
      file = await this.#parts.staging.receive(sender, content, MAX_FILE_BYTES);
    } catch (error) {
      if (!(error instanceof TooManyBytesError)) throw error;
      return async () => tooLarge(name);
    }
    const work = this.tell(sender.contributor, destination, name, file);
    // Whoever asks gets the failure; until then it is nobody's.
    work.catch(() => undefined);
    // What is known by then is told in any case.
    return async () => {
      if (this.#parts.assays.underWay <= BUSY_FILES) {
        const waiting = new AbortController();
        const patience = { ref: false, signal: waiting.signal };
        const isOver = sleep(this.#patienceMilliseconds, undefined, patience).catch(() => undefined);
        await Promise.race([work, isOver]).finally(() => waiting.abort());
      }
      return Promise.race([work, this.#tellUnexamined(name, file)]);
    };
  }

  /** What the gateway answers about a staged file. */
  async tell(
    contributor: Address,
    destination: Destination,
    name: string,
    file: StagedFile,
  ): Promise<UploadedFile> {
    const { inspection, sha256, sizeBytes, cid } = await this.#examine(contributor, destination, name, file);
    const { mediaType, reason, detail } = inspection;
    const facts = { name, mediaType, sizeBytes, sha256, cid, examined: true };
    if (reason === undefined) return { ...facts, ok: true };
    return { ...facts, ok: false, reason: reasonFor(reason, detail) };
  }

  async #tellUnexamined(name: string, { path, sizeBytes, sha256 }: StagedFile): Promise<UploadedFile> {
    const mediaType = formatOfName(name)?.mediaType ?? "application/octet-stream";
    const cid = await this.#cidOf(path, sizeBytes, sha256);
    return { name, mediaType, sizeBytes, sha256, cid, ok: true, examined: false };
  }

  /**
   * What a staged file is under a name and for a pool; decoded once.
   *
   * @returns undefined when the address has not uploaded it.
   */
  async find(
    contributor: Address,
    destination: Destination,
    name: string,
    sha256: Hex,
  ): Promise<ExaminedFile | undefined> {
    const file = await this.#parts.staging.find(contributor, sha256);
    return file === undefined ? undefined : this.#examine(contributor, destination, name, file);
  }

  /** @throws HttpRefusal when the sender keeps too much in staging already, or the gateway has no room left. */
  requireRoom(sender: Sender, moreBytes: number): void {
    const { STAGING_BYTES_PER_IP, STAGING_BYTES } = this.#parts.config;
    const used = this.#parts.staging.usedBytes(sender);
    if (used.total + moreBytes > STAGING_BYTES) {
      throw new HttpRefusal(507, {
        code: "no-room",
        sentence: "Too many files wait here without having been submitted: there is no room for another one.",
        next: "Try again in some hours, or use another gateway.",
      });
    }
    const [who, bytes, most] =
      used.bySender + moreBytes > STAGED_BYTES_PER_SENDER
        ? [`of ${sender.contributor}`, used.bySender, STAGED_BYTES_PER_SENDER]
        : ["from your network", used.byIp, STAGING_BYTES_PER_IP];
    if (bytes + moreBytes <= most) return;
    throw new HttpRefusal(429, {
      code: "staging-full",
      sentence: `${bytes} bytes ${who} wait here without having been submitted; ${most} may.`,
      next: "Submit them, or wait a day until they are removed.",
    });
  }

  async #examine(
    contributor: Address,
    { datanet, pool, terms }: Destination,
    name: string,
    { path, sha256, sizeBytes }: StagedFile,
  ): Promise<ExaminedFile> {
    const agreed = await this.#parts.licences.termsOf(datanet, terms);
    const wanted = agreed === undefined ? {} : { guidelines: agreed.guidelines };
    const [assay, cid] = await Promise.all([
      this.#parts.assays.of(contributor, { sha256, path, name, pool, ...wanted }),
      this.#cidOf(path, sizeBytes, sha256),
    ]);
    return { ...assay, name, sha256, sizeBytes, cid };
  }

  async #cidOf(path: string, sizeBytes: number, sha256: Hex): Promise<string> {
    const { staging } = this.#parts;
    const known = cidOfBlock(sizeBytes, sha256) ?? staging.cidOf(sha256);
    if (known !== undefined) return known;
    const cid = await cidOfFile(path, sizeBytes, sha256);
    staging.saveCid(sha256, cid);
    return cid;
  }
}

/** A listed reason, with what is particular to this file. */
export function reasonFor(key: ReasonKey, detail?: string): Reason {
  const reason = reasonOf(key);
  return detail === undefined ? reason : { ...reason, sentence: `${reason.sentence} ${detail}` };
}

/** @throws HttpRefusal when a name cannot be a file's. */
function nameOf(name: string): string {
  const parsed = fileNameSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new HttpRefusal(400, {
    code: "bad-file-name",
    sentence: `The file name ${JSON.stringify(name.slice(0, 80))} cannot be used: ${parsed.error.issues[0]?.message ?? "it is not a name"}`,
    next: "Rename the file and upload it again.",
  });
}

function tooLarge(name: string): UploadedFile {
  return {
    name,
    mediaType: "application/octet-stream",
    sizeBytes: MAX_FILE_BYTES + 1,
    ok: false,
    reason: reasonFor("too-large"),
    examined: true,
  };
}
