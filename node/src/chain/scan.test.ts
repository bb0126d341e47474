import { DatabaseSync } from "node:sqlite";
import { createPublicClient, createTestClient, encodeEventTopics, http, parseAbi, publicActions } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../app/errors.ts";
import { type LocalChain, startAnvil } from "../testing/anvil.ts";
import { keepIdentity } from "./identity.ts";
import { LogScanner } from "./scan.ts";

const EMITTER = "0x00000000000000000000000000000000000e0e0e";
const abi = parseAbi(["event Called(uint256 value)"]);

let anvil: LocalChain;
beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil.stop());

describe("scanning events", () => {
  it("handles each once, waits for confirmations, goes on after a restart, and handles what a rollback put in its place", async () => {
    const [topic] = encodeEventTopics({ abi, eventName: "Called" });
    const test = createTestClient({
      chain: foundry,
      mode: "anvil",
      transport: http(anvil.url),
      cacheTime: 0,
    }).extend(publicActions);
    // Emits Called(callvalue) at every call: CALLVALUE, PUSH0, MSTORE, PUSH32 topic, PUSH1 32, PUSH0, LOG1.
    const bytecode = `0x345f527f${topic?.slice(2)}60205fa1` as const;
    await test.setCode({ address: EMITTER, bytecode });
    const client = createPublicClient({ chain: foundry, transport: http(anvil.url), cacheTime: 0 });
    const database = new DatabaseSync(":memory:");
    const seen: bigint[] = [];
    const scan = (confirmations = 1) =>
      new LogScanner(database, client, { confirmations, rangeBlocks: 3n }).scan({
        cursor: "calls",
        address: EMITTER,
        abi,
        eventName: "Called",
        fromBlock: 0n,
        handle: (logs) => {
          for (const { args } of logs) seen.push(args.value);
        },
      });
    const call = async (value: bigint) => {
      const [from] = (await test.request({ method: "eth_accounts" } as never)) as [`0x${string}`];
      const hash = (await test.request({
        method: "eth_sendTransaction",
        params: [{ from, to: EMITTER, value: `0x${value.toString(16)}` }],
      } as never)) as `0x${string}`;
      await client.waitForTransactionReceipt({ hash, pollingInterval: 20 });
    };
    await call(1n);
    await test.mine({ blocks: 8 });
    await call(2n);
    await scan(2);
    expect(seen).toEqual([1n]);
    await test.mine({ blocks: 1 });
    await scan(2);
    await scan(2);
    expect(seen).toEqual([1n, 2n]);
    const before = await test.snapshot();
    await call(3n);
    await scan();
    expect(seen).toEqual([1n, 2n, 3n]);
    await test.revert({ id: before });
    await call(4n);
    await test.mine({ blocks: 2 });
    await scan();
    expect(seen).toEqual([1n, 2n, 3n, 4n]);
  });

  it("that fails while handling comes again from the same place", async () => {
    const client = createPublicClient({ chain: foundry, transport: http(anvil.url), cacheTime: 0 });
    const scanner = new LogScanner(new DatabaseSync(":memory:"), client, { confirmations: 1 });
    let attempts = 0;
    const options = {
      cursor: "failing",
      address: EMITTER,
      abi,
      eventName: "Called",
      fromBlock: 0n,
      handle: (logs: unknown[]) => {
        attempts += logs.length;
        if (attempts < 4) throw new Error("The disk is full.");
      },
    } as const;
    await expect(scanner.scan(options)).rejects.toThrow("full");
    await scanner.scan(options);
    await scanner.scan(options);
    expect(attempts).toBe(6);
  });
});

describe("the identity of a chain", () => {
  const first = { chainId: 1, genesisHash: "0xaa", datanets: "0x01" } as const;

  it("is kept from the first start on, and any other chain is refused with what differs", () => {
    const database = new DatabaseSync(":memory:");
    keepIdentity(database, first, "/data");
    keepIdentity(database, first, "/data");
    for (const [other, words] of [
      [{ ...first, chainId: 2 }, "its chain id is 2, not 1"],
      [{ ...first, genesisHash: "0xbb" }, "its first block is 0xbb, not 0xaa"],
      [{ ...first, datanets: "0x02" }, "its Datanets contract is 0x02, not 0x01"],
    ] as const) {
      expect(() => keepIdentity(database, other, "/data")).toThrow(UserError);
      expect(() => keepIdentity(database, other, "/data")).toThrow(words);
    }
  });
});
