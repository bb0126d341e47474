import type { ReasonKey } from "@openledger/sdk/reasons";
import type { RandomNumbers } from "../data/randomNumbers.ts";
import type { GoodFile, Modality } from "./corpus.ts";

/** A file after something was done to it. */
export interface Damaged {
  name: string;
  bytes: Buffer;
  /** Set when it is submitted to a Datanet that asks for something else. */
  guidelines?: string;
  /** Another good file that stands in it: it is as right to find it to repeat that one. */
  alsoFrom?: string;
}

/**
 * What has to come of a damaged file: it is rejected, with one of some reasons; it is found to repeat the file that it
 * was made from; or it is as good as before.
 */
export type Expected =
  | { verdict: "reject"; reasons: readonly ReasonKey[] }
  | { verdict: "duplicate" | "accept" };

/** One way to damage good files of a modality. */
export interface Damage {
  name: string;
  modality: Modality;
  /** What is done, in a clause. */
  what: string;
  /** Whether a person would call the result bad, or a copy, at first sight; only such damages count. */
  obvious: boolean;
  expected: Expected;
  /**
   * The damaged file; undefined when there is nothing in this file that can be damaged so.
   *
   * @param others Other good files of the same part and modality.
   */
  apply(
    file: GoodFile,
    random: RandomNumbers,
    others: readonly GoodFile[],
  ): Damaged | undefined | Promise<Damaged | undefined>;
}
