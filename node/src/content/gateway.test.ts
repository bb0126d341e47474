import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ContentUnavailableError, GatewayContent } from "./gateway.ts";

const bytes = Buffer.from("Some published bytes.");
const digest = `0x${createHash("sha256").update(bytes).digest("hex")}` as const;
const cid = cidOfDigest(digest);
let folder: string;
let server: Server;
let served: Buffer | undefined;
let content: GatewayContent;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-content-"));
  served = bytes;
  server = createServer((_request, response) => {
    response.statusCode = served === undefined ? 404 : 200;
    response.end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  content = new GatewayContent(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    new AbortController().signal,
  );
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("bytes that are those of the CID", async () => {
  expect(await content.read(cid, 100)).toEqual(bytes);
  const path = join(folder, "file");
  expect(await content.save(cid, path, 100)).toEqual({ sha256: digest, sizeBytes: bytes.length });
  expect(readFileSync(path)).toEqual(bytes);
});

test.each([
  ["other bytes", () => Buffer.from("Something else."), "sent other bytes"],
  ["too many bytes", () => Buffer.alloc(101), "larger than 100 bytes"],
  ["nothing", () => undefined, "answered 404"],
])("a gateway that serves %s leaves no file behind", async (_what, serve, sentence) => {
  served = serve();
  const path = join(folder, "file");
  await expect(content.save(cid, path, 100)).rejects.toThrow(sentence);
  await expect(content.read(cid, 100)).rejects.toThrow(ContentUnavailableError);
  expect(existsSync(path)).toBe(false);
});

test("a gateway that is down", async () => {
  await new Promise((resolve) => server.close(resolve));
  await expect(content.read(cid, 100)).rejects.toThrow(ContentUnavailableError);
});
