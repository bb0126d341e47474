import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { listProofOf, listRootOf } from "@openledger/sdk/contributorList";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Outcome, refusalOf, runJsonCommand } from "../testing/commandLine.ts";
import { type Daemon, startDaemon } from "../testing/daemon.ts";
import { furnish, owner, TEXT } from "../testing/furnishing.ts";
import { keyOf, person, TestProtocol } from "../testing/protocol.ts";
import { story } from "../testing/testFiles.ts";
import { WeakLine } from "../testing/weakLine.ts";
import { ExitCode } from "./exitCodes.ts";
import type { Io } from "./io.ts";

const BIN = new URL("../../bin/openledger.mjs", import.meta.url).pathname;
/** A text of 400 kB, which a cut line has some of. */
const LONG_BYTES = 400_000;
/** What requests have besides the file's bytes. */
const HEADERS_BYTES = 20_000;
/** Half the file and then all of it are more than this; the gateway had at least a quarter when the line stalled. */
const SENT_TWICE_BYTES = 1.5 * LONG_BYTES;
vi.setConfig({ testTimeout: 300_000 });

let protocol: TestProtocol;
let gateway: Daemon;
let line: WeakLine;
let directory: string;

beforeAll(async () => {
  protocol = await TestProtocol.start();
  directory = mkdtempSync(join(tmpdir(), "openledger-cli-uploads-"));
  await furnish(protocol);
  gateway = await startDaemon("gateway", {
    RPC_URL: protocol.url,
    DATA_DIR: join(directory, "gateway"),
    PRIVATE_KEY: keyOf(1),
  });
  line = await WeakLine.start(gateway.url);
}, 240_000);

