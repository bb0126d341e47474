/** One validator as a process of its own, with a person who confirms, a web hook, a crash, and a second daemon. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { cidOfDigest } from "@openledger/sdk/cid";
import { readDocket } from "@openledger/sdk/client/readDocket";
import { commitmentOf, deriveSalt } from "@openledger/sdk/commitment";
import { leavesOf, leavesRootOf } from "@openledger/sdk/leaves";
import { type Manifest, manifestBytes, manifestCid, manifestDigest } from "@openledger/sdk/manifest";
import { reasonOf } from "@openledger/sdk/reasons";
import type { Hex } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Daemon, startDaemon } from "../testing/daemon.ts";
import { furnish, TEXT, validators } from "../testing/furnishing.ts";
import { keyOf, person, TestProtocol } from "../testing/protocol.ts";

const contributor = person(5);
const text = Buffer.from(
  `Hens lay eggs in the morning, and the farmer collects them before noon. A good layer gives five a week in summer and
fewer when the days grow short. Fresh straw, clean water and a closed door at dusk keep foxes and mites away; whoever
forgets the door once remembers it for years. Sell what the family does not eat at the Saturday market in the village.`,
);
const sha256: Hex = `0x${createHash("sha256").update(text).digest("hex")}`;
const FIRST_DOCKET = 4;

/** What a person is asked to confirm, as far as this test looks at it. */
interface Proposal {
  digest: Hex;
  items: { grade: number; findings: { check: string; why: string }[] }[];
}

/** Stands for Python: it speaks the worker's protocol, and finds every text as easy to foresee. */
const PYTHON = `#!${process.execPath}
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  const result = { natsPerByte: 0.5, perplexity: 38.26, tokens: 7, bytes: Buffer.byteLength(params.text), base: method };
  console.log(JSON.stringify({ id, result }));
});
`;

let folder: string;
let protocol: TestProtocol;
let server: Server;
let url: string;
let daemon: Daemon;
const served = new Map<string, Uint8Array>();
const told: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-validator-"));
  mkdirSync(join(folder, "base"));
  writeFileSync(join(folder, "base", "config.json"), "{}");
  writeFileSync(join(folder, "python"), PYTHON, { mode: 0o755 });
  server = createServer(async (request, response) => {
    if (request.method === "POST") {
      let body = "";
      for await (const part of request) body += part;
      told.push((JSON.parse(body) as { type: string }).type);
      return void response.writeHead(204).end();
    }
    const bytes = served.get(new URL(request.url ?? "", "http://gateway").pathname.split("/").at(-1) ?? "");
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  protocol = await TestProtocol.start();
  await furnish(protocol);
  // Windows shall not close because this machine is slow: chain time goes by blocks, and where the test turns it.
  await protocol.client.setBlockTimestampInterval({ interval: 1 });
}, 120_000);

