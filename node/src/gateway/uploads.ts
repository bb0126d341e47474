import { fileNameSchema, MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { type Reason, type ReasonKey, reasonOf } from "@openledger/sdk/reasons";
import type { Address, Hex } from "viem";
import { HttpRefusal } from "../app/httpErrors.ts";
import { cidOfFile } from "../storage/contentId.ts";
import { type StagedFile, TooManyBytesError } from "../storage/staging.ts";
import type { GatewayParts } from "./parts.ts";
import type { Inspected } from "./stagedStore.ts";

/** What the gateway says of one uploaded file. A file that is too large has no digest: it was not read to its end. */
export interface UploadedFile {
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256?: Hex;
  cid?: string;
  ok: boolean;
  reason?: Reason;
}

/** What one address may keep in staging: some tries at a day's worth of files. */
const STAGED_BYTES_PER_ADDRESS = 8 * MAX_FILE_BYTES;

/** Takes files into staging and tells what they are. Nothing of it is public, and nothing of it uses up quota. */
export class Uploads {
  readonly #parts: GatewayParts;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /** Writes one file to staging and inspects it. */
  async receive(
    contributor: Address,
    pool: number,
    nameAsSent: string,
    content: AsyncIterable<Uint8Array>,
  ): Promise<UploadedFile> {
    const name = nameOf(nameAsSent);
    await this.#requireRoom(contributor);
    let file: StagedFile;
    try {
      file = await this.#parts.staging.receive(contributor, content, MAX_FILE_BYTES);
    } catch (error) {
      if (!(error instanceof TooManyBytesError)) throw error;
      const sizeBytes = MAX_FILE_BYTES + 1;
      return {
        name,
        mediaType: "application/octet-stream",
        sizeBytes,
        ok: false,
        reason: reasonFor("too-large"),
      };
    }
    const { reason, detail, ...facts } = await this.inspect(contributor, pool, name, file);
    if (reason === undefined) return { name, ...facts, ok: true };
    return { name, ...facts, ok: false, reason: reasonFor(reason, detail) };
  }

  /**
   * What a staged file is under a name and for a pool; decoded once.
   *
   * @returns undefined when the address has not uploaded it.
   */
  async find(contributor: Address, pool: number, name: string, sha256: Hex): Promise<Inspected | undefined> {
    const file = await this.#parts.staging.find(contributor, sha256);
    if (file === undefined) return undefined;
    return (
      this.#parts.staged.find(contributor, name, pool, sha256) ?? this.inspect(contributor, pool, name, file)
    );
  }

  async inspect(contributor: Address, pool: number, name: string, file: StagedFile): Promise<Inspected> {
    const { inspection } = await this.#parts.assays.assay({ path: file.path, name, pool });
    const { mediaType, reason, detail } = inspection;
    const { sha256, sizeBytes } = file;
    const cid = await cidOfFile(file.path, sizeBytes, sha256);
    const inspected: Inspected = { mediaType, sizeBytes, sha256, cid };
    if (reason !== undefined) inspected.reason = reason;
    if (detail !== undefined) inspected.detail = detail;
    this.#parts.staged.save(contributor, name, pool, inspected);
    return inspected;
  }

  /** @throws HttpRefusal when the address keeps too much in staging. */
  async #requireRoom(contributor: Address): Promise<void> {
    const usedBytes = await this.#parts.staging.usedBytes(contributor);
    if (usedBytes < STAGED_BYTES_PER_ADDRESS) return;
    throw new HttpRefusal(429, {
      code: "staging-full",
      sentence: `${usedBytes} bytes of ${contributor} wait here without having been submitted.`,
      next: "Submit them, or wait a day until they are removed.",
    });
  }
}

/** A listed reason, with what is particular to this file. */
export function reasonFor(key: ReasonKey, detail?: string): Reason {
  const reason = reasonOf(key);
  return detail === undefined ? reason : { ...reason, sentence: `${reason.sentence} ${detail}` };
}

function nameOf(name: string): string {
  const parsed = fileNameSchema.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new HttpRefusal(400, {
    code: "bad-file-name",
    sentence: `The file name ${JSON.stringify(name.slice(0, 80))} cannot be used: ${parsed.error.issues[0]?.message ?? "it is not a name"}`,
    next: "Rename the file and upload it again.",
  });
}
