import { expect, test } from "vitest";
import { appealCommitteeSize, appealTerms, decideAppeal } from "./appeals.ts";

test("an appeal draws twice as many seats and one, and never more than 31", () => {
  expect([3, 5, 7, 11, 15, 16, 31].map(appealCommitteeSize)).toEqual([7, 11, 15, 23, 31, 31, 31]);
});

test("the bond counts by members, and so does the fee as far as the pot goes", () => {
  const rules = { bondWei: 10n, feeWei: 5n };
  expect(appealTerms({ judgedBy: 5, rules, potWei: 100n })).toEqual({
    committeeSize: 11,
    bondWei: 110n,
    feeWei: 55n,
    potWei: 45n,
  });
  expect(appealTerms({ judgedBy: 5, rules, potWei: 7n })).toMatchObject({ feeWei: 7n, potWei: 0n });
});

test("the bond comes back when any grade changed, and feeds the pot when none did", () => {
  expect(decideAppeal({ before: 0b0011n, verdict: 0b0111n, bondWei: 9n })).toEqual({
    changed: true,
    toAppellantWei: 9n,
    toPotWei: 0n,
  });
  expect(decideAppeal({ before: 3n, verdict: 3n, bondWei: 9n })).toEqual({
    changed: false,
    toAppellantWei: 0n,
    toPotWei: 9n,
  });
});
