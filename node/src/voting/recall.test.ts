import { expect, test } from "vitest";
import { wordOf } from "./ballot.ts";
import { votesNear } from "./recall.ts";
import type { ItemOpinion } from "./voteStore.ts";

const judged: ItemOpinion[] = Array.from({ length: 128 }, (_, item) => ({
  item,
  subject: `file ${item}`,
  grade: 3,
  why: "Good.",
  content: {
    root: item < 20 ? "0x01" : "0x02",
    index: item,
    name: "",
    mediaType: "text/plain",
    sizeBytes: 1,
    cid: "",
  },
}));

/** Whether a vote is among those that are tried. */
function isFound(lost: readonly ItemOpinion[]): boolean {
  const { word, reasons } = wordOf(lost);
  for (const opinions of votesNear(judged)) {
    const near = wordOf(opinions);
    if (near.word === word && near.reasons === reasons) return true;
  }
  return false;
}

test("a lost vote is found when it differs by one change of a person or by a submission that was not there then", () => {
  expect(isFound(judged)).toBe(true);
  expect(isFound(judged.with(127, { ...(judged[127] as ItemOpinion), grade: 0, reason: "off-topic" }))).toBe(
    true,
  );
  expect(isFound(judged.with(5, { ...(judged[5] as ItemOpinion), grade: 1 }))).toBe(true);
  const away = judged.map(
    (opinion, item): ItemOpinion => (item < 20 ? { ...opinion, grade: 0, reason: "unavailable" } : opinion),
  );
  expect(isFound(away)).toBe(true);
  const two = judged.map((opinion, item): ItemOpinion => (item < 2 ? { ...opinion, grade: 1 } : opinion));
  expect(isFound(two)).toBe(false);
});
