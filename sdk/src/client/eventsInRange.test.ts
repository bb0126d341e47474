import {
  createPublicClient,
  custom,
  encodeAbiParameters,
  encodeEventTopics,
  numberToHex,
  parseAbi,
} from "viem";
import { expect, test } from "vitest";
import { eventsInRange } from "./eventsInRange.ts";

const abi = parseAbi(["event Counted(uint256 value)"]);
const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

/** A node with one event in every block, which refuses ranges of more than `limit` blocks. */
function node(limit: bigint) {
  const asked: [bigint, bigint][] = [];
  const request = async ({ params }: { params?: unknown }) => {
    const [{ fromBlock, toBlock }] = params as [{ fromBlock: string; toBlock: string }];
    const from = BigInt(fromBlock);
    const to = BigInt(toBlock);
    asked.push([from, to]);
    if (to - from >= limit)
      throw Object.assign(new Error("query returned too many blocks"), { code: -32005 });
    return Array.from({ length: Number(to - from + 1n) }, (_, offset) => ({
      address,
      blockHash: `0x${"00".repeat(32)}`,
      blockNumber: numberToHex(from + BigInt(offset)),
      data: encodeAbiParameters([{ type: "uint256" }], [from + BigInt(offset)]),
      logIndex: "0x0",
      removed: false,
      topics: encodeEventTopics({ abi, eventName: "Counted" }),
      transactionHash: `0x${"00".repeat(32)}`,
      transactionIndex: "0x0",
    }));
  };
  return { asked, client: createPublicClient({ transport: custom({ request }, { retryCount: 0 }) }) };
}

const query = { address, abi, eventName: "Counted" } as const;
const values = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => BigInt(from + index));

test("a range is asked for in pieces, and each block once", async () => {
  const { client, asked } = node(1000n);
  const events = await eventsInRange(client, { ...query, fromBlock: 3n, toBlock: 25n, chunkBlocks: 10n });
  expect(events.map(({ args }) => args.value)).toEqual(values(3, 25));
  expect(asked).toEqual([
    [3n, 12n],
    [13n, 22n],
    [23n, 25n],
  ]);
});

test("a piece that the node refuses is halved until it answers", async () => {
  const { client } = node(3n);
  const events = await eventsInRange(client, { ...query, fromBlock: 0n, toBlock: 40n, chunkBlocks: 32n });
  expect(events.map(({ args }) => args.value)).toEqual(values(0, 40));
});

test("a node that refuses a single block is heard", async () => {
  const { client } = node(0n);
  await expect(eventsInRange(client, { ...query, fromBlock: 0n, toBlock: 8n })).rejects.toThrow();
});

test("an empty range asks nothing", async () => {
  const { client, asked } = node(10n);
  expect(await eventsInRange(client, { ...query, fromBlock: 5n, toBlock: 4n })).toEqual([]);
  expect(asked).toEqual([]);
});
