import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Logger, pino } from "pino";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
  type PublicClient,
  parseGwei,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import { controlOf, freshAddress, fundedKey, type LocalChain, startAnvil } from "../testing/anvil.ts";
import {
  ANSWER_FAULTS,
  diceOf,
  type Fault,
  FaultyRpc,
  type Script,
  WIRE_FAULTS,
} from "../testing/faultyRpc.ts";
import { RpcProxy } from "../testing/rpcProxy.ts";
import { Journal } from "./journal.ts";
import { ChainTransport } from "./transport.ts";
import { isUnreachable } from "./unreachable.ts";

const CONFIG = { CONFIRMATIONS: 1, REPLACE_AFTER_SECONDS: 5, MAX_FEE_GWEI: 100 };
const ALL_FAULTS: readonly Fault[] = [...WIRE_FAULTS, ...ANSWER_FAULTS];
/** More runs than usual: `FAULT_SEEDS=50`. */
const SEEDS = Array.from({ length: Number(process.env.FAULT_SEEDS ?? 2) }, (_, index) => index + 1);
const TRANSACTIONS = 25;
const FAULTS = 150;
/** How long a request may take here, so that a server that never answers does not hold the test up. */
const TIMEOUT_MILLISECONDS = 80;

let anvil: LocalChain;
let faulty: FaultyRpc;
let directory: string;
let stop: AbortController;
let said: string[];
let log: Logger;
let genesisHash: Hex;

const chain = () => controlOf(anvil);

beforeAll(async () => {
  anvil = await startAnvil();
  genesisHash = (await chain().getBlock({ blockNumber: 0n })).hash;
});
afterAll(() => anvil.stop());
beforeEach(async () => {
  faulty = await FaultyRpc.start(anvil.url);
  directory = await mkdtemp(join(tmpdir(), "openledger-faults-"));
  stop = new AbortController();
  said = [];
  log = pino({ level: "debug" }, { write: (line: string) => void said.push(line) });
});
afterEach(async () => {
  stop.abort();
  await chain().setAutomine(true);
  await faulty.stop();
  await rm(directory, { recursive: true, force: true });
});

function connect(
  urls: readonly string[] = [faulty.url],
  timeoutMilliseconds = TIMEOUT_MILLISECONDS,
): PublicClient {
  const asking = new ChainTransport(urls, {
    timeoutMilliseconds,
    retries: 1,
    backoffMilliseconds: 2,
    log,
  });
  asking.expect({ chainId: foundry.id, genesisHash });
  return createPublicClient({ chain: foundry, transport: asking.transport, cacheTime: 0 });
}

function open(key: Hex, database: Database, client = connect()): Journal {
  const account = privateKeyToAccount(key);
  return new Journal({
    client,
    account,
    database,
    log,
    config: CONFIG,
    signal: stop.signal,
    rebroadcastSeconds: 0.2,
  });
}

function pay(to: Address) {
  return { key: `pay:${to}`, to, data: "0x", value: 1n, description: "Pay one wei" } as const;
}

/** A fault for the first request that asks each of the methods. */
function firstOfEach(fault: Fault, ...methods: string[]): Script {
  const left = new Set(methods);
  return (asked) => {
    const hit = asked.find(({ method }) => left.has(method));
    if (hit === undefined) return undefined;
    left.delete(hit.method);
    return fault;
  };
}

async function settle(journal: Journal, ...sendings: Promise<unknown>[]): Promise<void> {
  let isDone = false;
  const all = Promise.all(sendings).finally(() => {
    isDone = true;
  });
  all.catch(() => undefined);
  for (let round = 0; round < 300 && !isDone; round += 1) {
    await journal.advance().catch(() => undefined);
    await sleep(2);
  }
  if (!isDone) throw new Error(`The journal did not get there: ${said.slice(-5).join("")}`);
  await all;
}

describe("a transaction, whatever the RPC server does with a request", () => {
  const moments = [
    "eth_call",
    "eth_estimateGas",
    "eth_getTransactionCount",
    "eth_getBlockByNumber",
    "eth_getTransactionReceipt",
  ];
  it.each(ALL_FAULTS)("(%s) is mined once", async (fault) => {
    for (const methods of [moments, ["eth_sendRawTransaction"]]) {
      const key = await fundedKey(anvil);
      const to = freshAddress();
      const journal = open(key, openDatabase(":memory:"));
      faulty.script = firstOfEach(fault, ...methods);
      await settle(journal, journal.send(pay(to)));
      expect(await chain().getBalance({ address: to })).toBe(1n);
      const { address } = privateKeyToAccount(key);
      expect(await chain().getTransactionCount({ address, blockTag: "pending" })).toBe(
        await chain().getTransactionCount({ address }),
      );
    }
  });
});

