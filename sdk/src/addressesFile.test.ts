import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { addressesOf } from "./addresses.ts";
import { loadAddressesFile, loadAddressesFromEnvironment } from "./addressesFile.ts";

const folder = mkdtempSync(join(tmpdir(), "openledger-addresses-"));
afterAll(() => rmSync(folder, { recursive: true }));

const address = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
const names = [
  "timelock",
  "governor",
  "communityVesting",
  "investorsVesting",
  "teamVesting",
  "ecosystemVesting",
  "openToken",
  "accessManager",
  "parameters",
  "randomness",
  "vault",
  "seats",
  "court",
  "datanets",
  "training",
  "models",
  "attribution",
];
const deployment = { ...Object.fromEntries(names.map((name) => [name, address])), deploymentBlock: 12 };
const file = (content: string) => {
  const path = join(folder, "addresses.json");
  writeFileSync(path, content);
  return path;
};

test("a chain without a deployment is named", () => {
  expect(() => addressesOf(424242)).toThrow("No OpenLedger deployment is known for chain 424242.");
});

test("a file makes its chains known, with checksummed addresses", () => {
  loadAddressesFromEnvironment({ OPENLEDGER_ADDRESSES: file(JSON.stringify({ 777: deployment })) });
  expect(addressesOf(777)).toMatchObject({
    court: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    deploymentBlock: 12,
  });
});

test("without the variable nothing happens", () => {
  expect(() => loadAddressesFromEnvironment({})).not.toThrow();
});

test("a file that is missing or wrong is named with its fault", () => {
  expect(() => loadAddressesFile(join(folder, "nowhere.json"))).toThrow("nowhere.json cannot be used");
  expect(() => loadAddressesFile(file("{"))).toThrow("cannot be used");
  expect(() => loadAddressesFile(file(JSON.stringify({ 777: { ...deployment, court: "0x12" } })))).toThrow(
    "777.court: Not an address",
  );
  expect(() => loadAddressesFile(file(JSON.stringify({ local: deployment })))).toThrow("local: Invalid key");
});
