import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { readDocket } from "@openledger/sdk/client/readDocket";
import { packWord } from "@openledger/sdk/grades";
import { manifestCid } from "@openledger/sdk/manifest";
import { rootOfSubmission } from "@openledger/sdk/submission";
import pRetry from "p-retry";
import { createWalletClient, type Hex, http, parseGwei } from "viem";
import { foundry } from "viem/chains";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Daemon, startDaemon } from "../testing/daemon.ts";
import { ANSWER_FAULTS, diceOf, FaultyRpc, WIRE_FAULTS } from "../testing/faultyRpc.ts";
import { furnish, TEXT, validators } from "../testing/furnishing.ts";
import { GatewayClient, sign } from "../testing/gatewayClient.ts";
import { keyOf, person, TestProtocol } from "../testing/protocol.ts";
import { story } from "../testing/testFiles.ts";

const RELAYER = 1;
/** Chain seconds after which a local docket takes no more items. */
const COLLECTED_BY_SECONDS = 60;
const [ada, ben] = [person(2), person(3)];

let protocol: TestProtocol;
let directory: string;
let daemon: Daemon | undefined;
let next = 0;

beforeAll(async () => {
  protocol = await TestProtocol.start();
  directory = await mkdtemp(join(tmpdir(), "openledger-payment-"));
  await furnish(protocol);
}, 240_000);
afterEach(async () => {
  await daemon?.kill();
  daemon = undefined;
});
afterAll(async () => {
  await protocol?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function start(settings: Record<string, string>, dataDir = join(directory, `data-${next++}`)) {
  daemon = await startDaemon("gateway", {
    RPC_URL: protocol.url,
    DATA_DIR: dataDir,
    PRIVATE_KEY: keyOf(RELAYER),
    ...settings,
  });
  return { client: new GatewayClient(daemon.url), dataDir, url: daemon.url };
}

/** Uploads one file, rehearses and signs. */
async function prepare(client: GatewayClient, who: typeof ada) {
  const prepared = await client.prepare(who.address, TEXT, [story(9000 + next++)]);
  const signature = await sign(who, foundry.id, protocol.addresses.datanets, prepared.submission);
  return { ...prepared, signature, root: rootOfSubmission(prepared.submission) };
}

async function submittedTimes(root: Hex): Promise<number> {
  const events = await protocol.client.getContractEvents({
    address: protocol.addresses.datanets,
    abi: datanetsAbi,
    eventName: "Submitted",
    args: { root },
    fromBlock: 0n,
  });
  return events.length;
}

describe("a gateway whose budget is used up", () => {
  it("says so before anything is signed, waits for the contributor's own transaction, and publishes what it mined", async () => {
    // One submission of one file costs about 0.0001 coins on this chain, and may cost twice that.
    const settings = { RELAY_BUDGET_PER_ADDRESS_ETH: "0.0005" };
    const { client, dataDir } = await start(settings);
    const first = await prepare(client, ada);
    expect(first.gas).toMatchObject({ paidBy: "gateway" });
    expect((await client.submit(first.manifest, first.submission, first.signature)).body.gas?.paidBy).toBe(
      "gateway",
    );
    await client.reach(first.root, "judging");
    const paid: Hex[] = [first.root];
    let own = await prepare(client, ada);
    while (own.gas?.paidBy === "gateway" && paid.length < 8) {
      await client.submit(own.manifest, own.submission, own.signature);
      await client.reach(own.root, "judging");
      paid.push(own.root);
      own = await prepare(client, ada);
    }
    // What was reserved is corrected by what the receipts say: more than one fits.
    expect(paid.length).toBeGreaterThan(1);
    expect(own.gas).toMatchObject({ paidBy: "contributor", reason: { key: "budget-address" } });
    const { timestamp } = await protocol.client.getBlock();
    expect(own.gas?.resetsAt).toBe((Math.floor(Number(timestamp) / 86_400) + 1) * 86_400);
    // Another address is not affected.
    expect((await prepare(client, ben)).gas?.paidBy).toBe("gateway");

    const relayed = await protocol.client.getTransactionCount({ address: person(RELAYER).address });
    const { body, status } = await client.submit(own.manifest, own.submission, own.signature);
    expect(status).toBe(202);
    expect(body).toMatchObject({
      state: "awaiting",
      gas: {
        paidBy: "contributor",
        call: { to: protocol.addresses.datanets },
        expiresAt: own.submission.deadline,
      },
    });
    // The files wait through a restart, and are not public.
    await daemon?.kill();
    const { client: again, url } = await start(settings, dataDir);
    const waiting = (await again.progress(own.root)).body;
    expect(waiting).toMatchObject({ state: "awaiting", gas: { reason: { key: "budget-address" } } });
    const manifestUrl = `${url}/ipfs/${manifestCid(own.manifest)}`;
    expect((await fetch(manifestUrl)).status).toBe(404);
    const { call } = waiting.gas ?? {};
    if (call === undefined) throw new Error("There is no call to send.");
    const wallet = createWalletClient({ account: ada, chain: foundry, transport: http(protocol.url) });
    const hash = await wallet.sendTransaction(call);
    const done = await again.reach(own.root, "judging");
    expect(done.transaction).toBe(hash);
    expect((await fetch(manifestUrl)).status).toBe(200);
    expect(await submittedTimes(own.root)).toBe(1);
    expect(await protocol.client.getTransactionCount({ address: person(RELAYER).address })).toBe(relayed);
  }, 400_000);
});

describe("a gateway that pays for nothing", () => {
  it("gives up what nobody paid for once it can be mined no more, and takes no more than it may keep", async () => {
    const { client } = await start({ RELAY: "false", UNPAID_SUBMISSIONS: "2" });
    const own = await prepare(client, ada);
    expect(own.gas).toMatchObject({ paidBy: "contributor", reason: { key: "relaying-off" } });
    expect((await client.submit(own.manifest, own.submission, own.signature)).body.state).toBe("awaiting");
    const second = await prepare(client, ben);
    expect(await client.submit(second.manifest, second.submission, second.signature)).toMatchObject({
      status: 429,
      body: { code: "too-many-unpaid" },
    });
    await protocol.passUntil(own.submission.deadline + 1);
    await expect
      .poll(async () => (await client.progress(own.root)).body)
      .toMatchObject({ state: "failed", error: { code: "not-paid" } });
    // Nothing has to be uploaded again.
    const { files } = own.manifest;
    const again = await client.dryRun(
      ada.address,
      TEXT,
      files.map(({ name, sha256 }) => ({ name, sha256 })),
    );
    expect(again.body.ok).toBe(true);
  }, 400_000);
});

describe("a submission that waits at the gateway", () => {
  it("while gas is too dear can be paid for by its contributor, and is on the chain once", async () => {
    const { client } = await start({ MAX_FEE_GWEI: "5" });
    const own = await prepare(client, ada);
    expect(own.gas?.paidBy).toBe("gateway");
    const sent = await protocol.client.getTransactionCount({ address: person(RELAYER).address });
    // The price of gas jumps while the gateway still goes by what it saw a moment ago.
    await protocol.client.setNextBlockBaseFeePerGas({ baseFeePerGas: parseGwei("50") });
    await protocol.client.mine({ blocks: 1 });
    const { manifest, submission, signature, root } = own;
    const taken = await client.submit(manifest, submission, signature);
    expect(taken.status).toBe(202);
    await expect
      .poll(async () => (await client.progress(root)).body.gas)
      .toMatchObject({ reason: { key: "gas-price" }, call: { to: protocol.addresses.datanets } });
    const { body } = await client.submit(manifest, submission, signature, "contributor");
    expect(body).toMatchObject({ state: "awaiting", gas: { paidBy: "contributor" } });
    await protocol.write(ada, protocol.addresses.datanets, datanetsAbi, "submit", [submission, signature]);
    await client.reach(root, "judging");
    expect(await submittedTimes(root)).toBe(1);
    expect(await protocol.client.getTransactionCount({ address: person(RELAYER).address })).toBe(sent);
  }, 400_000);

  it("can be taken over from a gateway that cannot send it, with its signature and nothing else", async () => {
    const { client } = await start({});
    const own = await prepare(client, ada);
    const relayer = person(RELAYER).address;
    const balance = await protocol.client.getBalance({ address: relayer });
    await protocol.client.setBalance({ address: relayer, value: 1n });
    await expect
      .poll(async () => (await client.dryRun(ada.address, TEXT, own.manifest.files.map(named))).body.gas)
      .toMatchObject({ paidBy: "contributor", reason: { key: "relayer-empty" } });
    await protocol.client.setBalance({ address: relayer, value: balance });
    const { body } = await client.submit(own.manifest, own.submission, own.signature, "contributor");
    expect(body).toMatchObject({ state: "awaiting", gas: { reason: { key: "own-choice" } } });
    const forged = await sign(ben, foundry.id, protocol.addresses.datanets, own.submission);
    expect(await client.submit(own.manifest, own.submission, forged)).toMatchObject({
      status: 401,
      body: { code: "bad-signature" },
    });
    const { submission, signature } = own;
    await protocol.write(ada, protocol.addresses.datanets, datanetsAbi, "submit", [submission, signature]);
    await client.reach(own.root, "judging");
    expect(await submittedTimes(own.root)).toBe(1);
  }, 400_000);
});

describe("a submission whose contributor pays while the gateway's transaction waits in the pool", () => {
  it("costs the gateway nothing but the nonce, and what comes behind it gets through", async () => {
    const { client } = await start({});
    const relayer = person(RELAYER).address;
    const nonces = (blockTag: "latest" | "pending") =>
      protocol.client.getTransactionCount({ address: relayer, blockTag });
    const own = await prepare(client, ada);
    const before = await nonces("latest");
    await protocol.client.setAutomine(false);
    try {
      const { manifest, submission, signature, root } = own;
      expect((await client.submit(manifest, submission, signature)).body.gas?.paidBy).toBe("gateway");
      await expect.poll(() => nonces("pending")).toBe(before + 1);
      // The price jumps over what the gateway offered, and the contributor does not want to wait.
      const { baseFeePerGas } = await protocol.client.getBlock();
      const jumped = 4n * (baseFeePerGas ?? 0n) + parseGwei("5");
      await protocol.client.setNextBlockBaseFeePerGas({ baseFeePerGas: jumped });
      const wallet = createWalletClient({ account: ada, chain: foundry, transport: http(protocol.url) });
      const paid = await wallet.writeContract({
        address: protocol.addresses.datanets,
        abi: datanetsAbi,
        functionName: "submit",
        args: [submission, signature],
        gas: 1_000_000n,
        maxFeePerGas: 2n * jumped,
        maxPriorityFeePerGas: parseGwei("2"),
      });
      await protocol.client.mine({ blocks: 1 });
      expect(await nonces("latest")).toBe(before);
      const done = await client.reach(root, "judging");
      expect(done.transaction).toBe(paid);
      await pRetry(
        async () => {
          // Empty blocks would make gas cheaper, until what the gateway offered at first is enough.
          await protocol.client.setNextBlockBaseFeePerGas({ baseFeePerGas: jumped });
          await protocol.client.mine({ blocks: 1 });
          expect(await nonces("latest")).toBe(before + 1);
        },
        { retries: 900, minTimeout: 100, factor: 1 },
      );
      const block = await protocol.client.getBlock({ includeTransactions: true });
      const [used] = block.transactions.filter(({ from }) => from === relayer.toLowerCase());
      expect(used).toMatchObject({ to: relayer.toLowerCase(), nonce: before, input: "0x" });
      expect(await submittedTimes(root)).toBe(1);
      expect((await client.progress(root)).body).toMatchObject({ state: "judging", transaction: paid });
    } finally {
      await protocol.client.setAutomine(true);
      await protocol.client.mine({ blocks: 1 });
    }
    const next = await prepare(client, ben);
    await client.submit(next.manifest, next.submission, next.signature);
    await client.reach(next.root, "judging");
    expect(await nonces("latest")).toBe(before + 2);
  }, 400_000);
});

describe("a gateway that may not pay for finalizing", () => {
  it("takes submissions all the same, and finalizes them once it may", async () => {
    const { client, dataDir } = await start({ RELAY_BUDGET_FINALIZING_ETH: "0" });
    const own = await prepare(client, person(7));
    await client.submit(own.manifest, own.submission, own.signature);
    const { docket = 0 } = await client.reach(own.root, "judging");
    const { items } = await readDocket(protocol.client, { addresses: protocol.addresses, docket });
    await protocol.judge(
      docket,
      packWord(Array.from({ length: items }, () => 2 as const)),
      () => 0,
      validators,
    );
    const { appealEnds = 0 } = await client.reach(own.root, "settled");
    await protocol.passUntil(appealEnds);
    await expect.poll(() => daemon?.log() ?? "").toContain("budget for finalizing is used up");
    expect((await client.progress(own.root)).body.state).toBe("settled");
    const other = await prepare(client, person(8));
    expect(other.gas?.paidBy).toBe("gateway");
    await client.submit(other.manifest, other.submission, other.signature);
    await client.reach(other.root, "judging");
    await daemon?.kill();
    const { client: again } = await start({}, dataDir);
    await again.reach(own.root, "finalized");
  }, 400_000);
});

describe("a gateway whose way to the chain fails all the time", () => {
  it("brings every submission to the chain once, publishes it, finalizes it, and goes on", async () => {
    const faulty = await FaultyRpc.start(protocol.url);
    const { client, url } = await start({ RPC_URL: faulty.url, RPC_TIMEOUT_SECONDS: "1" });
    const dice = diceOf(7);
    const faults = [...WIRE_FAULTS, ...ANSWER_FAULTS];
    faulty.script = () => (dice() < 0.2 ? faults[Math.floor(dice() * faults.length)] : undefined);
    const submitAll = (people: (typeof ada)[]) =>
      Promise.all(
        people.map(async (who) => {
          const own = await insist(() => prepare(client, who));
          await insist(async () => {
            const { status } = await client.submit(own.manifest, own.submission, own.signature);
            if (status !== 202) throw new Error(`The gateway answered ${status}.`);
          });
          return own.root;
        }),
      );
    const roots = await submitAll([ada, ben, person(4)]);
    const reach = (root: Hex, state: string) =>
      insist(async () => {
        const { body } = await client.progress(root);
        if (body.state === "failed") throw new Error(`The submission failed: ${body.error?.sentence}`);
        if (body.state !== state) throw new Error(`It is ${body.state}.`);
        return body;
      });
    const dockets = new Set<number>();
    for (const root of roots) dockets.add((await reach(root, "judging")).docket ?? 0);
    // So much later that the pool's next docket takes what comes now.
    await protocol.pass(COLLECTED_BY_SECONDS);
    roots.push(...(await submitAll([person(5), person(6)])));
    for (const root of roots) dockets.add((await reach(root, "judging")).docket ?? 0);
    expect(dockets.size).toBeGreaterThan(1);
    for (const docket of dockets) {
      const { items } = await readDocket(protocol.client, { addresses: protocol.addresses, docket });
      const word = packWord(Array.from({ length: items }, () => 2 as const));
      await protocol.judge(docket, word, () => 0, validators);
    }
    const settled = await Promise.all(roots.map((root) => reach(root, "settled")));
    await protocol.passUntil(Math.max(...settled.map(({ appealEnds = 0 }) => appealEnds)));
    for (const root of roots) {
      expect((await reach(root, "finalized")).files.map(({ grade }) => grade)).toEqual([2]);
      expect(await submittedTimes(root)).toBe(1);
    }
    const { address } = person(RELAYER);
    expect(await protocol.client.getTransactionCount({ address, blockTag: "pending" })).toBe(
      await protocol.client.getTransactionCount({ address }),
    );
    expect(faulty.faults).toBeGreaterThan(20);
    faulty.script = () => undefined;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await daemon?.kill();
    await faulty.stop();
  }, 400_000);
});

/** Tries until it works, as a person would. */
function insist<Result>(work: () => Promise<Result>): Promise<Result> {
  const again = (error: unknown) => {
    // Of a TypeError p-retry would believe that it comes every time.
    throw new Error(String(error), { cause: error });
  };
  return pRetry(() => work().catch(again), { retries: 1_500, minTimeout: 100, factor: 1 });
}

function named({ name, sha256 }: { name: string; sha256: Hex }) {
  return { name, sha256 };
}
