import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import { allLocalAccounts, localAccounts, localPrivateKey } from "./localAccounts.ts";

test("the accounts are those of the test mnemonic, marked as local", () => {
  const [governance] = localAccounts(31337, "governance");
  expect(governance).toMatchObject({ index: 0, label: "governance (local only)" });
  expect(governance?.account.address).toBe("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
  expect(localAccounts(31337, "validator").map(({ index }) => index)).toEqual([10, 11, 12, 13, 14, 15, 16]);
});

test("roles share no account", () => {
  const accounts = allLocalAccounts(31337);
  expect(accounts.map(({ index }) => index)).toEqual(Array.from({ length: 23 }, (_, index) => index));
  expect(new Set(accounts.map(({ account }) => account.address)).size).toBe(23);
});

test("a key gives its account", () => {
  for (const one of localAccounts(31337, "trainer")) {
    expect(privateKeyToAccount(localPrivateKey(one)).address).toBe(one.account.address);
  }
});

test("no other chain has them", () => {
  expect(() => localAccounts(1, "contributor")).toThrow("not on chain 1");
});
