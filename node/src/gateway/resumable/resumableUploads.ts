import { fileNameSchema, MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { addressSchema, bytes32Schema, integerSchema } from "@openledger/sdk/schemas";
import { ERRORS, Server, type Upload } from "@tus/server";
import type { Address, Hex } from "viem";
import { z } from "zod";
import { type ErrorBody, HttpRefusal, toAnswer } from "../../app/httpErrors.ts";
import { networkOf } from "../../app/network.ts";
import type { GatewayParts } from "../parts.ts";
import { type Destination, reasonFor, type UploadedFile, type Uploads } from "../uploads.ts";
import type { BegunUpload, BegunUploads } from "./begunUploads.ts";
import { UploadTurns } from "./turns.ts";
import { UploadStore } from "./uploadStore.ts";

/** Where uploads by the tus protocol are, below the gateway's address. */
export const RESUMABLE_PATH = "/v1/uploads/tus";

/** How long an upload may take, and how long its result can be asked for. */
const UPLOAD_SECONDS = 86_400;
/** A request that holds an upload is given this long to end when the next one comes. */
const DRAIN_MILLISECONDS = 500;

/** How far an upload is. */
export interface UploadState {
  name: string;
  sizeBytes: number;
  /** Bytes that are here. */
  offset: number;
  /** What the file is, once all of it is here. */
  file?: UploadedFile;
}

/** What a client says of an upload when it begins it. */
const metadataSchema = z.object({
  filename: fileNameSchema,
  contributor: addressSchema,
  datanet: z.coerce.number().pipe(integerSchema(1, 0xffff_ffff)),
  sha256: bytes32Schema.optional(),
});

/** What resumable uploads need of the gateway. */
export interface ResumableParts extends Pick<GatewayParts, "config" | "staging"> {
  begun: BegunUploads;
  /** Where the bytes of unfinished uploads are. */
  directory: string;
  /** @throws HttpRefusal when the Datanet takes no submissions. */
  targetOf(datanet: number): Promise<Destination>;
  /** @throws HttpRefusal when the contributor began too many uploads in this minute. */
  count(contributor: Address): void;
}

/** Uploads that go on where they stopped: after a lost connection, a closed page or a killed gateway. */
export class ResumableUploads {
  readonly #parts: ResumableParts;
  readonly #uploads: Uploads;
  readonly #store: UploadStore;
  readonly #tus: Server;
  /** The network that a request came from. */
  readonly #ips = new WeakMap<Request, string>();

  constructor(parts: ResumableParts, uploads: Uploads) {
    this.#parts = parts;
    this.#uploads = uploads;
    this.#store = new UploadStore(parts.directory, parts.begun, UPLOAD_SECONDS * 1000);
    this.#tus = new Server({
      path: RESUMABLE_PATH,
      datastore: this.#store,
      relativeLocation: true,
      maxSize: MAX_FILE_BYTES,
      locker: new UploadTurns(),
      lockDrainTimeout: DRAIN_MILLISECONDS,
      onUploadCreate: (request, upload) => this.#begin(request as unknown as Request, upload),
      onUploadFinish: async (request, { id }) => {
        const body = JSON.stringify(await this.#finish(id));
        const headers = { "Content-Type": "application/json; charset=utf-8" };
        // The place of the upload belongs to a 201 alone.
        return request.method === "POST" ? { body, headers } : { status_code: 200, body, headers };
      },
      onResponseError: (_request, error) => {
        const { status, body } = answerOf(error);
        return { status_code: status, body: JSON.stringify(body) };
      },
    });
  }

  /** Answers a request of the tus protocol. Errors have a JSON body with a code, a sentence and what to do. */
  async handle(request: Request, ip: string): Promise<Response> {
    this.#ips.set(request, networkOf(ip));
    return this.#tus.handleWeb(request);
  }

  /**
   * How far an upload is; with what the file was found to be, once all of it is here.
   *
   * @throws HttpRefusal when there is none of that name.
   */
  async stateOf(id: string): Promise<UploadState> {
    const begun = this.#parts.begun.find(id);
    if (begun === undefined) throw refusalOf(ERRORS.FILE_NOT_FOUND);
    const { name, sizeBytes } = begun;
    const offset = await this.#store.offsetOf(begun);
    if (offset < sizeBytes) return { name, sizeBytes, offset };
    return { name, sizeBytes, offset, file: await this.#finish(id) };
  }

  /** Removes uploads that nobody finished in a day. */
  removeExpired(): Promise<number> {
    return this.#tus.cleanUpExpiredUploads();
  }

  /** Refuses an upload before a byte of it is stored, or notes it. */
  async #begin(request: Request, upload: Upload): Promise<{ metadata?: Record<string, string> }> {
    const { filename, contributor, datanet, sha256 } = readMetadata(upload.metadata ?? {});
    const ip = this.#ips.get(request) ?? "";
    const sizeBytes = upload.size ?? 0;
    this.#parts.count(contributor);
    const { pool, terms } = await this.#parts.targetOf(datanet);
    this.#uploads.requireRoom({ contributor, ip }, sizeBytes);
    this.#requireFew(contributor, ip);
    this.#parts.begun.add({
      id: upload.id,
      contributor,
      ip,
      datanet,
      pool,
      terms,
      name: filename,
      sizeBytes,
      declaredSha256: sha256,
      createdAt: new Date(),
    });
    return { metadata: { filename, contributor, datanet: String(datanet) } };
  }

  #requireFew(contributor: Address, ip: string): void {
    const { UNFINISHED_PER_ADDRESS, UNFINISHED_PER_IP } = this.#parts.config;
    const { bySender, byIp } = this.#parts.begun.unfinished(contributor, ip);
    const [count, most, who] =
      bySender >= UNFINISHED_PER_ADDRESS
        ? [bySender, UNFINISHED_PER_ADDRESS, `of ${contributor}`]
        : [byIp, UNFINISHED_PER_IP, "from your network"];
    if (count < most) return;
    throw new HttpRefusal(429, {
      code: "too-many-unfinished",
      sentence: `${count} uploads ${who} wait for their bytes; ${most} may.`,
      next: "Finish them or take them back (DELETE); unfinished ones are removed after a day.",
    });
  }

  /** Moves a complete upload to staging and tells what the file is. Doing it again changes nothing. */
  async #finish(id: string): Promise<UploadedFile> {
    const begun = this.#parts.begun.find(id);
    if (begun === undefined) throw refusalOf(ERRORS.FILE_NOT_FOUND);
    const sha256 = begun.sha256 ?? (await this.#stage(begun));
    const file = await this.#parts.staging.find(begun.contributor, sha256);
    if (file === undefined) throw refusalOf(ERRORS.FILE_NO_LONGER_EXISTS);
    return this.#uploads.tell(begun.contributor, begun, begun.name, file);
  }

  async #stage(begun: BegunUpload): Promise<Hex> {
    const { id, contributor, ip, sizeBytes, declaredSha256 } = begun;
    const sha256 = await this.#store.digestOf(id, sizeBytes);
    if (declaredSha256 !== undefined && declaredSha256 !== sha256) {
      await this.#store.remove(id);
      throw new HttpRefusal(460, {
        code: "checksum-mismatch",
        sentence: `The bytes that came have the sha256 ${sha256}, and ${declaredSha256} was announced.`,
        next: "Upload the file again; keep it unchanged while it is being uploaded.",
      });
    }
    await this.#parts.staging.adopt({ contributor, ip }, this.#store.pathOf(id), sha256, sizeBytes);
    this.#parts.begun.markStaged(id, sha256);
    return sha256;
  }
}

