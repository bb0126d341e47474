import { Problem } from "@openledger/sdk/problem";
import fc from "fast-check";
import { Refusal } from "../src/files/refusal.ts";

/** Something that takes input from strangers. */
export interface Target {
  name: string;
  /** How many inputs a full run gives it. */
  inputs: number;
  arbitrary: fc.Arbitrary<unknown>;
  /** Takes one input. Refusing is right; whatever else it throws is a defect. */
  take(input: never): unknown;
}

/** A target with its input's type inferred. */
export function target<Input>(
  name: string,
  inputs: number,
  arbitrary: fc.Arbitrary<Input>,
  take: (input: Input) => unknown,
): Target {
  return { name, inputs, arbitrary, take: take as Target["take"] };
}

/** The input with a number: the same for the same seed, whichever were tried before it. */
export function inputOf({ arbitrary, name }: Target, seed: number, index: number): unknown {
  const start = [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) | 0, seed);
  return fc.sample(arbitrary, { seed: (start + Math.imul(index, 0x9e3779b1)) | 0, numRuns: 1 })[0];
}

/** What is wrong with how a target took an input; undefined when nothing is. */
export async function tryInput(target: Target, input: unknown): Promise<string | undefined> {
  try {
    await target.take(input as never);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal || error instanceof Problem) return undefined;
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