afterAll(async () => {
  await line?.stop();
  await gateway?.kill();
  await protocol?.stop();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

beforeEach(() => {
  line.sentBytes = 0;
  line.stallAfter = Number.POSITIVE_INFINITY;
});

const environment = (account: number): Record<string, string> => ({
  RPC_URL: protocol.url,
  GATEWAY_URL: line.url,
  PRIVATE_KEY: keyOf(account),
  OPENLEDGER_DATA_DIR: join(directory, "home"),
});

const contribute = (account: number, args: string[], more: Partial<Io> = {}): Promise<Outcome> =>
  runJsonCommand(["contribute", ...args], { env: environment(account), cwd: directory, ...more });

/** Words that differ from file to file. */
function longFile(name: string): string {
  let text = "";
  for (let number = 0; text.length < LONG_BYTES; number += 1)
    text += `On day ${number} of ${name} the keeper wrote ${createHash("sha256").update(`${name}${number}`).digest("base64")}.\n`;
  writeFileSync(join(directory, name), text.slice(0, LONG_BYTES));
  return name;
}

/** The line stalls in the middle of a file, and the gateway has written what came through. */
function stalled(): Promise<void> {
  line.stallAfter = LONG_BYTES / 2;
  return new Promise((resolve, reject) => {
    line.onStall = () =>
      vi
        .waitFor(() => expect(unfinishedBytes()).toBeGreaterThan(LONG_BYTES / 4), { timeout: 90_000 })
        .then(resolve, reject);
  });
}

function unfinishedBytes(): number {
  const folder = join(directory, "gateway", "staging", "unfinished");
  return readdirSync(folder).reduce(
    (most, name) => Math.max(most, statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

test("goes on where it was after the connection broke in the middle, and tells how far it is", async () => {
  const name = longFile("cut.txt");
  const told: string[] = [];
  const broken = stalled().then(() => line.cut());
  const { code, json, err } = await contribute(2, [name, "--datanet", String(TEXT), "--dry-run"], {
    passing: (text) => told.push(text),
  });
  await broken;
  expect(err).toContain("the connection was lost");
  expect({ code, name: json.files[0].name }, err).toEqual({ code: ExitCode.DONE, name });
  expect(line.sentBytes).toBeLessThan(SENT_TWICE_BYTES);
  expect(told.at(-1)).toBe(`${name}: ${LONG_BYTES} of ${LONG_BYTES} bytes (100 %)`);
});

test("killed in the middle and started again, it sends only what the gateway does not have, and then nothing", async () => {
  const args = [longFile("killed.txt"), "--datanet", String(TEXT), "--dry-run"];
  const isHalfThere = stalled();
  const child = spawn(process.execPath, [BIN, "contribute", ...args], {
    env: { PATH: process.env.PATH, ...environment(3) },
    cwd: directory,
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await isHalfThere;
  child.kill("SIGKILL");
  await ended;

  const before = line.sentBytes;
  line.cut();
  line.sentBytes = 0;
  const again = await contribute(3, args);
  expect(again, again.err).toMatchObject({ code: 0, json: { files: [{ ok: true }] } });
  expect(before + line.sentBytes).toBeLessThan(SENT_TWICE_BYTES);

  line.sentBytes = 0;
  const third = await contribute(3, args);
  expect(third, third.err).toMatchObject({ code: 0, json: { files: [{ ok: true }] } });
  expect(line.sentBytes).toBeLessThan(HEADERS_BYTES);
});

test("Ctrl-C in the middle ends it, and what was begun is kept", async () => {
  const name = longFile("interrupted.txt");
  const stop = new AbortController();
  const interrupted = stalled().then(() => stop.abort());
  const args = [name, "--datanet", String(TEXT), "--dry-run"];
  const stopped = await contribute(4, args, { signal: stop.signal });
  await interrupted;
  expect(stopped).toMatchObject({ code: ExitCode.INTERRUPTED, json: undefined });
  expect(refusalOf(stopped)).toMatchObject({ code: "interrupted" });
  line.cut();
  expect(await contribute(4, args)).toMatchObject({ code: 0 });
  expect(line.sentBytes).toBeLessThan(SENT_TWICE_BYTES);
});

test("refuses what is too large before a byte of it is sent", async () => {
  writeFileSync(join(directory, "large.txt"), Buffer.alloc(10 * 1024 * 1024 + 1, "large "));
  const outcome = await contribute(2, ["large.txt", "--datanet", String(TEXT), "--dry-run"]);
  expect(outcome.code).toBe(ExitCode.REFUSED);
  expect(refusalOf(outcome)).toMatchObject({ code: "too-large" });
  expect(line.sentBytes).toBeLessThan(HEADERS_BYTES);
});

test("a Datanet with a list takes files of those who show that they are on it", async () => {
  const { addresses } = protocol;
  await protocol.write(owner, addresses.datanets, datanetsAbi, "create", [
    0,
    0n,
    0n,
    "Listed",
    "CC0-1.0",
    "Anything readable.",
  ]);
  const datanet = await protocol.client.readContract({
    address: addresses.datanets,
    abi: datanetsAbi,
    functionName: "datanetCount",
  });
  const list = [5, 6, 7].map((index) => person(index).address);
  await protocol.write(owner, addresses.datanets, datanetsAbi, "setContributorList", [
    datanet,
    listRootOf(list),
  ]);
  writeFileSync(join(directory, "list.txt"), `# of the archive\n${list.join("\n").toLowerCase()}\n`);
  writeFileSync(join(directory, "proof.json"), JSON.stringify(listProofOf(list, person(6).address)));
  for (const number of [1, 2]) {
    const { name, bytes } = story(number);
    writeFileSync(join(directory, name), bytes);
  }
  const into = ["--datanet", String(datanet), "--yes"];
  const unlisted = await contribute(5, ["story-1.txt", ...into]);
  expect(unlisted.code).toBe(ExitCode.REFUSED);
  expect(refusalOf(unlisted)).toMatchObject({
    code: "NotListed",
    next: expect.stringContaining("--list-proof"),
  });
  expect(line.sentBytes).toBe(0);

  const byList = await contribute(5, ["story-1.txt", ...into, "--list-proof", "list.txt"]);
  expect(byList, byList.err).toMatchObject({ code: 0, json: { contributor: person(5).address } });
  const byProof = await contribute(6, ["story-2.txt", ...into, "--pay", "--list-proof", "proof.json"]);
  expect(byProof, byProof.err).toMatchObject({ code: 0, json: { transactions: [{}] } });
  const stranger = await contribute(8, ["story-2.txt", ...into, "--list-proof", "list.txt"]);
  expect(refusalOf(stranger)).toMatchObject({ code: "NotListed" });
});
