import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { VoteStore } from "./voteStore.ts";

const appeal = 2 ** 39 + 4;

function storeWith(votes: { docket: number; round: number; decidedAt: number }[]): VoteStore {
  const store = new VoteStore(new DatabaseSync(":memory:"));
  for (const vote of votes) {
    store.save({ ...vote, word: 3n, reasons: "0x", salt: "0x01", commitment: "0x02", opinions: [] });
  }
  return store;
}

test("votes are paged by time, whatever the dockets' ids", () => {
  const store = storeWith([
    { docket: 4, round: 0, decidedAt: 10 },
    { docket: appeal, round: 0, decidedAt: 20 },
    { docket: 8, round: 0, decidedAt: 30 },
    { docket: 8, round: 1, decidedAt: 40 },
  ]);
  const placesOf = (before?: number) => store.list(2, before).map(({ docket, round }) => [docket, round]);
  expect(placesOf()).toEqual([
    [8, 1],
    [8, 0],
  ]);
  expect(placesOf(8)).toEqual([
    [appeal, 0],
    [4, 0],
  ]);
  expect(placesOf(appeal)).toEqual([[4, 0]]);
  expect(placesOf(4)).toEqual([]);
});
