/**
 * A real Kubo node, where there is one: KUBO_BINARY names its program, or `ipfs` is on the path. It runs without a network in a
 * folder of its own. Everywhere else the stub in `storage.test.ts` answers the same calls.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { cidOfDigest } from "@openledger/sdk/cid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHUNK_BYTES, cidOfFile } from "./contentId.ts";
import type { ContentStore } from "./contentStore.ts";
import { blocksOfFile } from "./fileBlocks.ts";
import { openKuboStore } from "./kuboStore.ts";

const binary =
  process.env.KUBO_BINARY ??
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "ipfs"))
    .find((path) => existsSync(path));

describe.skipIf(binary === undefined)("a real Kubo node", () => {
  let directory: string;
  let node: ChildProcess;
  let store: ContentStore;

  const ipfs = (...args: string[]) =>
    execFileSync(binary ?? "", args, { env: { ...process.env, IPFS_PATH: directory }, encoding: "utf8" });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "openledger-kubo-"));
    ipfs("init", "--profile", "test");
    ipfs("config", "Addresses.API", "/ip4/127.0.0.1/tcp/0");
    ipfs("config", "Addresses.Gateway", "/ip4/127.0.0.1/tcp/0");
    node = spawn(binary ?? "", ["daemon", "--offline"], {
      env: { ...process.env, IPFS_PATH: directory },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let port = "";
    for await (const line of createInterface({ input: node.stdout as NodeJS.ReadableStream })) {
      port = /RPC API server listening on \/ip4\/127\.0\.0\.1\/tcp\/(\d+)/.exec(line)?.[1] ?? port;
      if (line.includes("Daemon is ready")) break;
    }
    store = openKuboStore(`http://127.0.0.1:${port}`);
  }, 120_000);

  afterAll(async () => {
    const ended = new Promise((resolve) => node.once("exit", resolve));
    node.kill("SIGTERM");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([17, CHUNK_BYTES, 2 * CHUNK_BYTES + 5])(
    "names, pins, gives back and gives up a file of %i bytes as every store does",
    async (sizeBytes) => {
      const bytes = randomBytes(sizeBytes);
      const path = join(directory, `file-${sizeBytes}`);
      writeFileSync(path, bytes);
      const sha256 = `0x${createHash("sha256").update(bytes).digest("hex")}` as const;
      const cid = await store.putFile(path);
      expect(cid).toBe(await cidOfFile(path, sizeBytes, sha256));
      if (sizeBytes <= CHUNK_BYTES) expect(cid).toBe(cidOfDigest(sha256));
      expect(ipfs("pin", "ls", "--type", "recursive")).toContain(cid);
      expect(await store.size(cid)).toBe(sizeBytes);
      const parts: Uint8Array[] = [];
      for await (const part of store.get(cid, { offset: 3, length: 9 })) parts.push(part);
      expect(Buffer.concat(parts)).toEqual(bytes.subarray(3, 12));
      const blocks = await blocksOfFile(cid, (block) => store.getBlock(block));
      for (const block of blocks) expect(await store.has(block)).toBe(true);
      await store.remove(cid, blocks);
      await store.remove(cid, blocks);
      ipfs("repo", "gc", "--silent");
      expect(await store.has(cid)).toBe(false);
    },
    30_000,
  );

  it("does not look for what it does not hold", async () => {
    const missing = cidOfDigest(`0x${createHash("sha256").update("nowhere").digest("hex")}`);
    expect(await store.has(missing)).toBe(false);
    await expect(store.getBlock(missing)).rejects.toThrow();
  });
});
