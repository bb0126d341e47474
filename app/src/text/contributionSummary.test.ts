import { reasonOf } from "@openledger/sdk/reasons";
import { expect, test } from "vitest";
import type { ChosenFile, Contribution } from "../data/contribution.ts";
import { summaryOf } from "./contributionSummary.ts";

const stored = { sha256: "0x00", mediaType: "text/plain" } as const;

function contribution(step: Contribution["step"], ...stages: ChosenFile["stage"][]): Contribution {
  const files = stages.map((stage, index) => ({
    key: `file-${index}`,
    blob: new File([], `${index}.txt`),
    stage,
  }));
  return { step, files };
}

test.each<[string, Contribution]>([
  ["", contribution("choosing")],
  [
    "Uploading: 1 of 3 files done.",
    contribution(
      "choosing",
      { name: "uploading", sentBytes: 5 },
      { name: "waiting" },
      { name: "stored", ...stored },
    ),
  ],
  ["The dry run is under way.", contribution("checking", { name: "stored", ...stored })],
  [
    "4 files: 1 ready, 1 would probably be rejected, 1 refused and 1 not uploaded.",
    contribution(
      "ready",
      { name: "accepted", ...stored },
      { name: "accepted", ...stored, warning: reasonOf("near-duplicate") },
      { name: "refused", reason: reasonOf("unreadable") },
      { name: "failed", fault: { sentence: "The gateway did not answer.", next: "Try again." } },
    ),
  ],
  ["1 file: 1 paused.", contribution("choosing", { name: "paused", sentBytes: 7 })],
])("says %j", (sentence, state) => {
  expect(summaryOf(state)).toBe(sentence);
});

test("does not change with every byte that is sent", () => {
  const at = (sentBytes: number) => summaryOf(contribution("choosing", { name: "uploading", sentBytes }));
  expect(at(1)).toBe(at(1_000));
});
