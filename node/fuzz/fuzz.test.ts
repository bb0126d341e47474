import { expect, test } from "vitest";
import { fileTargets, makeMoreFiles } from "./files.ts";
import { parserTargets } from "./parsers.ts";
import { inputOf, type Target, tryInput } from "./target.ts";

/** A slice of `npm run fuzz:inputs`, the same in every run. */
const SEED = 4;

async function failuresOf(target: Target, inputs: number): Promise<string[]> {
  const failures: string[] = [];
  for (let index = 0; index < inputs; index++) {
    const error = await tryInput(target, inputOf(target, SEED, index));
    if (error !== undefined) failures.push(`${target.name} ${index}: ${error}`);
  }
  return failures;
}

test.each(parserTargets.map((target) => [target.name, target] as const))(
  "%s takes anything, or refuses it in a sentence",
  async (_name, target) => {
    expect(await failuresOf(target, 60)).toEqual([]);
  },
);

test("files of every format with faults in them are judged or refused", async () => {
  const targets = fileTargets(await makeMoreFiles());
  expect((await Promise.all(targets.map((target) => failuresOf(target, 6)))).flat()).toEqual([]);
}, 60_000);

test("an input is the same whenever it is asked for", () => {
  for (const target of parserTargets) {
    expect(inputOf(target, SEED, 5)).toEqual(inputOf(target, SEED, 5));
  }
});
