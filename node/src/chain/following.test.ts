import { DatabaseSync } from "node:sqlite";
import { createPublicClient, encodeEventTopics, http, type PublicClient, parseAbi } from "viem";
import { foundry } from "viem/chains";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { controlOf, type LocalChain, startAnvil } from "../testing/anvil.ts";
import { RpcProxy } from "../testing/rpcProxy.ts";
import { Heads } from "./heads.ts";
import { LogScanner } from "./scan.ts";

const EMITTER = "0x00000000000000000000000000000000000e0e0e";
const abi = parseAbi(["event Called(uint256 value)"]);

let anvil: LocalChain;
let proxy: RpcProxy;
beforeAll(async () => {
  anvil = await startAnvil();
  const [topic] = encodeEventTopics({ abi, eventName: "Called" });
  // Emits Called(callvalue) at every call: CALLVALUE, PUSH0, MSTORE, PUSH32 topic, PUSH1 32, PUSH0, LOG1.
  await chain().setCode({ address: EMITTER, bytecode: `0x345f527f${topic?.slice(2)}60205fa1` });
});
afterAll(() => anvil.stop());
beforeEach(async () => {
  proxy = await RpcProxy.start(anvil.url);
});
afterEach(() => proxy.stop());

const chain = () => controlOf(anvil);

async function call(value: bigint): Promise<void> {
  const [from] = (await chain().request({ method: "eth_accounts" } as never)) as [`0x${string}`];
  const hash = (await chain().request({
    method: "eth_sendTransaction",
    params: [{ from, to: EMITTER, value: `0x${value.toString(16)}` }],
  } as never)) as `0x${string}`;
  await chain().waitForTransactionReceipt({ hash, pollingInterval: 10 });
}

function follower(cursors: string[], options: { database?: DatabaseSync; rangeBlocks?: bigint } = {}) {
  const client: PublicClient = createPublicClient({
    chain: foundry,
    transport: http(proxy.url, { retryCount: 0 }),
    cacheTime: 0,
  });
  const heads = new Heads(client);
  const database = options.database ?? new DatabaseSync(":memory:");
  const scanner = new LogScanner(database, client, {
    confirmations: 1,
    heads,
    headMilliseconds: 60_000,
    ...(options.rangeBlocks === undefined ? {} : { rangeBlocks: options.rangeBlocks }),
  });
  const seen: Record<string, bigint[]> = Object.fromEntries(cursors.map((cursor) => [cursor, []]));
  return {
    seen,
    database,
    /** One round of polls: the newest block once, then every cursor. */
    round: async () => {
      await heads.latest();
      for (const cursor of cursors) {
        await scanner.scan({
          cursor,
          address: EMITTER,
          abi,
          eventName: "Called",
          fromBlock: 0n,
          handle: (logs) => {
            for (const { args } of logs) seen[cursor]?.push(args.value);
          },
        });
      }
    },
  };
}

/** How often a database was written to so far. */
function writes(database: DatabaseSync): number {
  return Number(database.prepare("SELECT total_changes() AS changes").get()?.changes);
}

describe("following the chain with four cursors", () => {
  it("costs one request a round while nothing comes, and is written when something came", async () => {
    const cursors = ["a", "b", "c", "d"];
    const { round, seen, database } = follower(cursors);
    await call(1n);
    await round();
    expect(seen.d?.at(-1)).toBe(1n);
    proxy.methods.length = 0;
    const written = writes(database);
    for (let times = 0; times < 5; times += 1) await round();
    expect(proxy.methods).toEqual(Array(5).fill("eth_getBlockByNumber"));
    for (let times = 0; times < 5; times += 1) {
      await chain().mine({ blocks: 1 });
      await round();
    }
    // A newest block and one question for each cursor, and nothing on the disk.
    expect(proxy.methods.length).toBe(5 + 5 * (1 + cursors.length));
    expect(writes(database)).toBe(written);
    await call(2n);
    await round();
    expect(seen).toMatchObject(
      Object.fromEntries(cursors.map((cursor) => [cursor, expect.arrayContaining([2n])])),
    );
    expect(writes(database)).toBe(written + cursors.length);
  });

  it("goes on where it was after a restart, and further back than what it wrote only over empty blocks", async () => {
    const first = follower(["a"]);
    await call(3n);
    await first.round();
    await chain().mine({ blocks: 3 });
    await first.round();
    const { round, seen } = follower(["a"], { database: first.database });
    await call(4n);
    await round();
    expect(seen.a).toEqual([4n]);
  });

  it("goes back as far as a roll-back went, whether blocks came meanwhile or not", async () => {
    const { round, seen } = follower(["a"]);
    await call(5n);
    await round();
    const before = seen.a?.length ?? 0;
    const snapshot = await chain().snapshot();
    for (const value of [6n, 7n, 8n]) {
      await call(value);
      await round();
    }
    await chain().revert({ id: snapshot });
    for (const value of [16n, 17n]) await call(value);
    await round();
    await call(18n);
    await call(19n);
    await round();
    expect(seen.a?.slice(before)).toEqual([6n, 7n, 8n, 16n, 17n, 18n, 19n]);
  });
});

describe("a node", () => {
  it("that refuses long ranges is asked for shorter ones, and every event is handled once", async () => {
    const { round, seen } = follower(["a"], { rangeBlocks: 64n });
    await chain().mine({ blocks: 40 });
    await call(21n);
    await chain().mine({ blocks: 40 });
    await call(22n);
    let refused = 0;
    proxy.hooks.refuse = ({ method, params }) => {
      const [{ fromBlock, toBlock }] = params as [{ fromBlock?: string; toBlock?: string }];
      if (method !== "eth_getLogs" || fromBlock === undefined || toBlock === undefined) return undefined;
      if (BigInt(toBlock) - BigInt(fromBlock) < 5n) return undefined;
      refused += 1;
      return { code: -32005, message: "query returned more than 10000 results" };
    };
    await round();
    expect(refused).toBeGreaterThan(1);
    expect(seen.a?.slice(-2)).toEqual([21n, 22n]);
    expect(new Set(seen.a).size).toBe(seen.a?.length);
  });

  it("that does not have the newest block yet hides none of its events", async () => {
    const { round, seen } = follower(["a"]);
    await round();
    await call(31n);
    let isBehind = true;
    proxy.hooks.refuse = ({ method, params }) => {
      const [{ blockHash }] = params as [{ blockHash?: string }];
      if (!isBehind || method !== "eth_getLogs" || blockHash === undefined) return undefined;
      return { code: -32000, message: "unknown block" };
    };
    await expect(round()).rejects.toThrow();
    expect(seen.a).not.toContain(31n);
    isBehind = false;
    await round();
    expect(seen.a?.at(-1)).toBe(31n);
  });
});
