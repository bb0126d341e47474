import type { Grade } from "../../sdk/src/grades.ts";
import type { Rules } from "./config.ts";

/** How fine the tables are, in grades, and how far a quality is looked at on either side of an edge. */
const STEP = 1 / 32;
const REACH = 4;
/** Gauss-Hermite nodes and weights of a standard normal: what somebody believes is a quality give or take. */
const nodes = [
  [-2.856_97, 0.011_257],
  [-1.355_626, 0.222_076],
  [0, 0.533_333],
  [1.355_626, 0.222_076],
  [2.856_97, 0.011_257],
] as const;

/** For each grade the lowest and the highest that do not contradict it. */
const harmless = [
  [0, 0],
  [1, 2],
  [1, 3],
  [2, 3],
] as const;

/** What a would-be appellant expects of another committee: points, and the chance to lose the bond. */
export type Expectation = { points: number; bondLost: number };

/**
 * How likely a committee's verdict reaches a grade, for a quality that is believed to lie some way above the grade's
 * edge. Voters are taken to see with the same noise as each other, each alone, but for those who vote good by habit.
 */
export class Beliefs {
  readonly #noise: number;
  readonly #doubt: number;
  readonly #habit: number;
  readonly #tables = new Map<number, Float64Array>();

  constructor(noise: number, doubt: number, habit: number) {
    this.#noise = noise;
    this.#doubt = doubt;
    this.#habit = habit;
  }

  /** The expected points of some files before a committee of `size`, and the chance that it changes nothing that counts. */
  expect(
    qualities: readonly number[],
    current: readonly Grade[],
    size: number,
    bondBack: Rules["bondBack"],
  ): Expectation {
    let points = 0;
    let bondLost = 1;
    for (const [i, quality] of qualities.entries()) {
      const one = this.#reach(size, 1, quality);
      const two = this.#reach(size, 2, quality);
      const three = this.#reach(size, 3, quality);
      const atLeast = [1, one, two, three, 0];
      points += one + two + three;
      const grade = current[i] as Grade;
      const [from, to] =
        bondBack === "anyGrade" ? [grade, grade] : (harmless[grade] as readonly [Grade, Grade]);
      bondLost *= (atLeast[from] as number) - (atLeast[to + 1] as number);
    }
    return { points, bondLost };
  }

  /** The chance that the verdict is at least `grade`. */
  #reach(size: number, grade: 1 | 2 | 3, quality: number): number {
    const key = 4 * size + grade;
    let table = this.#tables.get(key);
    if (!table) {
      table = Float64Array.from({ length: (2 * REACH) / STEP + 1 }, (_, i) =>
        this.#chance(size, grade, i * STEP - REACH),
      );
      this.#tables.set(key, table);
    }
    const gap = Math.max(-REACH, Math.min(REACH, quality - grade));
    return table[Math.round((gap + REACH) / STEP)] as number;
  }

  #chance(size: number, grade: number, gap: number): number {
    const byHabit = grade <= 2 ? this.#habit : 0;
    return nodes.reduce((sum, [node, weight]) => {
      const seen = normal((gap + node * this.#doubt) / Math.max(this.#noise, 1e-9));
      return sum + weight * moreThanHalf(size, (1 - this.#habit) * seen + byHabit);
    }, 0);
  }
}

/** The chance that more than half of `size` independent votes are for it. */
function moreThanHalf(size: number, each: number): number {
  let sum = 0;
  let term = (1 - each) ** size;
  if (each > 1 - 1e-12) return 1;
  for (let votes = 0; votes <= size; votes += 1) {
    if (2 * votes > size) sum += term;
    term *= ((size - votes) / (votes + 1)) * (each / (1 - each));
  }
  return Math.min(1, sum);
}

/** The standard normal distribution function (Abramowitz and Stegun 26.2.17). */
function normal(x: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(x));
  const series = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    series.reduceRight((sum, coefficient) => (sum + coefficient) * t, 0);
  return x >= 0 ? 1 - tail : tail;
}
