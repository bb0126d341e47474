import type { Grade } from "../../sdk/src/grades.ts";
import type { Actors } from "./config.ts";
import type { Random } from "./random.ts";
import type { Behaviour } from "./seats.ts";
import { type ContributorKind, type File, gradeOf } from "./world.ts";

/** A file before the court. */
export type Item = { file: File; contributor: number; kind: ContributorKind };

/** What everybody can read from the chain: the grades given so far, over all and to each contributor. */
export class PublicRecord {
  readonly #total: number[] = [0, 0, 0, 0];
  readonly #of = new Map<number, number[]>();

  /** Take down a final grade. */
  add(contributor: number, grade: Grade): void {
    const counts = this.#of.get(contributor) ?? [0, 0, 0, 0];
    counts[grade] = (counts[grade] as number) + 1;
    this.#of.set(contributor, counts);
    this.#total[grade] = (this.#total[grade] as number) + 1;
  }

  /** A grade as often as it was given before; good before there were any. */
  sample(random: Random): Grade {
    const all = this.#total.reduce((sum, count) => sum + count, 0);
    if (all === 0) return 2;
    let left = random.below(all);
    for (const grade of [0, 1, 2] as const) {
      left -= this.#total[grade] as number;
      if (left < 0) return grade;
    }
    return 3;
  }

  /** The grade that a contributor got most often; good for one who is new. */
  usual(contributor: number): Grade {
    const counts = this.#of.get(contributor);
    if (!counts) return 2;
    return counts.indexOf(Math.max(...counts)) as Grade;
  }
}

/** What a voter knows when it votes. */
export type Situation = {
  items: readonly Item[];
  record: PublicRecord;
  actors: Actors;
  /** Whether the ring holds more than half of the drawn seats. */
  ringMajority: boolean;
  random: Random;
};

/** A voter's grades, and those that it would have given had it only judged. */
export type Vote = { grades: Grade[]; sincere: Grade[] };

/** How each kind of holder grades a docket. */
export function voteOf(behaviour: Behaviour, situation: Situation): Vote {
  const { items, record, random } = situation;
  const all = (grade: (item: Item) => Grade): Vote => {
    const grades = items.map(grade);
    return { grades, sincere: grades };
  };
  switch (behaviour) {
    case "lazyAccept":
      return all(() => 2);
    case "lazyPrior":
      return all(() => record.sample(random));
    case "lazyCopy":
      return all((item) => record.usual(item.contributor));
    case "honest":
      return all((item) => perceive(item, situation));
    case "ring": {
      const { sincere } = all((item) => perceive(item, situation));
      return { sincere, grades: sincere.map((grade, i) => ringGrade(items[i] as Item, grade, situation)) };
    }
  }
}

function perceive({ file }: Item, { actors, random }: Situation): Grade {
  return gradeOf(file.appearance + actors.noise * random.gaussian());
}

function ringGrade(item: Item, sincere: Grade, { actors, ringMajority }: Situation): Grade {
  const strategy = actors.ringStrategy;
  if (strategy === "opportunist" && !ringMajority) return sincere;
  if (item.kind === "ring" && strategy !== "censor") return 3;
  if (item.kind === "honest" && strategy !== "boost") return 0;
  return sincere;
}
