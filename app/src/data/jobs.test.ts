import { expect, test } from "vitest";
import { lossPoints } from "./jobs.ts";

test("a curve of heartbeats begins with the first step: the recipe's heartbeat has no loss", () => {
  const heartbeats = [
    { step: "0", lossMicronats: "0" },
    { step: "5", lossMicronats: "8100000" },
  ];
  expect(lossPoints(heartbeats)).toEqual([{ step: 5, lossMicronats: 8_100_000 }]);
});
