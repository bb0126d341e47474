import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { lockAccount, lockDirectory } from "./lock.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-lock-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe("the lock of a data directory", () => {
  it("names its holder, keeps others out, and leaves nothing behind", async () => {
    const lock = lockDirectory(directory);
    expect(await readFile(join(directory, "lock"), "utf8")).toMatch(new RegExp(`^${process.pid} `));
    expect(() => lockDirectory(directory)).toThrow(`is in use by process ${process.pid}`);
    lock.release();
    expect(await readdir(directory)).toEqual([]);
    lockDirectory(directory).release();
  });

  it("of a dead process is taken over", async () => {
    // Higher than any pid of Linux.
    await writeFile(join(directory, "lock"), "4194305 1\n");
    lockDirectory(directory).release();
    expect(await readdir(directory)).toEqual([]);
  });

  it("of a process whose pid was given to another one is taken over", async () => {
    await writeFile(join(directory, "lock"), `${process.pid} 1\n`);
    lockDirectory(directory).release();
  });

  it("that cannot be read as one is taken over", async () => {
    await writeFile(join(directory, "lock"), "");
    lockDirectory(directory).release();
  });
});

test("an account votes from one data directory of a machine at a time", () => {
  const account = `0xa11ce-${process.pid}`;
  const lock = lockAccount(account);
  expect(() => lockAccount(account)).toThrow(
    `Process ${process.pid} on this machine votes with the same key`,
  );
  lock.release();
  lockAccount(account).release();
});
