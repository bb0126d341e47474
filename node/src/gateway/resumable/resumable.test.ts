import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, stat, symlink } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Database, openFastDatabase } from "../../app/database.ts";
import { HttpRefusal } from "../../app/httpErrors.ts";
import { createServer, type Server } from "../../app/server.ts";
import { readConfig } from "../../config/config.ts";
import type { Assay, AssayRequest } from "../../judge/assay.ts";
import { Staging } from "../../storage/staging.ts";
import { gatewayConfig } from "../gatewayConfig.ts";
import { addProtection } from "../protection.ts";
import { addResumableRoute } from "../routes/resumableRoute.ts";
import { StagedAssays } from "../stagedAssays.ts";
import { Uploads } from "../uploads.ts";
import { BegunUploads } from "./begunUploads.ts";
import { RESUMABLE_PATH, ResumableUploads } from "./resumableUploads.ts";

const ADA = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const BEN = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const TEXT = "The tide comes in, and the keeper counts the boats that have not come home yet.\n";

let directory: string;
let database: Database;
let server: Server;
let url: string;
let resumable: ResumableUploads;
let staging: Staging;
/** Files that were really examined. */
let examined: AssayRequest[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-resumable-"));
  await start();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stop();
  await rm(directory, { recursive: true, force: true });
});

async function stop(): Promise<void> {
  await server.close();
  database.close();
}

/** A gateway's uploads without a chain: every Datanet but number 9 takes texts. */
async function start(environment: Record<string, string> = {}): Promise<void> {
  const config = readConfig(gatewayConfig, {
    RPC_URL: "http://127.0.0.1:8545",
    DATA_DIR: directory,
    ...environment,
  });
  examined = [];
  database = openFastDatabase(join(directory, "staging.sqlite"));
  server = createServer({
    log: pino({ level: "silent" }),
    metrics: new Registry(),
    readiness: () => undefined,
    role: "gateway",
    account: undefined,
    trustProxy: false,
  });
  const assayer = {
    assay: async (request: AssayRequest): Promise<Assay> => {
      examined.push(request);
      const inspection = { mediaType: "text/plain", sizeBytes: TEXT.length };
      if (request.name.endsWith(".txt")) return { inspection, opinion: { grade: 2, why: "Reads well." } };
      return { inspection: { ...inspection, reason: "wrong-type" }, opinion: { grade: 0, why: "No text." } };
    },
  };
  staging = new Staging(join(directory, "staging"), database);
  const uploads = new Uploads({
    config,
    staging,
    assays: new StagedAssays(database, assayer),
    licences: { termsOf: async () => undefined },
  });
  const limits = await addProtection(server, config, undefined);
  resumable = new ResumableUploads(
    {
      config,
      staging,
      begun: new BegunUploads(database),
      directory: join(directory, "unfinished"),
      targetOf: async (datanet) => {
        if (datanet !== 9) return { datanet, pool: 0, terms: 1 };
        throw new HttpRefusal(409, {
          code: "DatanetClosed",
          sentence: "It is closed.",
          next: "Choose another.",
        });
      },
      count: limits.count,
    },
    uploads,
  );
  await addResumableRoute(server, resumable, limits);
  await server.listen({ host: "127.0.0.1", port: 0 });
  url = server.listeningOrigin;
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

interface Begin {
  name?: string;
  contributor?: string;
  datanet?: string;
  sha256?: string;
  length?: number;
}

/** Begins an upload; with `body` its first bytes go along. */
function begin(options: Begin = {}, body?: string): Promise<Response> {
  const { name = "tide.txt", contributor = ADA, datanet = "1", sha256, length = TEXT.length } = options;
  const metadata = [
    `filename ${base64(name)}`,
    `contributor ${base64(contributor)}`,
    `datanet ${base64(datanet)}`,
    ...(sha256 === undefined ? [] : [`sha256 ${base64(sha256)}`]),
  ];
  return tus("POST", `${url}${RESUMABLE_PATH}`, {
    headers: { "upload-length": String(length), "upload-metadata": metadata.join(",") },
    body,
  });
}

function tus(
  method: string,
  address: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string | undefined } = {},
): Promise<Response> {
  return fetch(address, {
    method,
    headers: {
      "tus-resumable": "1.0.0",
      ...(body === undefined ? {} : { "content-type": "application/offset+octet-stream" }),
      ...headers,
    },
    body: body ?? null,
  });
}

