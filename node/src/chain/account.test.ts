import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encryptKeystoreJson } from "ethers";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommonConfig } from "../config/config.ts";
import { loadAccount } from "./account.ts";

const KEY = `0x${"42".repeat(32)}` as const;
const { address } = privateKeyToAccount(KEY);

let directory: string;
let keystore: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "openledger-account-"));
  keystore = join(directory, "keystore.json");
  // A cheap key derivation: the file's form is what matters here.
  await writeFile(
    keystore,
    await encryptKeystoreJson({ address, privateKey: KEY }, "right", { scrypt: { N: 2 } }),
  );
  await writeFile(join(directory, "other.json"), "{}");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

function load(config: Partial<CommonConfig>) {
  return loadAccount(config as CommonConfig);
}

describe("the account", () => {
  it("comes from a key or from an encrypted keystore, or there is none", async () => {
    expect((await load({ PRIVATE_KEY: KEY }))?.address).toBe(address);
    expect((await load({ KEYSTORE_FILE: keystore, KEYSTORE_PASSWORD: "right" }))?.address).toBe(address);
    expect(await load({})).toBeUndefined();
  });

  it.each([
    [{ PRIVATE_KEY: KEY, KEYSTORE_FILE: "x" }, "Both PRIVATE_KEY and KEYSTORE_FILE are set."],
    [{ KEYSTORE_FILE: "keystore.json" }, "KEYSTORE_PASSWORD is not set."],
    [{ KEYSTORE_FILE: "keystore.json", KEYSTORE_PASSWORD: "wrong" }, "does not open with KEYSTORE_PASSWORD."],
    [{ KEYSTORE_FILE: "missing.json", KEYSTORE_PASSWORD: "x" }, "cannot be read."],
    [{ KEYSTORE_FILE: "other.json", KEYSTORE_PASSWORD: "x" }, "is not an encrypted JSON keystore."],
  ])("that cannot be had is refused in a sentence: %o", async (config, sentence) => {
    const placed =
      config.KEYSTORE_FILE === undefined
        ? config
        : { ...config, KEYSTORE_FILE: join(directory, config.KEYSTORE_FILE) };
    await expect(load(placed)).rejects.toMatchObject({
      sentence: expect.stringContaining(sentence),
      next: expect.stringMatching(/\.$/),
    });
  });
});
