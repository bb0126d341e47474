import { maxUint256 } from "viem";
import { type Chain, startChain } from "./chain/chain.ts";
import { Game } from "./game.ts";
import { BASE } from "./moves/training.ts";
import { call } from "./moves/votes.ts";
import { everybody, governor, guardian, residents } from "./people.ts";
import type { Call } from "./reference/protocol.ts";
import { rules } from "./rules.ts";

const OPEN = 10n ** 18n;
/** 2027-01-15 20:00:00 UTC: four hours before midnight. */
const STARTS_AT = 1_800_043_200;

/** Everybody has money and allows the protocol to take it; voters sit; Datanets exist and have money. */
function* opening({ at }: Chain) {
  for (const person of everybody) {
    yield call(governor, "openToken", "transfer", person, 40_000n * OPEN);
    yield call(person, "openToken", "approve", at.vault, maxUint256);
    yield call(person, "openToken", "approve", at.seats, maxUint256);
  }
  yield call(governor, "models", "addBase", BASE, "gpt2", "A base", "MIT");
  const [ada, ben, cleo] = residents;
  for (const pool of [0, 1, 2, 3]) {
    for (const [index, person] of residents.entries()) {
      // Each pool has other voters: two to four seats for five people.
      const seats = [4, 3, 2, 2, 2, 0, 0, 0][(index + 3 * pool) % 8] ?? 0;
      if (seats > 0) yield call(person, "seats", "stake", pool, seats);
    }
  }
  const prose = ["Notes", "CC0-1.0", "Be kind."];
  // A usual one, one with amounts that leave remainders and little money, and one that pays nothing.
  yield call(ada ?? governor, "datanets", "create", 0, 2n * OPEN, OPEN / 2n, ...prose);
  yield call(ben ?? governor, "datanets", "create", 1, OPEN + 7n, OPEN / 3n, ...prose);
  yield call(cleo ?? governor, "datanets", "create", 2, 0n, 0n, ...prose);
  yield call(ada ?? governor, "datanets", "fund", 1, 5_000n * OPEN);
  yield call(ben ?? governor, "datanets", "fund", 2, 300n * OPEN);
  yield call(ben ?? governor, "court", "fundAppeals", 60n * OPEN);
}

/** A chain on which the opening was played and compared, and games that begin after it. */
export async function setStage() {
  const people = everybody;
  const chain = await startChain({ people, governor, guardian, rules, startsAt: STARTS_AT });
  const counts = new Map<string, number>();
  const { number, timestamp } = await chain.head();
  const start = { now: timestamp, block: number };
  const first = new Game(chain, rules, start, new Map());
  const played: { call: Call; now: number; block: number }[] = [];
  for (const step of opening(chain)) {
    await first.take(step);
    played.push({ call: step.call, now: first.now, block: first.block });
  }
  await first.compareEverything();
  let snapshot = await chain.snapshot();

  /** A game from the same beginning. */
  async function begin(): Promise<Game> {
    await chain.revert(snapshot);
    snapshot = await chain.snapshot();
    const game = new Game(chain, rules, start, counts);
    for (const { call, now, block } of played) game.repeat(call, now, block);
    return game;
  }

  return { begin, counts, close: chain.close };
}