afterAll(async () => {
  await daemon?.stop();
  await protocol?.stop();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = (directory: string) =>
  startDaemon("validator", {
    RPC_URL: protocol.url,
    GATEWAY_URL: url,
    PRIVATE_KEY: keyOf(10),
    DATA_DIR: join(folder, directory),
    POOLS: "TEXT",
    PERPLEXITY_BASE: join(folder, "base"),
    PYTHON: join(folder, "python"),
    VOTING_MODE: "propose",
    WEBHOOK_URL: `${url}/hook`,
    WEBHOOK_SECRET: "a long random text for tests",
  });

async function ask<Result>(path: string, payload?: object): Promise<Result> {
  const token = readFileSync(join(folder, "first", "page-token"), "utf8").trim();
  const response = await fetch(`${daemon.url}${path}`, {
    method: payload === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(payload === undefined ? {} : { body: JSON.stringify(payload) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Result;
}

async function pass(seconds: number): Promise<void> {
  const { timestamp } = await protocol.client.getBlock();
  await protocol.client.setNextBlockTimestamp({ timestamp: timestamp + BigInt(seconds) });
  await protocol.client.mine({ blocks: 1 });
}

async function passUntil(moment: number): Promise<void> {
  const { timestamp } = await protocol.client.getBlock();
  if (timestamp <= moment) await pass(moment - Number(timestamp) + 1);
}

/** A docket of one submission of one file, drawn. */
async function submitAndDraw(): Promise<number[]> {
  const { addresses } = protocol;
  const manifest: Manifest = {
    version: 1,
    chainId: foundry.id,
    datanets: addresses.datanets,
    datanet: TEXT,
    terms: 1,
    licence: "CC0-1.0",
    contributor: contributor.address,
    files: [
      {
        name: "hens.txt",
        mediaType: "text/plain",
        sizeBytes: text.length,
        sha256,
        salt: `0x${"07".repeat(32)}`,
        cid: cidOfDigest(sha256),
      },
    ],
  };
  served.set(manifestCid(manifest), manifestBytes(manifest));
  served.set(cidOfDigest(sha256), text);
  const submission = {
    contributor: contributor.address,
    datanet: TEXT,
    files: 1,
    sizeBytes: text.length,
    terms: 1,
    leavesRoot: leavesRootOf(leavesOf(contributor.address, manifest.files)),
    manifestDigest: manifestDigest(manifest),
    deadline: 2 ** 33,
  };
  await protocol.write(contributor, addresses.datanets, datanetsAbi, "submit", [submission, "0x"]);
  await pass(60);
  await protocol.write(person(0), addresses.court, courtAbi, "close", [0]);
  await protocol.client.mine({ blocks: 8 });
  await protocol.write(person(0), addresses.court, courtAbi, "draw", [FIRST_DOCKET]);
  const drawn = await protocol.client.readContract({
    address: addresses.court,
    abi: courtAbi,
    functionName: "committee",
    args: [FIRST_DOCKET],
  });
  return validators.map(({ address }) => drawn.indexOf(address));
}

/** What the other two voters do: they reject as well. */
async function vote(step: "commit" | "reveal", draws: number[]): Promise<void> {
  const court = protocol.addresses.court;
  const reasons: Hex = `0x${reasonOf("toxic").code.toString(16)}`;
  for (const [index, voter] of [...validators.entries()].slice(1)) {
    const place = { chainId: foundry.id, court, docket: FIRST_DOCKET };
    const salt = await deriveSalt(voter, { ...place, round: 0 });
    const commitment = commitmentOf({ ...place, voter: voter.address, word: 0n, reasons, salt });
    const args =
      step === "commit"
        ? [FIRST_DOCKET, commitment]
        : [FIRST_DOCKET, draws[index] as number, 0n, salt, reasons];
    await protocol.write(voter, court, courtAbi, step, args);
  }
}

const voterHas = (eventName: "Committed" | "Revealed") =>
  vi.waitFor(
    async () => {
      const events = await protocol.client.getContractEvents({
        address: protocol.addresses.court,
        abi: courtAbi,
        eventName,
        args: { docket: FIRST_DOCKET, voter: validators[0]?.address as Hex },
        fromBlock: 0n,
      });
      expect(events).toHaveLength(1);
    },
    { timeout: 90_000, interval: 200 },
  );

test("a person changes a proposed grade; the vote, its log and the web hook say so, over a crash", async () => {
  daemon = await start("first");
  const draws = await submitAndDraw();
  const { digest, items } = await vi.waitFor(
    async () => {
      const proposal = await ask<Proposal>(`/v1/proposals/${FIRST_DOCKET}/0`);
      // Nothing waits for the perplexity; it comes soon after.
      expect(proposal.items[0]?.findings.map(({ check }) => check)).toContain("perplexity");
      return proposal;
    },
    { timeout: 90_000, interval: 200 },
  );
  expect(items[0]?.grade).toBeGreaterThan(0);
  const measured = items[0]?.findings.find(({ check }) => check === "perplexity");
  expect(measured?.why).toContain(`0.50 nats a byte over its first 7 tokens (${text.length} bytes)`);

  // Another daemon with this key, and a directory of its own, does not start beside it.
  const twin = await start("second");
  expect((await twin.ended).code).toBe(1);
  expect(twin.log()).toContain("votes with the same key already");

  const changes = [{ item: 0, grade: 0, reason: "toxic", note: "It insults hens." }];
  await ask(`/v1/proposals/${FIRST_DOCKET}/0`, { seen: digest, changes });
  await voterHas("Committed");
  await vote("commit", draws);
  await daemon.kill();
  daemon = await start("first");
  const docket = await readDocket(protocol.client, { addresses: protocol.addresses, docket: FIRST_DOCKET });
  await passUntil(docket.commitEnds);
  await vote("reveal", draws);
  await voterHas("Revealed");
  await passUntil(docket.revealEnds);

  // Nobody else settles it.
  const { votes } = await vi.waitFor(
    async () => {
      await pass(3);
      const answer = await ask<{ votes: Record<string, unknown>[] }>("/v1/votes");
      expect(answer.votes).toHaveLength(1);
      return answer;
    },
    { timeout: 90_000, interval: 500 },
  );
  expect(votes[0]).toMatchObject({
    docket: FIRST_DOCKET,
    decidedBy: "person",
    changes: [{ item: 0, grade: 0, reason: "toxic", note: "It insults hens.", proposed: items[0] && {} }],
    items: [{ grade: 0, reason: "toxic", content: { name: "hens.txt" } }],
  });
  const [judged] = (votes[0]?.items ?? []) as { findings: { check: string; why: string }[] }[];
  expect(judged?.findings.length).toBeGreaterThan(0);
  await vi.waitFor(
    () => expect(told).toEqual(["vote.drawn", "vote.reveal-due", "vote.verdict", "vote.paid"]),
    { timeout: 90_000 },
  );
}, 180_000);
