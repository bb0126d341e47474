import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { type Address, createPublicClient, type Hex, http, type PublicClient, parseGwei } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../app/database.ts";
import { controlOf, freshAddress, fundedKey, type LocalChain, startAnvil } from "../testing/anvil.ts";
import { NEEDLESS } from "./carrier.ts";
import { Journal } from "./journal.ts";

let anvil: LocalChain;
let directory: string;
let stop: AbortController;
let account: Address;
let key: Hex;

const chain = () => controlOf(anvil);

beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil.stop());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-needless-"));
  stop = new AbortController();
  key = await fundedKey(anvil);
  account = privateKeyToAccount(key).address;
  await chain().setAutomine(false);
});
afterEach(async () => {
  stop.abort();
  await chain().setAutomine(true);
  await chain().mine({ blocks: 1 });
  await rm(directory, { recursive: true, force: true });
});

/** @param done What was done by somebody else, by key. */
function open(done: Set<string>, highestGwei = 1000): Journal {
  const journal = new Journal({
    client: createPublicClient({
      chain: foundry,
      transport: http(anvil.url, { retryCount: 0 }),
      cacheTime: 0,
    }) as PublicClient,
    account: privateKeyToAccount(key),
    database: openDatabase(join(directory, "node.sqlite")),
    log: pino({ level: "silent" }),
    config: { CONFIRMATIONS: 1, REPLACE_AFTER_SECONDS: 60, MAX_FEE_GWEI: highestGwei },
    signal: stop.signal,
  });
  journal.askBeforeResending(async (entry) => !done.has(entry.key));
  return journal;
}

const pay = (to: Address, name: string) =>
  ({ key: name, to, data: "0x", value: 1n, description: name }) as const;
const balanceOf = (address: Address) => chain().getBalance({ address });
const nonceOf = () => chain().getTransactionCount({ address: account });

/** Nothing of it is thrown anywhere but where a test looks at it. */
function settled(sending: Promise<unknown>): Promise<unknown> {
  return sending.then(
    () => "done",
    (error: { code?: string }) => error.code,
  );
}

test("a transaction in the pool that became needless gives its nonce up for nothing, and those behind it get through", async () => {
  const done = new Set<string>();
  const journal = open(done);
  const [first, second] = [freshAddress(), freshAddress()];
  const outcomes = [settled(journal.send(pay(first, "one"))), settled(journal.send(pay(second, "two")))];
  await journal.advance();
  expect(journal.countFlying(0)).toBe(2);
  done.add("one");
  journal.reconsider("one");
  await journal.advance();
  await chain().mine({ blocks: 1 });
  await journal.advance();
  expect(await Promise.all(outcomes)).toEqual([NEEDLESS, "done"]);
  expect([await balanceOf(first), await balanceOf(second), await nonceOf()]).toEqual([0n, 1n, 2]);
  const cost = journal.costOf("one");
  const { baseFeePerGas } = await chain().getBlock();
  expect(cost).toMatchObject({ spentWei: expect.any(BigInt) });
  expect(cost !== undefined && "spentWei" in cost && cost.spentWei / 21_000n).toBeGreaterThanOrEqual(
    baseFeePerGas ?? 0n,
  );
});

test("what was signed before a crash and is needless after it is not sent", async () => {
  const done = new Set<string>();
  const before = open(done);
  const to = freshAddress();
  settled(before.send(pay(to, "one")));
  await before.advance();
  stop.abort();
  await chain().dropTransaction({ hash: before.hashOf("one") as Hex });
  done.add("one");
  stop = new AbortController();
  const after = open(done);
  const outcome = settled(after.send(pay(to, "one")));
  await after.advance();
  await chain().mine({ blocks: 1 });
  await after.advance();
  expect(await outcome).toBe(NEEDLESS);
  expect([await balanceOf(to), await nonceOf()]).toEqual([0n, 1]);
});

test("the first bytes that are mined all the same count as what they are", async () => {
  const done = new Set<string>();
  const journal = open(done);
  const to = freshAddress();
  const outcome = settled(journal.send(pay(to, "one")));
  await journal.advance();
  done.add("one");
  journal.reconsider("one");
  await chain().mine({ blocks: 1 });
  await journal.advance();
  expect([await outcome, await balanceOf(to), await nonceOf()]).toEqual(["done", 1n, 1]);
});

test("what is needed again before anything is mined is signed again with its nonce", async () => {
  const done = new Set(["one"]);
  const journal = open(done);
  const to = freshAddress();
  const outcome = settled(journal.send(pay(to, "one")));
  await journal.advance();
  journal.reconsider("one");
  await journal.advance();
  // The chain dropped the block in which somebody else had done it.
  done.clear();
  journal.reconsider("one");
  await journal.advance();
  await chain().mine({ blocks: 1 });
  await journal.advance();
  expect([await outcome, await balanceOf(to), await nonceOf()]).toEqual(["done", 1n, 1]);
});

test("where no higher fee is allowed for a replacement, the bytes stay, and no nonce is left unused", async () => {
  const done = new Set<string>();
  const { baseFeePerGas } = await chain().getBlock();
  // Enough for the first offer, and not for an eighth more.
  const highest = Number((baseFeePerGas ?? 0n) * 2n + parseGwei("1")) / 1e9;
  const journal = open(done, highest);
  const to = freshAddress();
  const outcome = settled(journal.send(pay(to, "one")));
  await journal.advance();
  expect(journal.countFlying(0)).toBe(1);
  done.add("one");
  journal.reconsider("one");
  await journal.advance();
  await chain().mine({ blocks: 1 });
  await journal.advance();
  expect([await outcome, await nonceOf()]).toEqual(["done", 1]);
});
