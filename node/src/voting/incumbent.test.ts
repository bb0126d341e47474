import { expect, test } from "vitest";
import { isIncumbent } from "./incumbent.ts";

const hour = 3600;

/** What one of two daemons, or the other, makes of votes at moments: "a" and "b" made them. */
function stays(who: "a" | "b", votes: [at: number, by: "a" | "b"][]): boolean {
  const events = votes.map(([at, by]) => ({ at, isOwn: by === who }));
  const last = events.findLastIndex(({ isOwn }) => !isOwn);
  const stranger = events[last];
  if (stranger === undefined) return true;
  return isIncumbent(events.slice(0, last + 1), stranger);
}

test.each<[string, [number, "a" | "b"][]]>([
  [
    "the newcomer votes after the other",
    [
      [10, "a"],
      [20, "b"],
    ],
  ],
  [
    "the newcomer's vote comes between two of the other",
    [
      [10, "a"],
      [20, "b"],
      [30, "a"],
    ],
  ],
  [
    "both vote in one block",
    [
      [10, "a"],
      [10, "b"],
      [22, "b"],
      [22, "a"],
    ],
  ],
  [
    "the other's last vote before is long ago",
    [
      [10, "a"],
      [10 + 5 * hour, "a"],
      [20 + 5 * hour, "b"],
    ],
  ],
])("%s: the first stays, the other goes", (_name, votes) => {
  expect(stays("a", votes)).toBe(true);
  expect(stays("b", votes)).toBe(false);
});

test("whoever was silent for an hour is no incumbent", () => {
  const votes: [number, "a" | "b"][] = [
    [10, "a"],
    [20 + hour, "b"],
    [30 + hour, "a"],
  ];
  expect(stays("a", votes)).toBe(false);
  expect(stays("b", votes)).toBe(true);
});
