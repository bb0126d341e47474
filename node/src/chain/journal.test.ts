import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  encodeAbiParameters,
  type Hex,
  http,
  type PublicClient,
  parseGwei,
  toFunctionSelector,
  zeroHash,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../app/database.ts";
import { controlOf, freshAddress, fundedKey, type LocalChain, startAnvil } from "../testing/anvil.ts";
import { RpcProxy } from "../testing/rpcProxy.ts";
import { TransactionRefusedError } from "./dryRun.ts";
import { Journal } from "./journal.ts";

/** Code that reverts while its storage slot 0 is set. */
const MOODY: Hex = "0x5f54600657005b5f5ffd";

let anvil: LocalChain;
let proxy: RpcProxy;
let directory: string;
let stop: AbortController;

const test = () => controlOf(anvil);

beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil.stop());
beforeEach(async () => {
  proxy = await RpcProxy.start(anvil.url);
  directory = await mkdtemp(join(tmpdir(), "openledger-journal-"));
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await test().setAutomine(true);
  await proxy.stop();
  await rm(directory, { recursive: true, force: true });
});

function open(
  key: Hex,
  config = { CONFIRMATIONS: 1, REPLACE_AFTER_SECONDS: 60, MAX_FEE_GWEI: 1000 },
): Journal {
  return new Journal({
    client: createPublicClient({
      chain: foundry,
      transport: http(proxy.url, { retryCount: 0 }),
      cacheTime: 0,
    }) as PublicClient,
    account: privateKeyToAccount(key),
    database: openDatabase(join(directory, "node.sqlite")),
    log: pino({ level: "silent" }),
    config,
    signal: stop.signal,
  });
}

function pay(to: Address, key = "pay") {
  return { key, to, data: "0x", value: 1n, description: "Pay one wei" } as const;
}

async function advanceUntil(journal: Journal, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    if (await condition()) return;
    await journal.advance();
  }
  throw new Error("The journal did not get there.");
}

