/** The page of threats against the contracts' tests: every test it names exists, and every attack that is tested stands there. */
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../scripts/deploy/hardhat.ts";

const page = readFileSync(`${repositoryRoot}docs/protocol/threat-model.md`, "utf8");
const named = new Set([...page.matchAll(/`(test(?:Fuzz)?_attack_\w+)`/g)].map(([, name]) => name));
const tested = new Set(
  globSync("contracts/**/*.t.sol", { cwd: repositoryRoot }).flatMap((path) =>
    [...readFileSync(repositoryRoot + path, "utf8").matchAll(/function (test(?:Fuzz)?_attack_\w+)/g)].map(
      ([, name]) => name,
    ),
  ),
);

test("every test that the threat model names is there", () => {
  expect([...named].filter((name) => !tested.has(name))).toEqual([]);
});

test("every attack that is tested stands in the threat model", () => {
  expect([...tested].filter((name) => !named.has(name))).toEqual([]);
});
