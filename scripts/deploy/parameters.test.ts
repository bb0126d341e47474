import { readFileSync } from "node:fs";
import { formatEther } from "viem";
import { expect, test } from "vitest";
import { repositoryRoot } from "./hardhat.ts";
import { productionParameters } from "./parameters.ts";

const page = readFileSync(`${repositoryRoot}docs/protocol/parameters.md`, "utf8");

/** Rows of one section: the default beside each parameter's name. */
function defaultsOf(section: string): Record<string, string> {
  const text = page.split(`## ${section}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = [...text.matchAll(/^\| (\w+) \| ([^|]+) \|/gm)].filter(([, name]) => name !== "parameter");
  return Object.fromEntries(rows.map(([, name, value]) => [name, (value as string).trim()]));
}

const worded = (value: number | bigint) =>
  typeof value === "bigint" ? `${formatEther(value)} OPEN` : String(value);
const wordedAll = (rules: Record<string, number | bigint>) =>
  Object.fromEntries(Object.entries(rules).map(([name, value]) => [name, worded(value)]));

test("the page of parameters says what a public chain starts with", () => {
  const { poolRules, submissionLimits, seatRules, appealRules, trainingRules, contributorRules, usageRules } =
    productionParameters;
  expect(defaultsOf("Submissions")).toEqual(wordedAll(submissionLimits));
  expect(defaultsOf("Seats")).toEqual(wordedAll(seatRules));
  expect(defaultsOf("Appeals")).toEqual(wordedAll(appealRules));
  expect(defaultsOf("Training")).toEqual(wordedAll(trainingRules));
  expect(defaultsOf("Contributors")).toEqual(wordedAll(contributorRules));
  expect(defaultsOf("Use of models")).toEqual(wordedAll(usageRules));
  const [text, image, audio, compute] = poolRules;
  expect(image).toEqual(text);
  expect(audio).toEqual(text);
  const both = Object.entries(text).map(([name, value]) => {
    const ofCompute = compute[name as keyof typeof compute];
    return [name, value === ofCompute ? worded(value) : `${worded(value)} / ${worded(ofCompute)}`];
  });
  expect(defaultsOf("Pools")).toEqual(Object.fromEntries(both));
});
