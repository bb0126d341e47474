import { reasonOf } from "@openledger/sdk/reasons";
import { expect, test } from "vitest";
import { type GatewayAnswer, type IndexAnswer, mergeProgress } from "./submissionProgress.ts";

const root = `0x${"1".repeat(64)}` as const;
const file = { index: 0, name: "a.txt", mediaType: "text/plain", sizeBytes: 5, sha256: root, cid: "bafk" };
const gateway: GatewayAnswer = { root, state: "judging", docket: 8, files: [file] };
const index: IndexAnswer = {
  datanet: 1,
  contributor: "0x01",
  docket: 8,
  state: "FINALIZED",
  manifestDigest: root,
  rewardWei: "1500000000000000000",
  transaction: root,
  fileList: { items: [{ index: 0, grade: 0, reason: 8 }] },
};

test("nobody knows it", () => {
  expect(mergeProgress(root, undefined, null)).toBeUndefined();
});

test("whoever is ahead tells the state, and the index tells grade, reason and money", () => {
  const progress = mergeProgress(root, gateway, index);
  expect(progress).toMatchObject({ state: "finalized", docket: 8, datanet: 1, rewardWei: 15n * 10n ** 17n });
  expect(progress?.files[0]).toMatchObject({ name: "a.txt", grade: 0, reason: reasonOf("too-short") });
});

test("the gateway may be ahead of the index", () => {
  const ahead = { ...gateway, state: "settled" as const, files: [{ ...file, grade: 3 }] };
  const behind = {
    ...index,
    state: "JUDGING" as const,
    fileList: { items: [{ index: 0, grade: null, reason: null }] },
  };
  expect(mergeProgress(root, ahead, behind)).toMatchObject({ state: "settled", files: [{ grade: 3 }] });
});

test("another gateway's submission is shown from the index alone", () => {
  const progress = mergeProgress(root, undefined, index);
  expect(progress?.files).toMatchObject([{ index: 0, grade: 0, reason: reasonOf("too-short") }]);
});

test("a failure is told with its way on, unless the chain holds the submission after all", () => {
  const failed: GatewayAnswer = {
    ...gateway,
    state: "failed",
    error: { sentence: "No money left.", next: "Wait." },
  };
  expect(mergeProgress(root, failed, null)).toMatchObject({
    state: "failed",
    error: { sentence: "No money left.", next: "Wait." },
  });
  expect(mergeProgress(root, failed, index)).toMatchObject({ state: "finalized" });
  expect(mergeProgress(root, failed, index)?.error).toBeUndefined();
});
