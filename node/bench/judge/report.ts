import type { Judged } from "./measure.ts";

/** How often one damage led to what. */
export interface Confusion {
  damage: string;
  modality: string;
  obvious: boolean;
  expected: string;
  files: number;
  right: number;
  /** Files by what was found: a grade, or a reason. */
  found: Record<string, number>;
}

/** The figures of one run. */
export interface Figures {
  /**
   * Share of files that were rightly accepted or rejected: good ones, harmlessly changed ones, and those with damage that
   * a person would call obvious.
   */
  accuracy: number;
  /** Share of good and harmlessly changed files that were rejected. */
  falseRejections: number;
  /** Share of near duplicates that were found, and found to be of the file that they were made from. */
  nearDuplicateRecall: number;
  /** Share of good and harmlessly changed files that were taken for copies. */
  nearDuplicateFalseAlarms: number;
  /** How many files each share is of. */
  counts: {
    good: number;
    harmless: number;
    obviousDamage: number;
    nearDuplicates: number;
    notObvious: number;
  };
}

/** The figures of judged files. Damage that is not obvious is in the confusion only. */
export function figuresOf(judged: readonly Judged[]): Figures {
  const counted = judged.filter(({ obvious }) => obvious);
  const worthy = counted.filter(({ expected }) => expected.verdict === "accept");
  const damaged = counted.filter(({ expected }) => expected.verdict === "reject");
  const copies = counted.filter(({ expected }) => expected.verdict === "duplicate");
  return {
    accuracy: share([...worthy, ...damaged], ({ right }) => right),
    falseRejections: share(worthy, ({ right }) => !right),
    nearDuplicateRecall: share(copies, ({ right }) => right),
    nearDuplicateFalseAlarms: share(worthy, ({ duplicateOf }) => duplicateOf !== undefined),
    counts: {
      good: worthy.filter(({ damage }) => damage === undefined).length,
      harmless: worthy.filter(({ damage }) => damage !== undefined).length,
      obviousDamage: damaged.length,
      nearDuplicates: copies.length,
      notObvious: judged.length - counted.length,
    },
  };
}

/** What became of each damage, and of the files without one. */
export function confusionOf(judged: readonly Judged[]): Confusion[] {
  const rows = new Map<string, Confusion>();
  for (const { damage = "none", modality, obvious, expected, right, grade, reason } of judged) {
    const key = `${modality} ${damage}`;
    const wanted = expected.verdict === "reject" ? expected.reasons.join(" or ") : expected.verdict;
    const row = rows.get(key) ?? {
      damage,
      modality,
      obvious,
      expected: wanted,
      files: 0,
      right: 0,
      found: {},
    };
    const what = grade > 0 ? `grade ${grade}` : (reason ?? "");
    row.files++;
    if (right) row.right++;
    row.found[what] = (row.found[what] ?? 0) + 1;
    rows.set(key, row);
  }
  return [...rows.values()];
}

/** A file about which the judge was wrong. */
export interface Miss {
  modality: string;
  file: string;
  damage: string;
  obvious: boolean;
  expected: string;
  found: string;
  why: string;
}

/** Every file about which the judge was wrong. */
export function missesOf(judged: readonly Judged[]): Miss[] {
  return judged
    .filter(({ right }) => !right)
    .map(({ modality, file, damage = "none", obvious, expected, grade, reason, why }) => ({
      modality,
      file,
      damage,
      obvious,
      expected: expected.verdict,
      found: grade > 0 ? `grade ${grade}` : (reason ?? ""),
      why,
    }));
}

function share<Item>(items: readonly Item[], counts: (item: Item) => boolean): number {
  return items.length === 0 ? 0 : items.filter(counts).length / items.length;
}
