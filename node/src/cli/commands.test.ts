import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSubmission, readSubmitted } from "@openledger/sdk/client/readSubmission";
import { packWord } from "@openledger/sdk/grades";
import { encryptKeystoreJson } from "ethers";
import { type Hex, parseEther } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { killedWhen, type Outcome, refusalOf, runJsonCommand } from "../testing/commandLine.ts";
import { type Daemon, startDaemon } from "../testing/daemon.ts";
import { furnish, TEXT, validators } from "../testing/furnishing.ts";
import { keyOf, person, TestProtocol } from "../testing/protocol.ts";
import { story } from "../testing/testFiles.ts";
import { ExitCode } from "./exitCodes.ts";
import type { Io } from "./io.ts";

// A whole submission passes through its phases, on a machine that others use too.
vi.setConfig({ testTimeout: 300_000 });

let protocol: TestProtocol;
let gateway: Daemon;
let directory: string;

beforeAll(async () => {
  protocol = await TestProtocol.start();
  directory = mkdtempSync(join(tmpdir(), "openledger-cli-"));
  await furnish(protocol);
  gateway = await startDaemon("gateway", {
    RPC_URL: protocol.url,
    DATA_DIR: join(directory, "gateway"),
    PRIVATE_KEY: keyOf(1),
  });
}, 240_000);

