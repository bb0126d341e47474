import fc from "fast-check";
import type { Address } from "viem";
import { describe, expect, test } from "vitest";
import { type Grade, packWord } from "./grades.ts";
import { type Round, settlementOf } from "./settlement.ts";

const [a, b, c, d] = [
  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
  "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
  "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65",
] as const;
const rules = {
  toleranceBps: 2000,
  incoherentPenaltyBps: 50,
  absentPenaltyBps: 200,
  seatWei: 1000n,
  feeWei: 100n,
};
const round = (committee: readonly Address[], votes: [Address, Grade[]][], items = 1): Round => ({
  ...rules,
  committee,
  items,
  words: new Map(votes.map(([voter, grades]) => [voter, packWord(grades)])),
});
const outcomes = (settled: ReturnType<typeof settlementOf>) =>
  Object.fromEntries(
    settled.voters.map((voter) => [voter.voter, [voter.outcome, voter.penaltyWei, voter.paidWei]]),
  );

describe("settlementOf", () => {
  test("pays a draw, charges the absent more than the wrong, and gives the remainder to the first", () => {
    const settled = settlementOf(
      round(
        [a, b, a, c, d],
        [
          [a, [2]],
          [b, [0]],
          [c, [2]],
        ],
      ),
    );
    expect(settled).toMatchObject({ quorum: true, verdict: 2n, paid: 0b01101, potWei: 125n });
    expect(outcomes(settled)).toEqual({
      [a]: ["coherent", 0n, 84n],
      [b]: ["incoherent", 5n, 0n],
      [c]: ["coherent", 0n, 41n],
      [d]: ["absent", 20n, 0n],
    });
  });

  test("needs three draws and more than half of the committee", () => {
    expect(
      settlementOf(
        round(
          [a, b, c],
          [
            [a, [1]],
            [b, [1]],
          ],
        ),
      ).quorum,
    ).toBe(false);
    expect(
      settlementOf(
        round(
          [a, b, a],
          [
            [a, [1]],
            [b, [1]],
          ],
        ),
      ).quorum,
    ).toBe(true);
    expect(
      settlementOf(
        round(
          [a, b, c, d, d, d],
          [
            [a, [1]],
            [b, [1]],
            [c, [1]],
          ],
        ),
      ).quorum,
    ).toBe(false);
  });

  test("without a quorum the present go free and the absent's penalty stays in the pot", () => {
    const settled = settlementOf(round([a, b, c], [[a, [1]]]));
    expect(settled).toMatchObject({ quorum: false, paid: 0, potWei: 140n });
    expect(outcomes(settled)).toMatchObject({ [a]: ["coherent", 0n, 0n], [b]: ["absent", 20n, 0n] });
  });

  test("where nobody agrees with the verdict, all who revealed share", () => {
    const settled = settlementOf(
      round(
        [a, b, c],
        [
          [a, [3, 0, 0]],
          [b, [0, 3, 0]],
          [c, [0, 0, 3]],
        ],
        3,
      ),
    );
    expect(settled).toMatchObject({ verdict: 0n, paid: 0b111 });
    expect(settled.voters.every(({ penaltyWei }) => penaltyWei === 0n)).toBe(true);
  });

  test("never pays more or less than the pot", () => {
    const grades = fc.array(fc.constantFrom<Grade>(0, 1, 2, 3), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(a, b, c, d), { minLength: 3, maxLength: 31 }),
        fc.array(fc.option(grades), { minLength: 4, maxLength: 4 }),
        (committee, votes) => {
          const revealed = [a, b, c, d].flatMap((voter, index): [Address, Grade[]][] => {
            const vote = votes[index];
            return vote ? [[voter, vote]] : [];
          });
          const settled = settlementOf(round(committee, revealed, 4));
          const sum = settled.voters.reduce((total, { paidWei }) => total + paidWei, 0n);
          expect(sum).toBe(settled.quorum ? settled.potWei : 0n);
        },
      ),
    );
  });
});
