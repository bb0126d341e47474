import fc from "fast-check";
import { Dice } from "./dice.ts";
import type { Game, Step } from "./game.ts";
import { advance, meddle } from "./moves/court.ts";
import { own, pause, rotate, setRules, wait } from "./moves/datanets.ts";
import { moveMoney } from "./moves/money.ts";
import { moveSeats } from "./moves/seats.ts";
import { appealSome, finalizeSome, proveDuplicate, submit } from "./moves/submissions.ts";
import { meddleWithJob, train } from "./moves/training.ts";

type Move = (game: Game, dice: Dice) => Step | undefined | Promise<Step | undefined>;

/** What people are up to. A mood says how often they do what. */
const moves = {
  advance,
  meddle,
  moveMoney,
  moveSeats,
  own,
  pause,
  setRules,
  rotate,
  wait,
  submit: (game, dice) => submit(game, dice, false),
  crowd: (game, dice) => submit(game, dice, true),
  proveDuplicate,
  finalizeSome,
  appealSome,
  train,
  meddleWithJob,
} satisfies Record<string, Move>;
type MoveName = keyof typeof moves;

const everything: Partial<Record<MoveName, number>> = {
  advance: 45,
  submit: 14,
  train: 8,
  meddle: 4,
  meddleWithJob: 3,
  moveMoney: 4,
  moveSeats: 5,
  own: 3,
  pause: 2,
  setRules: 2,
  rotate: 4,
  wait: 4,
  proveDuplicate: 6,
  finalizeSome: 2,
  appealSome: 2,
};
const moods: readonly Partial<Record<MoveName, number>>[] = [
  everything,
  everything,
  // A verdict and its appeals.
  { advance: 86, submit: 3, meddle: 4, moveSeats: 2, proveDuplicate: 2, appealSome: 2, moveMoney: 1 },
  // A docket of 128 items.
  { advance: 60, crowd: 24, meddle: 6, wait: 1, proveDuplicate: 5, finalizeSome: 2, own: 2 },
  // Trainers and their jobs.
  { advance: 46, train: 38, meddleWithJob: 8, moveSeats: 4, moveMoney: 2, wait: 2 },
  // Contributors, their keys and their copies.
  { advance: 44, submit: 20, proveDuplicate: 14, rotate: 14, finalizeSome: 3, own: 3, pause: 2 },
  // Voters who come and go and stay silent.
  { advance: 54, submit: 8, moveSeats: 22, wait: 8, meddle: 4, moveMoney: 4 },
];

/** A wish to do something: which move, and the dice that decide the rest once its turn comes. */
export interface Wish {
  move: MoveName;
  seed: number;
}

const wishOf = (mood: Partial<Record<MoveName, number>>): fc.Arbitrary<Wish> =>
  fc.record({
    move: fc.oneof(
      ...(Object.entries(mood) as [MoveName, number][]).map(([name, weight]) => ({
        weight,
        arbitrary: fc.constant(name),
      })),
    ),
    seed: fc.noBias(fc.nat(2 ** 31 - 1)),
  });

/**
 * A sequence of wishes in one mood. Shrinking leaves out wishes, long stretches first: what the others lead to changes
 * with what happened before.
 */
class Sequences extends fc.Arbitrary<Wish[]> {
  private readonly lists: fc.Arbitrary<Wish[]>;

  constructor(minLength: number, maxLength: number) {
    super();
    const length = { minLength, maxLength, size: "max" } as const;
    this.lists = fc.oneof(...moods.map((mood) => fc.array(wishOf(mood), length)));
  }

  generate(random: fc.Random, biasFactor: number | undefined): fc.Value<Wish[]> {
    return new fc.Value([...this.lists.generate(random, biasFactor).value], undefined);
  }

  canShrinkWithoutContext(_value: unknown): _value is Wish[] {
    return true;
  }

  shrink(wishes: Wish[]): fc.Stream<fc.Value<Wish[]>> {
    function* shorter() {
      for (let size = Math.ceil(wishes.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let from = wishes.length - size; from >= 0; from -= size) {
          yield new fc.Value([...wishes.slice(0, from), ...wishes.slice(from + size)], undefined);
        }
      }
    }
    return new fc.Stream(shorter());
  }
}

export const sequences = (minLength: number, maxLength: number): fc.Arbitrary<Wish[]> =>
  new Sequences(minLength, maxLength);

/** Play a sequence to its end, comparing after every step. Returns the number of steps. */
export async function play(game: Game, wishes: readonly Wish[]): Promise<number> {
  let steps = 0;
  for (const { move, seed } of wishes) {
    const dice = new Dice(seed);
    const step = (await moves[move](game, dice)) ?? (await submit(game, dice, false));
    if (step === undefined) continue;
    await game.take(step);
    steps++;
  }
  await game.compareEverything();
  return steps;
}