afterAll(async () => {
  await gateway?.kill();
  await protocol?.stop();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

function environment(account: number): Record<string, string> {
  return {
    RPC_URL: protocol.url,
    GATEWAY_URL: gateway.url,
    PRIVATE_KEY: keyOf(account),
    OPENLEDGER_DATA_DIR: join(directory, "home"),
  };
}

/** Runs a command with --json as an account. */
const openledger = (account: number, args: string[], more: Partial<Io> = {}): Promise<Outcome> =>
  runJsonCommand(args, { env: environment(account), cwd: directory, ...more });

function fileOf(number: number): string {
  const { name, bytes } = story(number);
  writeFileSync(join(directory, name), bytes);
  return name;
}

test("stakes seats, leaves them, and takes the thawed stake home", async () => {
  const account = 11;
  const before = await openledger(account, ["status"]);
  expect(before.json.stakes).toMatchObject([{ pool: "TEXT", seats: 1 }]);

  // Nobody agreed: nothing happens.
  const unasked = await openledger(account, ["stake", "2", "--pool", "image"]);
  expect(unasked.code).toBe(ExitCode.REFUSED);
  expect(refusalOf(unasked)).toMatchObject({ code: "not-confirmed" });

  const staked = await openledger(account, ["stake", "2", "--pool", "image", "--yes"]);
  expect(staked, staked.err).toMatchObject({
    code: 0,
    json: {
      pool: "IMAGE",
      stake: { seats: 2 },
      transactions: [{ description: expect.stringMatching(/Stake 2/) }],
    },
  });
  const left = await openledger(account, ["unstake", "1", "--pool", "IMAGE"], {
    isInteractive: true,
    ask: async () => true,
  });
  expect(left.json).toMatchObject({ stake: { seats: 1 } });
  const early = await openledger(account, ["unstake", "--withdraw", "--pool", "IMAGE"]);
  expect(early.code).toBe(ExitCode.REFUSED);
  expect(refusalOf(early)).toMatchObject({ code: "StillThawing" });
  await protocol.passUntil(left.json.stake.thawsAt);
  const home = await openledger(account, ["unstake", "--withdraw", "--pool", "IMAGE"]);
  expect(home.json).toMatchObject({ stake: { seats: 1, thawingWei: "0" } });
});

test("contributes, is judged, verifies every byte, appeals, and claims", async () => {
  const names = [fileOf(900), fileOf(901)];
  const bad = "empty.txt";
  writeFileSync(join(directory, bad), "");
  const rehearsal = await openledger(2, ["contribute", ...names, "--datanet", String(TEXT), "--dry-run"]);
  expect(rehearsal, rehearsal.err).toMatchObject({
    code: 0,
    json: { ok: true, files: [{ ok: true }, { ok: true }] },
  });
  const refused = await openledger(2, ["contribute", ...names, bad, "--datanet", String(TEXT), "--yes"]);
  expect(refused.code).toBe(ExitCode.REFUSED);
  expect(refusalOf(refused).sentence).toContain("empty.txt");

  const sent = await openledger(2, [
    "contribute",
    ...names,
    bad,
    "--datanet",
    String(TEXT),
    "--yes",
    "--skip-refused",
  ]);
  expect(sent, sent.err).toMatchObject({
    code: 0,
    json: { datanet: TEXT, files: [{ name: names[0] }, { name: names[1] }] },
  });
  const root: Hex = sent.json.root;

  const state = await openledger(3, ["status", root]);
  expect(state.json).toMatchObject({ state: "judging", contributor: person(2).address });
  const early = await openledger(2, ["appeal", root, "--yes"]);
  expect(refusalOf(early)).toMatchObject({ code: "not-appealable" });

  const verified = await openledger(3, ["verify", root]);
  expect(verified, verified.err).toMatchObject({
    code: 0,
    json: { ok: true, files: [{ ok: true }, { ok: true }] },
  });

  await protocol.judge(state.json.docket, packWord([2, 0]), () => 8, validators);
  const judged = await openledger(2, ["status", root]);
  expect(judged.json).toMatchObject({ state: "settled", files: [{ grade: 2 }, { grade: 0 }] });
  const appealed = await openledger(10, ["appeal", root, "--yes"]);
  expect(appealed, appealed.err).toMatchObject({ code: 0, json: { root, level: 1 } });
  // The validators' fee of the docket is there to be claimed; a second time nothing is.
  const claimed = await openledger(10, ["claim"]);
  expect(claimed.code).toBe(0);
  expect(BigInt(claimed.json.claimedWei)).toBeGreaterThan(0n);
  expect((await openledger(10, ["claim"])).json).toMatchObject({ claimedWei: "0", transactions: [] });
});

test("verify ends with 1 when a source sends other bytes, and with 0 when another one makes up for it", async () => {
  const sent = await openledger(4, ["contribute", fileOf(910), "--datanet", String(TEXT), "--yes"]);
  const root: Hex = sent.json.root;
  const liar: Server = createServer((_request, response) => response.end("other bytes"));
  await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  const lied = await openledger(4, ["verify", root, "--from", url]);
  expect(lied).toMatchObject({ code: ExitCode.REFUSED, json: { ok: false, manifest: { ok: false } } });
  const both = await openledger(4, ["verify", root, "--from", url, gateway.url]);
  expect(both).toMatchObject({
    code: 0,
    json: { ok: true, sourceFaults: [{ source: url }, { source: url }] },
  });
  liar.close();
  const unknown = await openledger(4, ["verify", `0x${"12".repeat(32)}`]);
  expect(refusalOf(unknown)).toMatchObject({ code: "unknown-submission" });
});

test("pays for a submission itself, with a key from a keystore whose password is asked for", async () => {
  const privateKey = generatePrivateKey();
  const account = privateKeyToAccount(privateKey);
  const keystore = join(directory, "keystore.json");
  const keys = { address: account.address, privateKey };
  const quick = { scrypt: { N: 2, r: 1, p: 1 } };
  writeFileSync(keystore, await encryptKeystoreJson(keys, "correct horse", quick));
  await protocol.client.setBalance({ address: account.address, value: parseEther("1") });
  const args = [
    "contribute",
    fileOf(920),
    "--datanet",
    String(TEXT),
    "--yes",
    "--pay",
    "--keystore",
    keystore,
  ];
  const asked = { isInteractive: true, askPassword: async () => "correct horse" };
  const wrong = await openledger(5, args, { ...asked, askPassword: async () => "wrong" });
  expect(refusalOf(wrong)).toMatchObject({ code: "bad-account" });
  const sent = await openledger(5, args, asked);
  expect(sent, sent.err).toMatchObject({
    code: 0,
    json: { contributor: account.address, transactions: [{}] },
  });
  const transaction = await protocol.client.getTransaction({ hash: sent.json.transactions[0].hash });
  expect(transaction.from.toLowerCase()).toBe(account.address.toLowerCase());
});

test("a killed contribution goes on with what was signed, and is one submission", async () => {
  const account = 6;
  const args = ["contribute", fileOf(930), "--datanet", String(TEXT), "--yes", "--pay"];
  await killedWhen(args, /Submit 1 file|waiting for/, { env: environment(account), cwd: directory });
  const again = await openledger(account, args);
  expect(again, again.err).toMatchObject({ code: 0 });
  expect(again.err).toContain("were signed before");
  const submitted = await readSubmitted(protocol.client, {
    addresses: protocol.addresses,
    fromBlock: 0n,
    toBlock: await protocol.client.getBlockNumber(),
    contributor: person(account).address,
  });
  expect(submitted.map(({ args: { root } }) => root)).toEqual([again.json.root]);
  expect(
    await readSubmission(protocol.client, { addresses: protocol.addresses, root: again.json.root }),
  ).toBeDefined();
});

test("a killed stake is not staked twice", async () => {
  const account = 12;
  await protocol.client.setAutomine(false);
  try {
    const place = { env: environment(account), cwd: directory };
    await killedWhen(["stake", "1", "--pool", "AUDIO", "--yes"], /Stake 1 seat.* …/, place);
    await new Promise((resolve) => setTimeout(resolve, 300));
  } finally {
    await protocol.client.setAutomine(true);
    await protocol.client.mine({ blocks: 1 });
  }
  const again = await openledger(account, ["stake", "1", "--pool", "AUDIO", "--yes"]);
  expect(again, again.err).toMatchObject({ code: 0, json: { stake: { seats: 1 } } });
});

test("judges a file here as validators do", async () => {
  const good = await openledger(2, ["judge", fileOf(940)]);
  expect(good).toMatchObject({ code: 0, json: { pool: "TEXT", mediaType: "text/plain" } });
  expect(good.json.grade).toBeGreaterThan(0);
  writeFileSync(
    join(directory, "noise.png"),
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2]),
  );
  const bad = await openledger(2, ["judge", "noise.png"]);
  expect(bad).toMatchObject({
    code: ExitCode.REFUSED,
    json: { pool: "IMAGE", grade: 0, reason: expect.any(String) },
  });
  expect(bad.json.next).toBeTypeOf("string");
  expect(refusalOf(await openledger(2, ["judge", "none.txt"]))).toMatchObject({ code: "no-file" });
});

