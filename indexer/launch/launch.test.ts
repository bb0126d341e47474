import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployments } from "@openledger/sdk/addresses";
import { createPublicClient, custom, type Hash, numberToHex, pad } from "viem";
import { afterAll, expect, test } from "vitest";
import { ChainHistory } from "./chainHistory.ts";
import { takeInstanceLock } from "./instanceLock.ts";
import { requireFreePort } from "./port.ts";
import { isLoopback, rpcUrls } from "./rpcUrls.ts";
import { schemaNameOf } from "./schemaName.ts";
import { readSettings } from "./settings.ts";

const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "openledger-indexer-"));
  folders.push(made);
  return made;
}

afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

/** A node whose block hashes say number and branch. */
function nodeOf(chain: { head: number; branch: (block: number) => number }) {
  return createPublicClient({
    transport: custom({
      async request({ method, params }: { method: string; params: [`0x${string}`] }) {
        if (method === "eth_blockNumber") return numberToHex(chain.head);
        const number = Number(params[0]);
        if (number > chain.head) return null;
        return { hash: pad(numberToHex(number * 256 + chain.branch(number)), { size: 32 }) };
      },
    }),
  });
}

const genesis = pad("0x0", { size: 32 }) as Hash;

test("a chain that only grows keeps its index", async () => {
  const directory = folder();
  const chain = { head: 10, branch: () => 0 };
  expect(await new ChainHistory(nodeOf(chain), directory).identify()).toEqual({ genesis, generation: 0 });
  chain.head = 500;
  expect((await new ChainHistory(nodeOf(chain), directory).identify()).generation).toBe(0);
  expect((await new ChainHistory(nodeOf(chain), directory).identify()).generation).toBe(0);
});

test("a chain that lost a final block gets a new index, once", async () => {
  const directory = folder();
  await new ChainHistory(nodeOf({ head: 100, branch: () => 0 }), directory).identify();
  // Forty blocks back, and thirty other ones since.
  const other = nodeOf({ head: 90, branch: (block) => (block > 60 ? 1 : 0) });
  expect((await new ChainHistory(other, directory).identify()).generation).toBe(1);
  expect((await new ChainHistory(other, directory).identify()).generation).toBe(1);
});

test("a final block that disappears while an index runs is told once", async () => {
  const chain = { head: 100, branch: (_block: number) => 0 };
  const history = new ChainHistory(nodeOf(chain), folder());
  await history.identify();
  let told = 0;
  history.watch(() => told++, 5);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(told).toBe(0);
  chain.branch = (block) => (block > 50 ? 1 : 0);
  await expect.poll(() => told).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(told).toBe(1);
});

test("a chain with another beginning is another chain", async () => {
  const directory = folder();
  await new ChainHistory(nodeOf({ head: 100, branch: () => 0 }), directory).identify();
  const wiped = await new ChainHistory(nodeOf({ head: 3, branch: () => 7 }), directory).identify();
  expect(wiped).toEqual({ genesis: pad("0x7", { size: 32 }), generation: 0 });
});

test("the schema's name changes with chain, generation and addresses, and with nothing else", () => {
  const addresses = deployments[31337];
  if (addresses === undefined) throw new Error("The local deployment is not in the table.");
  const identity = { chainId: 31337, genesis, generation: 0, addresses };
  const name = schemaNameOf(identity);
  expect(name).toMatch(/^index_[0-9a-f]{20}$/);
  expect(schemaNameOf({ ...identity })).toBe(name);
  const others = [
    { ...identity, generation: 1 },
    { ...identity, chainId: 1 },
    { ...identity, addresses: { ...addresses, court: addresses.vault } },
  ].map(schemaNameOf);
  expect(new Set([name, ...others]).size).toBe(4);
});

test("the lock of a killed indexer is taken over, that of a living one is not", () => {
  const directory = folder();
  expect(takeInstanceLock(directory)).toBe("none");
  expect(readFileSync(join(directory, "indexer.pid"), "utf8")).toBe(String(process.pid));
  // The highest number that Linux gives a process is 2^22.
  writeFileSync(join(directory, "indexer.pid"), String(2 ** 22 + 1));
  expect(takeInstanceLock(directory)).toBe("killed");
  // A living process that is no indexer only carries a dead one's number.
  writeFileSync(join(directory, "indexer.pid"), String(process.ppid));
  expect(takeInstanceLock(directory)).toBe("killed");
});

test("a taken port is refused in words", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was handed out.");
  await expect(requireFreePort("127.0.0.1", address.port)).rejects.toThrow(
    `The indexer cannot listen on 127.0.0.1:${address.port}`,
  );
  await new Promise((resolve) => server.close(resolve));
  await requireFreePort("127.0.0.1", address.port);
});

test("only a node on this machine is asked by many URLs", () => {
  expect(rpcUrls("https://rpc.example/key")).toEqual(["https://rpc.example/key"]);
  const local = rpcUrls("http://127.0.0.1:8545/?key=1");
  expect(new Set(local).size).toBe(16);
  expect(local.every((url) => url.includes("key=1"))).toBe(true);
  expect(isLoopback("http://localhost:1") && isLoopback("http://[::1]:1")).toBe(true);
  expect(isLoopback("http://127.example.org")).toBe(false);
});

test("an unusable environment is told by name", () => {
  expect(() => readSettings({ PORT: "seventy" })).toThrow(/PORT/);
  expect(() => readSettings({ RPC_URL: "here" })).toThrow(/RPC_URL/);
  const settings = readSettings({ DATABASE_URL: "", POLL_SECONDS: "1" });
  expect(settings).toMatchObject({ databaseUrl: undefined, pollMilliseconds: 1000, host: "127.0.0.1" });
});
