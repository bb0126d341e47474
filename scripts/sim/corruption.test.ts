import { expect, test } from "vitest";
import { drawPositions } from "../../sdk/src/committee.ts";
import { drawChance, majorityChance, seatsToCorrupt } from "./corruption.ts";
import { Random } from "./random.ts";

const seats = 40;
const marked = 12;
const size = 5;

test("the protocol's draw has the ring in a committee as often as the hypergeometric distribution says", () => {
  const random = new Random("committees");
  const draws = 1_500;
  const hits = new Array<number>(size + 1).fill(0);
  for (let docket = 1; docket <= draws; docket += 1) {
    const positions = drawPositions({ seed: random.seed(), docket, round: 0, seats, size });
    const ours = positions.filter((position) => position < marked).length;
    hits[ours] = (hits[ours] as number) + 1;
  }
  // Chi-squared with five degrees of freedom: 20.5 is passed once in a thousand seeds, and this seed is fixed.
  const distance = hits.reduce((sum, observed, count) => {
    const expected = draws * drawChance(seats, marked, size, count);
    return sum + (observed - expected) ** 2 / expected;
  }, 0);
  expect(distance).toBeLessThan(20.5);
});

test("the chances of all numbers of hits add up to one", () => {
  const sum = Array.from({ length: size + 1 }, (_, hits) => drawChance(seats, marked, size, hits));
  expect(sum.reduce((all, chance) => all + chance, 0)).toBeCloseTo(1, 12);
});

test("a majority of a committee of three from ten seats, four of them marked, by counting", () => {
  // (C(4,2) * C(6,1) + C(4,3)) / C(10,3) = 40 / 120.
  expect(majorityChance(10, 4, 3)).toBeCloseTo(1 / 3, 12);
});

test("fewer seats than the answer do not reach the chance", () => {
  const needed = seatsToCorrupt(200, [5, 11], 0.5);
  const chance = (count: number) => majorityChance(200, count, 5) * majorityChance(200, count, 11);
  expect(chance(needed)).toBeGreaterThanOrEqual(0.5);
  expect(chance(needed - 1)).toBeLessThan(0.5);
});
