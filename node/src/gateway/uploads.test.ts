import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openFastDatabase } from "../app/database.ts";
import { readConfig } from "../config/config.ts";
import type { Assay, AssayRequest } from "../judge/assay.ts";
import { Staging } from "../storage/staging.ts";
import type { TestFile } from "../testing/gatewayClient.ts";
import { sha256, story, text } from "../testing/testFiles.ts";
import { gatewayConfig } from "./gatewayConfig.ts";
import { StagedAssays } from "./stagedAssays.ts";
import { type UploadedFile, Uploads } from "./uploads.ts";

const ADA = { contributor: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", ip: "192.0.2.1" } as const;
const DATANET = { datanet: 1, pool: 0, terms: 1 } as const;
/** A file that ends whatever examines it. */
const DEADLY = "deadly.txt";
/** More than wait at once before a gateway counts as busy. */
const MANY = 70;

/** Longer than any test. */
const FOREVER = 1_000_000;

let directory: string;
let database: Database;
let assays: StagedAssays;
let parts: ConstructorParameters<typeof Uploads>[0];
let uploads: Uploads;
/** Files that are being examined, with what ends that. */
let waiting: Map<string, (assay: Assay) => void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-uploads-"));
  database = openFastDatabase(join(directory, "staging.sqlite"));
  waiting = new Map();
  assays = new StagedAssays(database, {
    assay: async ({ name }: AssayRequest) => {
      if (name === DEADLY) throw new Error("The process that examined it died.");
      return new Promise((resolve) => waiting.set(name, resolve));
    },
  });
  parts = {
    config: readConfig(gatewayConfig, { RPC_URL: "http://127.0.0.1:8545", DATA_DIR: directory }),
    staging: new Staging(join(directory, "staging"), database),
    assays,
    licences: { termsOf: async () => undefined },
  };
  uploads = new Uploads(parts, FOREVER);
});
afterEach(async () => {
  database.close();
  await rm(directory, { recursive: true, force: true });
});

/** Sends a file; what is returned asks what it is. */
function send({ name, bytes }: TestFile): Promise<() => Promise<UploadedFile>> {
  const content = (async function* () {
    yield bytes;
  })();
  return uploads.receive(ADA, DATANET, name, content);
}

async function examined(name: string, reason?: "wrong-type"): Promise<void> {
  await expect.poll(() => waiting.has(name)).toBe(true);
  waiting.get(name)?.({
    inspection: { mediaType: "text/plain", sizeBytes: 1, ...(reason === undefined ? {} : { reason }) },
    opinion: { grade: reason === undefined ? 2 : 0, why: "Judged by a test." },
  });
}

/** As many files as make a gateway busy are being examined. */
async function keepBusy(): Promise<void> {
  for (let number = 0; number < MANY; number += 1) await send(story(number));
  await expect.poll(() => assays.underWay).toBe(MANY);
}

const isPending = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => false), new Promise<boolean>((resolve) => setTimeout(resolve, 50, true))]);

test("a gateway that is not busy says what a file is once it knows", async () => {
  const file = story(1000);
  const answer = (await send(file))();
  expect(await isPending(answer)).toBe(true);
  await examined(file.name);
  expect(await answer).toMatchObject({ name: file.name, ok: true, examined: true });
});

test("a busy one takes a file without saying what it is, and whoever rehearses its submission waits for that", async () => {
  await keepBusy();
  const [good, bad] = [text("good.txt", "The tide comes in.\n"), text("bad.txt", "Not really a text.\n")];
  for (const file of [good, bad]) {
    const digest = sha256(file.bytes);
    const answer = await (await send(file))();
    expect(answer).toEqual({
      name: file.name,
      mediaType: "text/plain",
      sizeBytes: file.bytes.length,
      sha256: digest,
      cid: expect.stringMatching(/^baf/),
      ok: true,
      examined: false,
    });
    const rehearsal = uploads.find(ADA.contributor, DATANET, file.name, digest);
    expect(await isPending(rehearsal)).toBe(true);
    await examined(file.name, file === bad ? "wrong-type" : undefined);
    expect(await rehearsal).toMatchObject({
      inspection: { mediaType: "text/plain", ...(file === bad ? { reason: "wrong-type" } : {}) },
      cid: answer.cid,
    });
  }
});

test("one that nothing keeps busy but this file does not keep its sender waiting for ever", async () => {
  uploads = new Uploads(parts, 10);
  expect(await (await send(story(1000)))()).toMatchObject({ ok: true, examined: false });
});

test("what is known already is said by a busy one too", async () => {
  const file = story(2000);
  const first = (await send(file))();
  await examined(file.name, "wrong-type");
  expect(await first).toMatchObject({ ok: false, examined: true });
  await keepBusy();
  const tell = await send(file);
  await uploads.find(ADA.contributor, DATANET, file.name, sha256(file.bytes));
  expect(await tell()).toMatchObject({ ok: false, examined: true, reason: { key: "wrong-type" } });
});

test("an examination that fails is told to whoever waits for it, and to nobody else", async () => {
  await keepBusy();
  const file = text(DEADLY, "Nobody reads this.\n");
  expect(await (await send(file))()).toMatchObject({ ok: true, examined: false });
  const rehearsal = uploads.find(ADA.contributor, DATANET, file.name, sha256(file.bytes));
  await expect(rehearsal).rejects.toThrow("died");
});
