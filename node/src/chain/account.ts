import { readFile } from "node:fs/promises";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { UserError } from "../app/errors.ts";
import type { CommonConfig } from "../config/config.ts";

/**
 * The account that signs this daemon's transactions, from PRIVATE_KEY or from an encrypted keystore file.
 *
 * @returns undefined when the configuration names neither.
 * @throws UserError when both are named, or the keystore cannot be opened.
 */
export async function loadAccount(config: CommonConfig): Promise<PrivateKeyAccount | undefined> {
  const { PRIVATE_KEY: key, KEYSTORE_FILE: file, KEYSTORE_PASSWORD: password } = config;
  if (key !== undefined && file !== undefined) {
    throw refusal("Both PRIVATE_KEY and KEYSTORE_FILE are set.", "Keep one of them.");
  }
  if (key !== undefined) return privateKeyToAccount(key as `0x${string}`);
  if (file === undefined) return undefined;
  if (password === undefined)
    throw refusal("KEYSTORE_PASSWORD is not set.", "Set it to the password of KEYSTORE_FILE.");
  const json = await readFile(file, "utf8").catch((error: unknown) => {
    throw refusal(
      `The keystore ${file} cannot be read.`,
      "Check the path in KEYSTORE_FILE and its permissions.",
      error,
    );
  });
  // Loaded where it is needed: it is large, and most daemons have their key from the environment.
  const { decryptKeystoreJson, isKeystoreJson } = await import("ethers");
  if (!isKeystoreJson(json)) {
    throw refusal(
      `${file} is not an encrypted JSON keystore.`,
      "Point KEYSTORE_FILE at a keystore of version 3.",
    );
  }
  try {
    const opened = await decryptKeystoreJson(json, password);
    return privateKeyToAccount(opened.privateKey as `0x${string}`);
  } catch (error) {
    throw refusal(`The keystore ${file} does not open with KEYSTORE_PASSWORD.`, "Check the password.", error);
  }
}

function refusal(sentence: string, next: string, cause?: unknown): UserError {
  return new UserError({ code: "bad-account", sentence, next }, cause);
}
