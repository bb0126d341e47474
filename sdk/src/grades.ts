import { bytesToHex, type Hex, hexToBytes } from "viem";
import { MAX_ITEMS } from "./pools.ts";
import { Problem } from "./problem.ts";

/** A grade: 0 reject, 1 fair, 2 good, 3 excellent. A file's points are its grade. */
export type Grade = 0 | 1 | 2 | 3;

/** What each grade is called. */
export const GRADE_NAMES = ["reject", "fair", "good", "excellent"] as const;

/**
 * One word from the grades of up to 128 items: item i in bits 2i and 2i+1.
 *
 * @throws {Problem} `too-many-items` for more than 128 grades.
 * @example
 * packWord([3, 0, 1]); // 0b01_00_11n
 */
export function packWord(grades: readonly Grade[]): bigint {
  if (grades.length > MAX_ITEMS) {
    throw new Problem(
      "too-many-items",
      `A word holds ${MAX_ITEMS} grades, not ${grades.length}.`,
      "Grade one docket at a time.",
    );
  }
  return grades.reduce((word, grade, item) => word | (BigInt(grade) << BigInt(2 * item)), 0n);
}

/** The grade of one item of a word. */
export function gradeAt(word: bigint, item: number): Grade {
  return Number((word >> BigInt(2 * item)) & 3n) as Grade;
}

/** The grades of the first `items` items of a word. */
export function unpackWord(word: bigint, items: number): Grade[] {
  return Array.from({ length: items }, (_, item) => gradeAt(word, item));
}

/**
 * A part of a word, shifted to bit 0: the grades of `items` items from `position`, as `Court.gradesOf` returns them.
 */
export function sliceWord(word: bigint, position: number, items: number): bigint {
  return (word >> BigInt(2 * position)) & ((1n << BigInt(2 * items)) - 1n);
}

/** The items of a word whose grade is 0, in order. */
export function rejectedItems(word: bigint, items: number): number[] {
  return unpackWord(word, items).flatMap((grade, item) => (grade === 0 ? [item] : []));
}

/** A revealed word and the number of drawn seats that it counts for. */
export type WeightedWord = { word: bigint; weight: number };

/**
 * The verdict of revealed votes: for each item the lower median, seat by seat. A grade is at least g exactly when
 * strictly more than half of the votes are.
 *
 * @example
 * medianWord([{ word: 3n, weight: 1 }, { word: 2n, weight: 1 }, { word: 0n, weight: 1 }], 1); // 2n
 */
export function medianWord(votes: readonly WeightedWord[], items: number): bigint {
  const total = votes.reduce((sum, vote) => sum + vote.weight, 0);
  const verdict = Array.from({ length: items }, (_, item): Grade => {
    const atLeast = (grade: number) =>
      votes.reduce((sum, vote) => sum + (gradeAt(vote.word, item) >= grade ? vote.weight : 0), 0) * 2 > total;
    return atLeast(3) ? 3 : atLeast(2) ? 2 : atLeast(1) ? 1 : 0;
  });
  return packWord(verdict);
}

/** Whether a vote on one item disagrees with the verdict: about acceptance, or by two grades or more. */
export function isMismatch(vote: Grade, verdict: Grade): boolean {
  return (vote === 0) !== (verdict === 0) || Math.abs(vote - verdict) >= 2;
}

/** On how many items a word disagrees with the verdict. */
export function countMismatches(word: bigint, verdict: bigint, items: number): number {
  const verdictGrades = unpackWord(verdict, items);
  return unpackWord(word, items).filter((grade, item) => isMismatch(grade, verdictGrades[item] as Grade))
    .length;
}

/** Whether a voter is paid: its mismatches are within the pool's tolerance. */
export function isCoherent(word: bigint, verdict: bigint, items: number, toleranceBps: number): boolean {
  return countMismatches(word, verdict, items) * 10_000 <= items * toleranceBps;
}

/** The share of accepted items (grade above 0) of a word. */
export function countAccepted(word: bigint, items: number): number {
  return items - rejectedItems(word, items).length;
}

/** The sum of the grades of a word: its points. */
export function pointsOf(word: bigint, items: number): number {
  return unpackWord(word, items).reduce((sum: number, grade) => sum + grade, 0);
}

/**
 * The reason bytes that go with a word: one for each rejected item, in the order of the items.
 *
 * @param reasonOf The reason code of a rejected item.
 * @example
 * packReasons(packWord([1, 0, 0]), 3, (item) => item); // "0x0102"
 */
export function packReasons(word: bigint, items: number, reasonOf: (item: number) => number): Hex {
  return bytesToHex(Uint8Array.from(rejectedItems(word, items), reasonOf));
}

/**
 * The reason code of each rejected item of a revealed word, by item.
 *
 * @throws {Problem} `reason-count` when the number of bytes is not the number of rejected items.
 */
export function unpackReasons(word: bigint, items: number, reasons: Hex): Map<number, number> {
  const bytes = hexToBytes(reasons);
  const rejected = rejectedItems(word, items);
  if (bytes.length !== rejected.length) {
    throw new Problem(
      "reason-count",
      `The word rejects ${rejected.length} items, but ${bytes.length} reasons came with it.`,
      "Read word, reasons and item count from the same docket.",
      { values: { rejected: rejected.length, reasons: bytes.length } },
    );
  }
  return new Map(rejected.map((item, index) => [item, bytes[index] as number]));
}
