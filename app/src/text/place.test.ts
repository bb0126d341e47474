import { expect, test } from "vitest";
import { explainPlace, filesToPass, ordinal, type Ranked, rateBps } from "./place.ts";

const address = (n: number) => `0x${String(n).padStart(40, "0")}` as const;

function standing(n: number, facts: Partial<Ranked>): Ranked {
  return {
    contributor: address(n),
    scoreBps: 5_000,
    judged: 10,
    accepted: 9,
    days: 2,
    points: 25,
    reachedAt: 100,
    ...facts,
  };
}

test("a stranger is told how to get a place", () => {
  const told = explainPlace([standing(1, {})], address(9));
  expect(told.place).toBeUndefined();
  expect(told.next).toContain("Contribute a file");
});

test("the first is told who follows", () => {
  const told = explainPlace([standing(1, {}), standing(2, { scoreBps: 4_000 })], address(1));
  expect(told).toMatchObject({ place: 1, headline: "You are 1st of 2." });
  expect(told.why).toContain("40 %");
});

test("addresses are compared without regard to case", () => {
  const mixed = `0x${"aB".repeat(20)}` as const;
  expect(explainPlace([standing(1, { contributor: mixed })], mixed.toLowerCase()).place).toBe(1);
});

test("a better rate ahead is named as the cause, with what would pass it", () => {
  const board = [
    standing(1, { scoreBps: 7_000, judged: 20, points: 57 }),
    standing(2, { scoreBps: 5_000, judged: 20, points: 45 }),
  ];
  const told = explainPlace(board, address(2));
  expect(told.headline).toBe("You are 2nd of 2.");
  expect(told.why).toContain("graded better");
  const files = filesToPass({ judged: 20, points: 45 }, 7_000) as number;
  expect(told.next).toContain(`${files} more files`);
});

test("an equal rate over fewer files is named as the cause", () => {
  const board = [
    standing(1, { scoreBps: 7_000, judged: 40, points: 100 }),
    standing(2, { scoreBps: 5_000, judged: 10, points: 25 }),
  ];
  expect(explainPlace(board, address(2)).why).toContain("fewer files");
});

test("a score kept from a better moment is named as the cause", () => {
  const board = [
    standing(1, { scoreBps: 7_000, judged: 10, points: 10 }),
    standing(2, { scoreBps: 5_000, judged: 20, points: 50 }),
  ];
  expect(explainPlace(board, address(2)).why).toContain("ever reached");
});

test("equal scores are told apart by days, then by time", () => {
  const byDays = explainPlace([standing(1, { days: 3 }), standing(2, {})], address(2));
  expect(byDays.why).toContain("3 days to your 2");
  const byTime = explainPlace([standing(1, {}), standing(2, { reachedAt: 200 })], address(2));
  expect(byTime.why).toContain("earlier");
});

test("the number of files to pass is the smallest that does", () => {
  expect(filesToPass({ judged: 0, points: 0 }, 2_064)).toBe(1);
  expect(filesToPass({ judged: 0, points: 0 }, 2_065)).toBe(2);
  expect(filesToPass({ judged: 0, points: 0 }, 9_999)).toBeUndefined();
});

test("rates and ordinals at their edges", () => {
  expect(rateBps({ judged: 0, points: 0 })).toBe(0);
  expect(rateBps({ judged: 1, points: 3 })).toBe(10_000);
  expect([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal)).toEqual([
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "13th",
    "21st",
    "112th",
  ]);
});