const patch = (address: string, offset: number, body: string) =>
  tus("PATCH", address, { headers: { "upload-offset": String(offset) }, body });

const addressOf = (response: Response) => `${url}${response.headers.get("location")}`;

async function offsetOf(address: string): Promise<number> {
  return Number((await tus("HEAD", address)).headers.get("upload-offset"));
}

const digest = (text: string) => `0x${createHash("sha256").update(text).digest("hex")}`;
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

/** Sends the first bytes of an upload and cuts the connection before the rest. */
async function cutAfter(address: string, offset: number, text: string, announced: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const request = httpRequest(address, {
      method: "PATCH",
      headers: {
        "tus-resumable": "1.0.0",
        "upload-offset": String(offset),
        "content-type": "application/offset+octet-stream",
        "content-length": String(announced),
      },
    });
    request.on("error", () => resolve());
    request.on("close", () => resolve());
    request.write(text);
    const bytes = join(directory, "unfinished", address.split("/").at(-1) ?? "");
    void expect
      .poll(async () => (await stat(bytes)).size)
      .toBe(offset + text.length)
      .finally(() => request.destroy());
  });
}

describe("a resumable upload", () => {
  it("comes with one request, and the answer tells what the file is", async () => {
    const response = await begin({}, TEXT);
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("access-control-expose-headers")).toContain("upload-offset");
    expect(await response.json()).toMatchObject({ name: "tide.txt", ok: true, sha256: digest(TEXT) });
    expect(await staging.find(ADA, digest(TEXT) as `0x${string}`)).toBeDefined();
    expect(await readdir(join(directory, "unfinished"))).toEqual([]);
    // A client that did not get the answer asks for it.
    const address = addressOf(response);
    expect(await offsetOf(address)).toBe(TEXT.length);
    expect(await (await fetch(address)).json()).toMatchObject({ offset: TEXT.length, file: { ok: true } });
    expect(examined).toHaveLength(1);
  });

  it("comes in parts, each at the offset where the last one ended", async () => {
    const created = await begin();
    expect(created.status).toBe(201);
    expect(Date.parse(created.headers.get("upload-expires") ?? "")).toBeGreaterThan(Date.now());
    const address = addressOf(created);
    const first = await patch(address, 0, TEXT.slice(0, 10));
    expect([first.status, first.headers.get("upload-offset")]).toEqual([204, "10"]);
    expect(await codeOf(await patch(address, 9, TEXT.slice(9)))).toEqual([409, "wrong-offset"]);
    expect(await codeOf(await patch(address, 11, TEXT.slice(11)))).toEqual([409, "wrong-offset"]);
    expect(await (await fetch(address)).json()).toEqual({
      name: "tide.txt",
      sizeBytes: TEXT.length,
      offset: 10,
    });
    const last = await patch(address, 10, TEXT.slice(10));
    expect(last.status).toBe(200);
    expect(await last.json()).toMatchObject({ ok: true, sha256: digest(TEXT) });
  });

  it("goes on after the connection was cut in the middle", async () => {
    const address = addressOf(await begin());
    await cutAfter(address, 0, TEXT.slice(0, 30), TEXT.length);
    await expect.poll(() => offsetOf(address)).toBe(30);
    const last = await patch(address, 30, TEXT.slice(30));
    expect(await last.json()).toMatchObject({ ok: true, sha256: digest(TEXT) });
  });

  it("goes on after the gateway was started again, and the digest is of all its bytes", async () => {
    const created = await begin();
    await patch(addressOf(created), 0, TEXT.slice(0, 25));
    await stop();
    await start();
    const address = addressOf(created);
    expect(await offsetOf(address)).toBe(25);
    expect(await (await patch(address, 25, TEXT.slice(25))).json()).toMatchObject({ sha256: digest(TEXT) });
  });

  it("is refused before a byte is stored when it is too long, and while it comes when it is longer than announced", async () => {
    expect(await codeOf(await begin({ length: MAX_FILE_BYTES + 1 }))).toEqual([413, "too-large"]);
    const address = addressOf(await begin({ length: 10 }));
    expect(await codeOf(await patch(address, 0, TEXT))).toEqual([413, "longer-than-announced"]);
    expect(await offsetOf(address)).toBe(0);
  });

  it("of other bytes than announced is thrown away", async () => {
    const response = await begin({ sha256: digest("something else") }, TEXT);
    expect(await codeOf(response)).toEqual([460, "checksum-mismatch"]);
    expect(await staging.find(ADA, digest(TEXT) as `0x${string}`)).toBeUndefined();
    expect(await readdir(join(directory, "unfinished"))).toEqual([]);
    expect((await begin({ sha256: digest(TEXT) }, TEXT)).status).toBe(201);
  });

  it("of no bytes is complete at once", async () => {
    const response = await begin({ length: 0 });
    expect(await response.json()).toMatchObject({ sha256: digest(""), sizeBytes: 0 });
  });

  it("needs a good name, an address, an open Datanet and the protocol's version", async () => {
    expect(await codeOf(await begin({ name: "../passwd.txt" }))).toEqual([400, "bad-file-name"]);
    expect(await codeOf(await begin({ name: "a\u0000b.txt" }))).toEqual([400, "bad-file-name"]);
    expect(await codeOf(await begin({ contributor: "ada" }))).toEqual([400, "bad-metadata"]);
    expect(await codeOf(await begin({ datanet: "9" }))).toEqual([409, "DatanetClosed"]);
    const headers = { "upload-length": "1", "upload-metadata": "filename %%%" };
    expect((await tus("POST", `${url}${RESUMABLE_PATH}`, { headers })).status).toBe(400);
    expect(await codeOf(await fetch(`${url}${RESUMABLE_PATH}`, { method: "POST" }))).toEqual([
      400,
      "bad-request",
    ]);
    const old = await tus("POST", `${url}${RESUMABLE_PATH}`, {
      headers: { "upload-length": "1", "upload-metadata": "filename YQ==", "tus-resumable": "0.2.2" },
    });
    expect(old.headers.get("tus-version")).toBe("1.0.0");
    expect(await codeOf(old)).toEqual([412, "other-tus-version"]);
    expect((await begin({ datanet: "-1" })).status).toBe(400);
    expect(await readdir(join(directory, "unfinished"))).toEqual([]);
  });

  it("that does not exist is a 404 with a sentence", async () => {
    const address = `${url}${RESUMABLE_PATH}/${"0".repeat(32)}`;
    expect(await codeOf(await fetch(address))).toEqual([404, "unknown-upload"]);
    expect(await codeOf(await patch(address, 0, "x"))).toEqual([404, "unknown-upload"]);
    expect((await tus("HEAD", address)).status).toBe(404);
    expect(await codeOf(await fetch(`${url}${RESUMABLE_PATH}/..%2fstaging`))).toEqual([400, "bad-request"]);
  });

  it("can be taken back", async () => {
    const address = addressOf(await begin({}, TEXT.slice(0, 5)));
    expect((await tus("DELETE", address)).status).toBe(204);
    expect((await tus("HEAD", address)).status).toBe(404);
    expect(await readdir(join(directory, "unfinished"))).toEqual([]);
  });

  it("is removed a day after it was begun", async () => {
    const address = addressOf(await begin({}, TEXT.slice(0, 5)));
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 86_400_000 + 1000);
    expect(await resumable.removeExpired()).toBe(1);
    expect((await tus("HEAD", address)).status).toBe(404);
    expect(await readdir(join(directory, "unfinished"))).toEqual([]);
  });

  it("waits for no request that hangs: the next one takes the upload over", async () => {
    const address = addressOf(await begin());
    const hanging = httpRequest(address, {
      method: "PATCH",
      headers: {
        "tus-resumable": "1.0.0",
        "upload-offset": "0",
        "content-type": "application/offset+octet-stream",
        "content-length": String(TEXT.length),
      },
    });
    hanging.on("error", () => undefined);
    hanging.write(TEXT.slice(0, 7));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await offsetOf(address)).toBe(7);
    expect((await patch(address, 7, TEXT.slice(7))).status).toBe(200);
    hanging.destroy();
  });

  it("tells other origins and programs what of the protocol is understood", async () => {
    const options = await fetch(`${url}${RESUMABLE_PATH}`, { method: "OPTIONS" });
    expect(options.status).toBe(204);
    expect(options.headers.get("tus-version")).toBe("1.0.0");
    expect(options.headers.get("tus-max-size")).toBe(String(MAX_FILE_BYTES));
    const preflight = await fetch(`${url}${RESUMABLE_PATH}/${"0".repeat(32)}`, {
      method: "OPTIONS",
      headers: {
        origin: "https://page.example",
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "tus-resumable,upload-offset,content-type",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PATCH");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("upload-offset");
  });
});

describe("limits", () => {
  it("hold for unfinished uploads by address and by IP", async () => {
    await stop();
    await start({ UNFINISHED_PER_ADDRESS: "2", UNFINISHED_PER_IP: "3" });
    const first = await begin();
    expect((await begin()).status).toBe(201);
    expect(await codeOf(await begin())).toEqual([429, "too-many-unfinished"]);
    expect((await begin({ contributor: BEN })).status).toBe(201);
    expect(await codeOf(await begin({ contributor: BEN }))).toEqual([429, "too-many-unfinished"]);
    await patch(addressOf(first), 0, TEXT);
    expect((await begin()).status).toBe(201);
  });

  it("hold for what waits without having been submitted", async () => {
    await stop();
    await start({ STAGING_BYTES_PER_IP: String(MAX_FILE_BYTES) });
    await begin({}, TEXT);
    expect(await codeOf(await begin({ length: MAX_FILE_BYTES }))).toEqual([429, "staging-full"]);
    await stop();
    await start({ STAGING_BYTES: String(MAX_FILE_BYTES) });
    expect(await codeOf(await begin({ length: MAX_FILE_BYTES }))).toEqual([507, "no-room"]);
  });

  it("hold for how often one IP may write", async () => {
    await stop();
    await start({ WRITES_PER_MINUTE: "1" });
    await begin({}, TEXT);
    expect(await codeOf(await begin({}, TEXT))).toEqual([429, "too-many-requests"]);
  });
});

describe("a file that two addresses bring", () => {
  it("is stored and examined once, and takes the second as long as the first", async () => {
    const first = await begin({}, TEXT);
    const second = await begin({ contributor: BEN, name: "other name.txt" }, TEXT);
    expect(await first.json()).toMatchObject({ name: "tide.txt", sha256: digest(TEXT) });
    expect(await second.json()).toMatchObject({ name: "other name.txt", sha256: digest(TEXT) });
    expect(await readdir(join(directory, "staging/files"))).toHaveLength(1);
    expect(examined).toHaveLength(1);
    // Under a name of another kind it is another question.
    await begin({ contributor: BEN, name: "tide.md" }, TEXT);
    expect(examined).toHaveLength(2);
  });
});

describe("a full disk", () => {
  it("is answered with 507 and a sentence, and the upload goes on where it stopped", async () => {
    const address = addressOf(await begin());
    const bytes = join(directory, "unfinished", address.split("/").at(-1) ?? "");
    await symlink("/dev/full", bytes);
    expect(await codeOf(await patch(address, 0, TEXT))).toEqual([507, "disk-full"]);
    await rm(bytes);
    expect((await patch(address, 0, TEXT.slice(0, 5))).status).toBe(204);
    // The disk is full again when the file is to be moved to where it stays.
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    const adopt = vi.spyOn(staging, "adopt").mockRejectedValueOnce(full);
    expect(await codeOf(await patch(address, 5, TEXT.slice(5)))).toEqual([507, "disk-full"]);
    adopt.mockRestore();
    const { file } = (await (await fetch(address)).json()) as { file: { ok: boolean } };
    expect(file).toMatchObject({ ok: true, sha256: digest(TEXT) });
  });
});
