import { pad, toHex } from "viem";
import { expect, test } from "vitest";
import { rankOf } from "./turns.ts";

const holders = Array.from({ length: 7 }, (_, index) => pad(toHex(index + 1), { size: 20 }));

test("holders never share a turn, and the order differs from task to task", () => {
  const firsts = new Set<string>();
  for (let docket = 0; docket < 40; docket++) {
    const ranks = holders.map((holder) => rankOf(`close:${docket}`, holder, holders));
    expect([...ranks].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    firsts.add(holders[ranks.indexOf(0)] ?? "");
  }
  expect(firsts.size).toBe(7);
});

test("whoever holds no seat comes after all who do", () => {
  const stranger = pad("0xff", { size: 20 });
  expect(rankOf("draw:4:0:9", stranger, holders)).toBeGreaterThanOrEqual(7);
});
