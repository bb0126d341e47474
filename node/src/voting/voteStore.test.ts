import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { type SavedVote, VoteStore } from "./voteStore.ts";

const appeal = 2 ** 39 + 4;

const blank = {
  version: 0,
  word: 3n,
  reasons: "0x",
  salt: "0x01",
  commitment: "0x02",
  complete: true,
  decidedBy: "daemon",
} as const satisfies Partial<SavedVote>;

function storeWith(votes: { docket: number; round: number; decidedAt: number }[]): VoteStore {
  const store = new VoteStore(new DatabaseSync(":memory:"));
  for (const vote of votes) {
    store.save({ ...blank, opinions: [], changes: [], ...vote });
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

test("the vote decided last is to stand, and every one that was committed can be opened", () => {
  const store = storeWith([]);
  const votes = [1, 2].map((word, version) => ({
    ...blank,
    docket: 4,
    round: 0,
    version,
    word: BigInt(word),
    commitment: `0x0${word}` as const,
    opinions: [],
    changes: [],
    decidedAt: 10 + version,
  }));
  for (const vote of votes) store.save(vote);
  expect(store.find(4, 0)).toEqual(votes[1]);
  expect(store.committed(4, 0, "0x01")).toEqual(votes[0]);
  expect(store.committed(4, 1, "0x01")).toBeUndefined();
});

test("old votes are forgotten, except on dockets that are still open", () => {
  const store = storeWith([4, 8, 12, 16].map((docket) => ({ docket, round: 0, decidedAt: docket })));
  expect(store.prune(1, (docket) => docket !== 8)).toBe(2);
  expect(store.list(9).map(({ docket }) => docket)).toEqual([16, 8]);
});

test("what is found out after a vote was decided is added to its record, once, and only where the file is accepted", () => {
  const store = storeWith([]);
  const fileOf = (index: number) => ({
    content: { root: "0xaa", index, name: "a.txt", mediaType: "text/plain", sizeBytes: 1, cid: "b" } as const,
    item: index,
    subject: `file ${index}`,
    why: "Good.",
  });
  const opinions = [
    { ...fileOf(0), grade: 3 as const, findings: [{ check: "length", why: "Long." }] },
    { ...fileOf(1), grade: 0 as const, reason: "too-short" as const },
  ];
  store.save({ ...blank, docket: 4, round: 0, decidedAt: 10, opinions, changes: [] });
  const finding = { check: "perplexity", why: "Foreseen." };
  for (const index of [0, 0, 1, 2]) store.addFinding(4, { root: "0xaa", index }, finding);
  store.addFinding(8, { root: "0xaa", index: 0 }, finding);
  expect(store.list(9)).toHaveLength(1);
  expect(store.find(4, 0)).toMatchObject({ version: 0, commitment: "0x02", word: 3n });
  expect(store.find(4, 0)?.opinions.map(({ findings }) => findings)).toEqual([
    [{ check: "length", why: "Long." }, finding],
    undefined,
  ]);
});