/** Whether a promise is settled once everything that is ready has run. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  const done = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([done, new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
}

async function carryOut<Result>(journal: Journal, sending: Promise<Result>): Promise<Result> {
  await advanceUntil(journal, () => isDone(sending));
  return sending;
}

describe("the journal", () => {
  it("sends once per key, however often it is asked", async () => {
    const journal = open(await fundedKey(anvil));
    const to = freshAddress();
    const [first, second] = [journal.send(pay(to)), journal.send(pay(to))];
    const receipt = await carryOut(journal, first);
    expect((await second).transactionHash).toBe(receipt.transactionHash);
    expect((await journal.send(pay(to))).transactionHash).toBe(receipt.transactionHash);
    expect(await test().getBalance({ address: to })).toBe(1n);
    expect(journal.find("pay")?.state).toBe("finalized");
    await expect(journal.send(pay(freshAddress()))).rejects.toThrow("already stands for another transaction");
  });

  it("gives transactions that are asked for at once consecutive nonces", async () => {
    const key = await fundedKey(anvil);
    const journal = open(key);
    await test().setAutomine(false);
    const to = freshAddress();
    const all = Promise.all(["a", "b", "c", "d"].map((name) => journal.send(pay(to, name))));
    await advanceUntil(journal, () =>
      ["a", "b", "c", "d"].every((name) => journal.find(name)?.state === "sent"),
    );
    expect(["a", "b", "c", "d"].map((name) => journal.find(name)?.nonce)).toEqual([0, 1, 2, 3]);
    await test().mine({ blocks: 1 });
    await carryOut(journal, all);
    expect(await test().getBalance({ address: to })).toBe(4n);
  });

  it("finds a revert out without spending anything, explains it, and keeps the key free", async () => {
    const key = await fundedKey(anvil);
    const { address } = privateKeyToAccount(key);
    const journal = open(key);
    const to = freshAddress();
    // DocketNotDue(uint40 docket, uint40 closesAt)
    const data = `${toFunctionSelector("DocketNotDue(uint40,uint40)")}${encodeAbiParameters(
      [{ type: "uint40" }, { type: "uint40" }],
      [8, 1_900_000_000],
    ).slice(2)}`;
    await test().setCode({ address: to, bytecode: revertingWith(data as Hex) });
    const refused = await carryOut(
      journal,
      journal.send({ key: "close", to, data: "0x", description: "Close" }).catch((error) => error),
    );
    expect(refused).toBeInstanceOf(TransactionRefusedError);
    expect(refused).toMatchObject({ code: "DocketNotDue", hash: undefined });
    expect((refused as TransactionRefusedError).sentence).toMatch(/\.$/);
    expect(await test().getTransactionCount({ address })).toBe(0);
    await test().setCode({ address: to, bytecode: "0x00" });
    await carryOut(journal, journal.send({ key: "close", to, data: "0x", description: "Close" }));
  });

  it("keeps a revert that was mined as the outcome, and tries again only when told to", async () => {
    const journal = open(await fundedKey(anvil));
    const to = freshAddress();
    await test().setCode({ address: to, bytecode: MOODY });
    await test().setAutomine(false);
    const wanted = { key: "moody", to, data: "0x", description: "Call" } as const;
    const sending = journal.send(wanted).catch((error: unknown) => error);
    await advanceUntil(journal, () => journal.find("moody")?.state === "sent");
    await test().setStorageAt({ address: to, index: 0, value: `0x${"01".padStart(64, "0")}` });
    await test().mine({ blocks: 1 });
    const error = await carryOut(journal, sending);
    expect(error).toBeInstanceOf(TransactionRefusedError);
    expect((error as TransactionRefusedError).hash).toBe(journal.hashOf("moody"));
    await expect(journal.send(wanted)).rejects.toBeInstanceOf(TransactionRefusedError);
    await test().setStorageAt({ address: to, index: 0, value: zeroHash });
    await test().setAutomine(true);
    expect((await carryOut(journal, journal.send({ ...wanted, again: true }))).status).toBe("success");
  });

  it("says that the account is empty instead of waiting for ever", async () => {
    const journal = open(generatePrivateKey());
    const refused = await carryOut(
      journal,
      journal.send(pay(freshAddress())).catch((error) => error),
    );
    expect(refused).toMatchObject({ code: "insufficient-funds" });
  });

  it("offers more for a stuck transaction under the same nonce, and takes whichever is mined", async () => {
    const key = await fundedKey(anvil);
    const journal = open(key, { CONFIRMATIONS: 1, REPLACE_AFTER_SECONDS: 5, MAX_FEE_GWEI: 1000 });
    await test().setAutomine(false);
    const to = freshAddress();
    const sending = journal.send(pay(to));
    await advanceUntil(journal, () => journal.find("pay")?.state === "sent");
    const first = journal.hashOf("pay");
    // The base fee jumps: what was offered is not enough any more, while chain time goes on.
    await test().setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei("50") });
    await test().increaseTime({ seconds: 30 });
    await test().mine({ blocks: 1 });
    await advanceUntil(journal, () => journal.hashOf("pay") !== first);
    await test().mine({ blocks: 1 });
    const receipt = await carryOut(journal, sending);
    expect(receipt.transactionHash).not.toBe(first);
    expect(await test().getBalance({ address: to })).toBe(1n);
    expect(await test().getTransactionCount({ address: privateKeyToAccount(key).address })).toBe(1);
  });

  it("sends the saved bytes again when the chain's pool lost them", async () => {
    const journal = open(await fundedKey(anvil));
    const to = freshAddress();
    let swallowed = 0;
    proxy.hooks.before = ({ method }) => {
      if (method !== "eth_sendRawTransaction" || swallowed > 0) return undefined;
      swallowed += 1;
      expect(journal.find("pay")?.state).toBe("signed");
      throw new Error("The connection breaks, and the bytes are lost.");
    };
    const sending = journal.send(pay(to));
    await carryOut(journal, sending);
    expect(swallowed).toBe(1);
    expect(await test().getBalance({ address: to })).toBe(1n);
  });

  it("starts over when another program used the nonce", async () => {
    const key = await fundedKey(anvil);
    const account = privateKeyToAccount(key);
    const journal = open(key);
    const to = freshAddress();
    await test().setAutomine(false);
    proxy.hooks.before = ({ method }) => {
      if (method !== "eth_sendRawTransaction") return undefined;
      throw new Error("The bytes do not get through.");
    };
    const sending = journal.send(pay(to));
    await journal.advance().catch(() => undefined);
    expect(journal.find("pay")).toMatchObject({ state: "signed", nonce: 0 });
    await test().setAutomine(true);
    const other = createWalletClient({ account, chain: foundry, transport: http(anvil.url) });
    await other.sendTransaction({ to: freshAddress(), value: 5n, nonce: 0 });
    proxy.hooks = {};
    await carryOut(journal, sending);
    expect(journal.find("pay")?.nonce).toBe(1);
    expect(await test().getBalance({ address: to })).toBe(1n);
  });

  it("waits for the confirmations that are configured, and goes back when the block is dropped", async () => {
    const journal = open(await fundedKey(anvil), {
      CONFIRMATIONS: 3,
      REPLACE_AFTER_SECONDS: 60,
      MAX_FEE_GWEI: 1000,
    });
    const to = freshAddress();
    const before = await test().snapshot();
    const sending = journal.send(pay(to));
    await advanceUntil(journal, () => journal.find("pay")?.state === "mined");
    await test().revert({ id: before });
    await journal.advance();
    // Back in flight, and with automatic mining at once in a block again.
    await advanceUntil(journal, async () => (await test().getBalance({ address: to })) === 1n);
    await journal.advance();
    expect(journal.find("pay")?.state).toBe("mined");
    await test().mine({ blocks: 2 });
    expect((await carryOut(journal, sending)).status).toBe("success");
    expect(await test().getBalance({ address: to })).toBe(1n);
  });

  it("refuses to go on with another account's unfinished transactions", async () => {
    const journal = open(await fundedKey(anvil));
    await test().setAutomine(false);
    journal.send(pay(freshAddress())).catch(() => undefined);
    await advanceUntil(journal, () => journal.find("pay")?.state === "sent");
    expect(() => open(generatePrivateKey())).toThrow(/unfinished transactions of 0x/);
  });
});

describe("a killed process", () => {
  const moments = [
    ["before it signed", { at: "eth_call", answered: false }],
    [
      "after it saved the signed bytes, before they were sent",
      { at: "eth_sendRawTransaction", answered: false },
    ],
    ["after the chain took the bytes, before it knew", { at: "eth_sendRawTransaction", answered: true }],
    ["after it was mined, before it knew", { at: "eth_getTransactionReceipt", answered: true }],
  ] as const;

  it.each(moments)(
    "resumes %s, and pays exactly once",
    async (_when, { at, answered }) => {
      const key = await fundedKey(anvil);
      const to = freshAddress();
      const environment = {
        ...process.env,
        RPC_URL: proxy.url,
        DATA_DIR: directory,
        PRIVATE_KEY: key,
        TO: to,
      };
      let kill: () => void = () => undefined;
      const strike = async (method: string) => {
        if (method !== at) return;
        proxy.hooks = {};
        kill();
        await new Promise((resolve) => setTimeout(resolve, 50));
        throw new Error("Nobody is left to be answered.");
      };
      proxy.hooks = answered
        ? { after: ({ method }, result) => (result === null ? undefined : strike(method)) }
        : { before: ({ method }) => strike(method) };

      const killed = startProcess(environment);
      kill = killed.kill;
      expect(await killed.ended).toMatchObject({ signal: "SIGKILL", output: "" });
      const second = await startProcess(environment).ended;
      expect(second).toMatchObject({ code: 0 });
      const receipt = await test().getTransactionReceipt({ hash: second.output.trim() as Hex });
      expect(receipt.status).toBe("success");
      expect(await test().getBalance({ address: to })).toBe(1n);
      expect(await test().getTransactionCount({ address: privateKeyToAccount(key).address })).toBe(1);
    },
    60_000,
  );
});

function startProcess(environment: NodeJS.ProcessEnv) {
  const script = new URL("../testing/journalProcess.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
  });
  const ended = new Promise<{ code: number | null; signal: string | null; output: string }>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, output }));
  });
  return { ended, kill: () => child.kill("SIGKILL") };
}

/** Code that answers every call by reverting with `data`. */
function revertingWith(data: Hex): Hex {
  const length = (data.length - 2) / 2;
  const size = length.toString(16).padStart(2, "0");
  // PUSH1 size, PUSH1 12, PUSH0, CODECOPY, PUSH1 size, PUSH0, REVERT, then the data itself.
  return `0x60${size}600a5f3960${size}5ffd${data.slice(2)}`;
}