describe("the way to the chain", () => {
  it("goes over the next address when one does not answer, or is of another chain", async () => {
    const second = await FaultyRpc.start(anvil.url);
    const client = connect([faulty.url, second.url], 1_000);
    faulty.script = () => "never answered";
    expect(await client.getBlockNumber()).toBeTypeOf("bigint");
    const before = faulty.faults;
    // It is passed over for a while instead of costing every request its time limit.
    expect(await client.getBlockNumber()).toBeTypeOf("bigint");
    expect(faulty.faults).toBe(before);
    await second.stop();

    const other = await startAnvil({ more: ["--chain-id", "5"] });
    expect(await connect([other.url, anvil.url]).getChainId()).toBe(foundry.id);
    await expect(connect([other.url]).getBlockNumber()).rejects.toThrow("another chain");
    expect(said.join("")).toContain("RPC address is of another chain, and is not believed");
    await other.stop();
  });

  it("believes no answer that is none to what was asked", async () => {
    const { address } = privateKeyToAccount(await fundedKey(anvil));
    const client = connect([faulty.url], 1_000);
    const questions: [Fault, () => Promise<unknown>][] = [
      ["null result", () => client.getTransactionCount({ address })],
      ["null result", () => client.getBalance({ address })],
      ["empty", () => client.getTransactionReceipt({ hash: genesisHash })],
      ["other id", () => client.getBlockNumber()],
      ["missing answer", () => Promise.all([client.getBlockNumber(), client.getBalance({ address })])],
      ["HTML", () => client.getCode({ address })],
    ];
    for (const [fault, ask] of questions) {
      faulty.script = () => fault;
      await expect(ask(), fault).rejects.toSatisfy(isUnreachable);
    }
    // A node that is behind answers for a block that was not asked for.
    const other = await RpcProxy.start(anvil.url);
    const genesis = await connect([anvil.url]).request({
      method: "eth_getBlockByNumber",
      params: ["0x0", false],
    });
    other.hooks.before = ({ method }) => (method === "eth_getBlockByNumber" ? genesis : undefined);
    await expect(connect([other.url], 1_000).getBlock({ blockNumber: 1n })).rejects.toSatisfy(isUnreachable);
    await other.stop();
  });

  it("is left alone for as long as the server asks", async () => {
    let asked = 0;
    const client = connect([faulty.url]);
    await client.getBlockNumber();
    faulty.script = () => {
      asked += 1;
      return "429 with a date";
    };
    const started = Date.now();
    await expect(client.getBlockNumber()).rejects.toThrow();
    expect(asked).toBeLessThanOrEqual(2);
    faulty.script = () => undefined;
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});

describe("a transaction that counted as final", () => {
  it("is sent again when the chain is rolled back below it, and pays once", async () => {
    const key = await fundedKey(anvil);
    const to = freshAddress();
    const database = openDatabase(":memory:");
    const journal = open(key, database);
    await settle(journal, journal.send(pay(to)));
    await chain().request({ method: "anvil_reorg" as never, params: [1, []] as never });
    expect(await chain().getBalance({ address: to })).toBe(0n);
    for (let round = 0; round < 10; round += 1) await journal.advance();
    expect(await chain().getBalance({ address: to })).toBe(1n);
    expect(journal.find(`pay:${to}`)?.state).toBe("finalized");
    expect(said.join("")).toContain("the chain dropped a block that counted as final");
  });
});

describe("a transaction whose receipt the node does not show", () => {
  it("is waited for, since the block tells that its nonce was used by itself", async () => {
    const key = await fundedKey(anvil);
    const { address } = privateKeyToAccount(key);
    const to = freshAddress();
    const journal = open(key, openDatabase(":memory:"));
    faulty.script = (asked) =>
      asked.some(({ method }) => method === "eth_getTransactionReceipt") ? "receipt vanished" : undefined;
    const sending = journal.send(pay(to));
    for (let round = 0; round < 12; round += 1) await journal.advance();
    expect(journal.find(`pay:${to}`)).toMatchObject({ state: "sent", nonce: 0 });
    expect(said.join("")).toContain("transaction is mined, but the node does not show its receipt");
    faulty.script = () => undefined;
    await settle(journal, sending);
    expect(await chain().getBalance({ address: to })).toBe(1n);
    expect(await chain().getTransactionCount({ address })).toBe(1);
  });
});

describe("a nonce that nobody uses", () => {
  it("is used up when a server told too high a count, so that what comes behind gets through", async () => {
    const key = await fundedKey(anvil);
    const to = freshAddress();
    const journal = open(key, openDatabase(":memory:"));
    faulty.script = firstOfEach("too high a count", "eth_getTransactionCount");
    await settle(journal, journal.send(pay(to)));
    const { address } = privateKeyToAccount(key);
    expect(await chain().getBalance({ address: to })).toBe(1n);
    expect(await chain().getTransactionCount({ address })).toBe(4);
  });
});

/** Whether every transaction came to its end. */
function isOver(journal: Journal): boolean {
  return [...journal.countByState().keys()].every((state) => state === "finalized" || state === "failed");
}

describe("hundreds of faults at random", () => {
  it.each(SEEDS)(
    "(seed %i) lose nothing, double nothing and leave no gap",
    async (seed) => {
      const dice = diceOf(seed);
      const one = <Item>(items: readonly Item[]): Item => items[Math.floor(dice() * items.length)] as Item;
      const key = await fundedKey(anvil);
      const { address } = privateKeyToAccount(key);
      const database = openDatabase(join(directory, "node.sqlite"));
      const stranger = createWalletClient({
        account: privateKeyToAccount(key),
        chain: foundry,
        transport: http(anvil.url),
      });
      let journal = open(key, database);
      const targets: Address[] = [];
      faulty.script = () => (dice() < 0.35 ? one(ALL_FAULTS) : undefined);

      const chainEvents: Record<string, () => Promise<unknown>> = {
        "blocks wait": () => chain().setAutomine(false),
        "blocks come at once": () => chain().setAutomine(true),
        block: () => chain().mine({ blocks: 1 }),
        time: async () => {
          await chain().increaseTime({ seconds: 6 });
          await chain().mine({ blocks: 1 });
        },
        "price jumps": async () => {
          await chain().setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei("20") });
          await chain().mine({ blocks: 1 });
        },
        "pool loses everything": () => chain().request({ method: "anvil_dropAllTransactions" as never }),
        "roll-back": () => chain().request({ method: "anvil_reorg" as never, params: [1, []] as never }),
        restart: async () => {
          stop.abort();
          stop = new AbortController();
          journal = open(key, database);
        },
        stranger: async () => {
          await stranger.sendTransaction({ to: freshAddress(), value: 1n });
        },
      };
      for (let round = 0; faulty.faults < FAULTS || targets.length < TRANSACTIONS; round += 1) {
        // What is done asks nothing any more: faults need something under way.
        if (targets.length < TRANSACTIONS || isOver(journal)) {
          const to = freshAddress();
          targets.push(to);
          journal.send(pay(to)).catch(() => undefined);
        }
        await journal.advance().catch(() => undefined);
        if (dice() < 0.25) await chainEvents[one(Object.keys(chainEvents))]?.().catch(() => undefined);
        if (round > 3_000) throw new Error("The faults did not come to an end.");
      }

      // From here on all goes well: everything that was wanted has to come about.
      faulty.script = () => undefined;
      await chain().setAutomine(true);
      for (let round = 0; round < 400; round += 1) {
        await chain().increaseTime({ seconds: 6 });
        await chain().mine({ blocks: 1 });
        await journal.advance().catch(() => undefined);
        if (isOver(journal)) break;
      }
      const wrong: unknown[] = [];
      for (const to of targets) {
        const entry = journal.find(`pay:${to}`);
        const paid = await chain().getBalance({ address: to });
        const hash = journal.hashOf(`pay:${to}`);
        const receipt =
          hash &&
          (await chain()
            .getTransactionReceipt({ hash })
            .catch(() => undefined));
        const isFine =
          entry?.state === "finalized"
            ? paid === 1n && receipt?.status === "success"
            : (entry === undefined || entry.state === "failed") && paid === 0n;
        if (!isFine)
          wrong.push({ to, state: entry?.state, nonce: entry?.nonce, paid, hash, mined: receipt?.status });
      }
      expect(wrong).toEqual([]);
      expect(await chain().getTransactionCount({ address, blockTag: "pending" })).toBe(
        await chain().getTransactionCount({ address }),
      );
      expect(faulty.faults).toBeGreaterThanOrEqual(FAULTS);
    },
    60_000,
  );
});