test.each([
  [["stake", "0", "--pool", "TEXT"], /whole number/],
  [["stake", "1"], /--pool/],
  [["stake", "1", "--pool", "VIDEO"], /pools are/],
  [["unstake", "--pool", "TEXT"], /either a number/],
  [["verify", "0x12"], /root/],
  [["contribute", "--datanet", "1"], /files/],
  [["contribute", "a.txt", "--datanet", "one"], /whole number/],
  [["status", "nobody"], /address/],
  [["verify", `0x${"ab".repeat(32)}`, "--from", "file:///etc/passwd"], /http/],
  [["dance"], /unknown command/],
  [["stake", "1", "--pool", "TEXT", "--private-key", "0x1"], /unknown option/],
])("%j is refused before anything is asked", async (args, sentence) => {
  const outcome = await openledger(2, args, { env: {} });
  expect(outcome.code).toBe(ExitCode.USAGE);
  expect(refusalOf(outcome).sentence).toMatch(sentence);
});

test("an account is needed only where something is signed, and nothing is guessed", async () => {
  const nobody = { env: { RPC_URL: protocol.url, GATEWAY_URL: gateway.url } };
  expect(refusalOf(await openledger(2, ["stake", "1", "--pool", "TEXT", "--yes"], nobody))).toMatchObject({
    code: "no-account",
  });
  const status = await openledger(2, ["status", person(2).address], nobody);
  expect(status, status.err).toMatchObject({
    code: 0,
    json: { account: person(2).address, chainId: 31_337 },
  });
  const silent = await openledger(2, ["status", person(2).address, "--rpc", "http://127.0.0.1:1"]);
  expect(silent.code).toBe(ExitCode.TRY_AGAIN);
  const gone = await openledger(2, [
    "contribute",
    fileOf(950),
    "--datanet",
    "1",
    "--gateway",
    "http://127.0.0.1:1",
  ]);
  expect(gone.code).toBe(ExitCode.TRY_AGAIN);
  const closed = await openledger(2, ["contribute", fileOf(950), "--datanet", "99", "--yes"]);
  expect(refusalOf(closed)).toMatchObject({ code: "UnknownDatanet" });
});

test("when the gateway is gone, a validator that judged a submission gives every byte of it", async () => {
  const sent = await openledger(7, [
    "contribute",
    fileOf(960),
    fileOf(961),
    "--datanet",
    String(TEXT),
    "--yes",
  ]);
  expect(sent, sent.err).toMatchObject({ code: 0 });
  const validator = await startDaemon("validator", {
    RPC_URL: protocol.url,
    GATEWAY_URL: gateway.url,
    DATA_DIR: join(directory, "validator"),
    PRIVATE_KEY: keyOf(10),
    POOLS: "TEXT",
  });
  try {
    const verify = ["verify", sent.json.root, "--from", validator.url];
    let verified = await openledger(7, verify);
    for (let attempt = 0; verified.code !== 0 && attempt < 100; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      verified = await openledger(7, verify);
    }
    await gateway.kill();
    const alone = await openledger(7, [...verify, gateway.url]);
    expect(alone, alone.err).toMatchObject({
      code: 0,
      json: { ok: true, manifest: { source: validator.url }, files: [{ ok: true }, { ok: true }] },
    });
    const judged = await openledger(7, ["judge", fileOf(962), "--daemon", validator.url]);
    expect(judged, judged.err).toMatchObject({ json: { pool: "TEXT", mediaType: "text/plain" } });
  } finally {
    await validator.stop();
  }
});
