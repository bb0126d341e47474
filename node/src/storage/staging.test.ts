import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hex } from "viem";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, openFastDatabase } from "../app/database.ts";
import { Staging, TooManyBytesError } from "./staging.ts";

const ADA = { contributor: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", ip: "192.0.2.1" } as const;
const BEN = { contributor: "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", ip: "192.0.2.2" } as const;

let directory: string;
let database: Database;
let staging: Staging;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-staging-"));
  database = openFastDatabase(join(directory, "staging.sqlite"));
  staging = new Staging(join(directory, "staging"), database);
});
afterEach(async () => {
  database.close();
  await rm(directory, { recursive: true, force: true });
});

async function* pieces(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

function sha256(text: string): Hex {
  return `0x${createHash("sha256").update(text).digest("hex")}`;
}

const stored = () => readdir(join(directory, "staging/files"));

describe("staging", () => {
  it("hashes while it writes, and finds the file for its owner alone", async () => {
    const file = await staging.receive(ADA, pieces("two ", "parts"), 100);
    expect(file).toMatchObject({ sha256: sha256("two parts"), sizeBytes: 9 });
    expect(await readFile(file.path, "utf8")).toBe("two parts");
    expect(await staging.find(ADA.contributor, file.sha256)).toMatchObject({ sizeBytes: 9 });
    expect(await staging.find(BEN.contributor, file.sha256)).toBeUndefined();
  });

  it("takes exactly the limit, stops one byte later and keeps nothing of it", async () => {
    await expect(staging.receive(ADA, pieces("12345", "67890"), 10)).resolves.toMatchObject({
      sizeBytes: 10,
    });
    await expect(staging.receive(ADA, pieces("12345", "678901"), 10)).rejects.toBeInstanceOf(
      TooManyBytesError,
    );
    expect(staging.usedBytes(ADA)).toEqual({ bySender: 10, byIp: 10, total: 10 });
    expect(await readdir(join(directory, "staging/incoming"))).toEqual([]);
  });

  it("keeps the same bytes once, counts them for everybody who brought them, and drops them with the last", async () => {
    const first = await staging.receive(ADA, pieces("the same"), 100);
    await staging.receive(BEN, pieces("the ", "same"), 100);
    await staging.receive(ADA, pieces("the same"), 100);
    expect(await stored()).toHaveLength(1);
    expect(staging.usedBytes(ADA)).toEqual({ bySender: 8, byIp: 8, total: 8 });
    expect(staging.usedBytes(BEN)).toEqual({ bySender: 8, byIp: 8, total: 8 });
    staging.release(ADA.contributor, first.sha256);
    expect(await staging.find(ADA.contributor, first.sha256)).toBeUndefined();
    expect(await staging.find(BEN.contributor, first.sha256)).toBeDefined();
    staging.release(BEN.contributor, first.sha256);
    expect(await stored()).toEqual([]);
    expect(staging.usedBytes(BEN)).toEqual({ bySender: 0, byIp: 0, total: 0 });
  });

  it("counts by address and IP together, so that a stranger cannot use up what another may keep", async () => {
    await staging.receive(ADA, pieces("mine"), 100);
    await staging.receive({ contributor: ADA.contributor, ip: BEN.ip }, pieces("a stranger's"), 100);
    expect(staging.usedBytes(ADA)).toEqual({ bySender: 4, byIp: 4, total: 16 });
  });

  it("goes on after the process died, without what was on its way", async () => {
    const kept = await staging.receive(ADA, pieces("kept"), 10);
    await writeFile(join(directory, "staging/incoming/half"), "ha");
    const again = new Staging(join(directory, "staging"), database);
    expect(await again.find(ADA.contributor, kept.sha256)).toBeDefined();
    expect(await readdir(join(directory, "staging/incoming"))).toEqual([]);
  });

  it("does not believe a file after the machine went down: it is read once more, and gone when it is another", async () => {
    const good = await staging.receive(ADA, pieces("good"), 10);
    const bad = await staging.receive(ADA, pieces("bad"), 10);
    await writeFile(bad.path, "\0\0\0");
    database.exec("UPDATE staged_file SET boot = 'an earlier one'");
    expect(await staging.find(ADA.contributor, good.sha256)).toBeDefined();
    expect(await staging.find(ADA.contributor, bad.sha256)).toBeUndefined();
    expect(await stored()).toEqual([good.sha256.slice(2)]);
  });

  it("lets go of what is old and not needed, and of files that nobody owns", async () => {
    const kept = await staging.receive(ADA, pieces("kept"), 10);
    const dropped = await staging.receive(ADA, pieces("dropped"), 10);
    await writeFile(join(directory, "staging/files", "0".repeat(64)), "stray");
    expect(await staging.sweep(-1, (_owner, digest) => digest === kept.sha256)).toBe(2);
    expect(await staging.find(ADA.contributor, kept.sha256)).toBeDefined();
    expect(await staging.find(ADA.contributor, dropped.sha256)).toBeUndefined();
    expect(await stored()).toEqual([kept.sha256.slice(2)]);
  });
});