function readMetadata(metadata: Record<string, string | null>): z.output<typeof metadataSchema> {
  const parsed = metadataSchema.safeParse(metadata);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new HttpRefusal(400, {
    code: parsed.error.issues.some(({ path }) => path[0] === "filename") ? "bad-file-name" : "bad-metadata",
    sentence: `The upload's metadata does not fit: ${faults.join("; ")}`,
    next: "Send filename, contributor (an address) and datanet (a number) in Upload-Metadata, each in base64.",
  });
}

type TusError = { status_code: number; body: string };

/** What the protocol's own refusals say in words that help. */
const REFUSALS = new Map<TusError, ErrorBody>([
  [
    ERRORS.FILE_NOT_FOUND,
    {
      code: "unknown-upload",
      sentence: "There is no upload here: it was never begun, or was removed a day after it was.",
      next: "Begin the upload again.",
    },
  ],
  [
    ERRORS.FILE_NO_LONGER_EXISTS,
    {
      code: "upload-expired",
      sentence: "The upload is too long ago, and its bytes were removed.",
      next: "Begin the upload again.",
    },
  ],
  [
    ERRORS.INVALID_OFFSET,
    {
      code: "wrong-offset",
      sentence: "The bytes do not go on where the upload stopped.",
      next: "Ask for the offset (HEAD) and send the bytes from there on.",
    },
  ],
  [
    ERRORS.ERR_SIZE_EXCEEDED,
    {
      code: "longer-than-announced",
      sentence: "More bytes came than the upload was announced to have.",
      next: "Begin a new upload with the file's real length.",
    },
  ],
  [
    ERRORS.INVALID_LENGTH,
    {
      code: "no-length",
      sentence: "An upload begins with its length in bytes, which stays as it is.",
      next: "Send Upload-Length.",
    },
  ],
  [
    ERRORS.ABORTED,
    {
      code: "interrupted",
      sentence: "The connection ended before all bytes had come; those that came are kept.",
      next: "Ask for the offset (HEAD) and send the bytes from there on.",
    },
  ],
]);

function answerOf(error: Error | TusError): { status: number; body: ErrorBody } {
  if (error instanceof Error && !("status_code" in error)) return toAnswer(error);
  const { status, body } = refusalOf(error as TusError);
  return { status, body };
}

function refusalOf(error: TusError): HttpRefusal {
  const known = REFUSALS.get(error);
  if (known !== undefined) return new HttpRefusal(error.status_code, known);
  if (error.status_code === ERRORS.ERR_MAX_SIZE_EXCEEDED.status_code) {
    const { key, sentence, next } = reasonFor("too-large");
    return new HttpRefusal(413, { code: key, sentence, next });
  }
  return new HttpRefusal(error.status_code, {
    code: "bad-upload",
    sentence: error.body.trim(),
    next: "See the tus protocol, version 1.0.0, and /docs.",
  });
}
