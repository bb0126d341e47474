import fc from "fast-check";
import { Dice } from "./dice.ts";
import type { Game, Step } from "./game.ts";
import { advance, beforeTimePasses, meddle } from "./moves/court.ts";
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
  submit,
  proveDuplicate,
  finalizeSome,
  appealSome,
  train,
  meddleWithJob,
} satisfies Record<string, Move>;
type MoveName = keyof typeof moves;

interface Mood {
  silencePercent: number;
  crowded?: boolean;
  /** What people do when there is nothing to do. */
  idle?: "submit" | "train";
  weights: Partial<Record<MoveName, number>>;
}

const everything: Mood = {
  silencePercent: 3,
  weights: {
    advance: 56,
    submit: 8,
    train: 7,
    meddle: 4,
    meddleWithJob: 3,
    moveMoney: 4,
    moveSeats: 5,
    own: 3,
    pause: 2,
    setRules: 2,
    rotate: 5,
    wait: 1,
    proveDuplicate: 6,
    finalizeSome: 2,
    appealSome: 1,
  },
};
const moods: readonly Mood[] = [
  everything,
  // A verdict and its appeals.
  {
    silencePercent: 2,
    weights: {
      advance: 92,
      submit: 2,
      meddle: 2,
      moveSeats: 1,
      proveDuplicate: 2,
      appealSome: 1,
      moveMoney: 1,
    },
  },
  // A docket of 128 items.
  {
    silencePercent: 2,
    crowded: true,
    weights: { submit: 6, advance: 82, meddle: 3, moveSeats: 2, proveDuplicate: 4, finalizeSome: 1, own: 1 },
  },
  // Trainers and their jobs.
  {
    silencePercent: 2,
    idle: "train",
    weights: { advance: 70, train: 18, meddleWithJob: 6, moveSeats: 3, moveMoney: 2, wait: 1 },
  },
  // Contributors, their keys and their copies.
  {
    silencePercent: 2,
    weights: { advance: 54, submit: 14, proveDuplicate: 16, rotate: 12, finalizeSome: 2, own: 3, pause: 1 },
  },
  // Voters who come and go and stay silent.
  {
    silencePercent: 10,
    weights: { advance: 60, submit: 6, moveSeats: 22, wait: 3, meddle: 4, moveMoney: 4 },
  },
];

/** A wish to do something: which move, and the dice that decide the rest once its turn comes. */
interface Wish {
  move: MoveName;
  seed: number;
}

/** What some people wish for, one after the other. */
export interface Sequence {
  silencePercent: number;
  crowded: boolean;
  idle: "submit" | "train";
  wishes: readonly Wish[];
}

const wishOf = ({ weights }: Mood): fc.Arbitrary<Wish> =>
  fc.record({
    move: fc.oneof(
      ...(Object.entries(weights) as [MoveName, number][]).map(([name, weight]) => ({
        weight,
        arbitrary: fc.constant(name),
      })),
    ),
    seed: fc.noBias(fc.nat(2 ** 31 - 1)),
  });

/**
 * Sequences in one mood each. Shrinking leaves out wishes, long stretches first: what the others lead to changes with what
 * happened before.
 */
class Sequences extends fc.Arbitrary<Sequence> {
  private readonly lists: fc.Arbitrary<Sequence>;

  constructor(minLength: number, maxLength: number) {
    super();
    const length = { minLength, maxLength, size: "max" } as const;
    this.lists = fc.oneof(
      ...moods.map((mood) =>
        fc.record({
          silencePercent: fc.constant(mood.silencePercent),
          crowded: fc.constant(mood.crowded ?? false),
          idle: fc.constant(mood.idle ?? "submit"),
          wishes: fc.array(wishOf(mood), length),
        }),
      ),
    );
  }

  generate(random: fc.Random, biasFactor: number | undefined): fc.Value<Sequence> {
    return new fc.Value(this.lists.generate(random, biasFactor).value, undefined);
  }

  canShrinkWithoutContext(_value: unknown): _value is Sequence {
    return true;
  }

  shrink({ wishes, ...mood }: Sequence): fc.Stream<fc.Value<Sequence>> {
    function* shorter() {
      for (let size = Math.ceil(wishes.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let from = wishes.length - size; from >= 0; from -= size) {
          const left = [...wishes.slice(0, from), ...wishes.slice(from + size)];
          yield new fc.Value({ ...mood, wishes: left }, undefined);
        }
      }
    }
    return new fc.Stream(shorter());
  }
}

export const sequences = (minLength: number, maxLength: number): fc.Arbitrary<Sequence> =>
  new Sequences(minLength, maxLength);

/** Play a sequence to its end, comparing after every step. Returns the number of steps. */
export async function play(game: Game, { wishes, idle, silencePercent, crowded }: Sequence): Promise<number> {
  Object.assign(game, { silencePercent, crowded });
  let steps = 0;
  for (const { move, seed } of wishes) {
    const dice = new Dice(seed);
    const wanted = await moves[move](game, dice);
    const useful = move === "advance" ? undefined : advance(game, dice);
    const step = beforeTimePasses(game, wanted ?? useful ?? (await moves[idle](game, dice)), dice);
    if (step === undefined) continue;
    await game.take(step);
    steps++;
  }
  await game.compareEverything();
  return steps;
}
