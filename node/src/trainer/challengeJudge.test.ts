import type { Owed } from "@openledger/sdk/attribution";
import type { Address } from "viem";
import { describe, expect, it } from "vitest";
import { ContentUnavailableError } from "../content/contentSources.ts";
import type { Challenged } from "./challengeBook.ts";
import { ChallengeJudge, unavailableOpinion } from "./challengeJudge.ts";
import type { OwedLists, ProposedRoot } from "./owedLists.ts";

const [ada, ben, chloe] = [
  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
  "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
] as const;
const expected: Owed[] = [
  { contributor: ada, cumulativeWei: 60n },
  { contributor: ben, cumulativeWei: 40n },
];
const proposed = { proposal: 7, model: 1, period: 1, root: `0x${"11".repeat(32)}` } as ProposedRoot;

function judgeWith(lists: Partial<Pick<OwedLists, "find" | "expected" | "published">>): ChallengeJudge {
  return new ChallengeJudge({
    find: async () => ({ proposed, active: [] }),
    expected: async () => expected,
    published: async () => expected,
    ...lists,
  });
}

const challengeOf = (contributor: Address, cumulativeWei: bigint): Challenged => ({
  challenge: 1,
  proposal: 7,
  contributor,
  cumulativeWei,
  docket: 7,
  position: 0,
});

describe("a challenged leaf", () => {
  it("is right when it says what the chain says, whatever case the address has", async () => {
    const lower = ada.toLowerCase() as Address;
    expect(await judgeWith({}).judge(challengeOf(lower, 60n))).toMatchObject({ grade: 3 });
  });

  it.each([
    ["too much", ada, 61n],
    ["too little", ben, 39n],
    ["something for somebody who is owed nothing", chloe, 1n],
  ] as const)("is wrong when it says %s", async (_, contributor, cumulativeWei) => {
    expect(await judgeWith({}).judge(challengeOf(contributor, cumulativeWei))).toMatchObject({
      grade: 0,
      reason: "wrong-shares",
    });
  });

  it("is judged without the published list", async () => {
    const judge = judgeWith({
      published: async () => {
        throw new ContentUnavailableError("gone");
      },
    });
    expect(await judge.judge(challengeOf(ada, 60n))).toMatchObject({ grade: 3 });
  });
});

describe("somebody who is said to be missing", () => {
  it("is missing when owed something and not in the list", async () => {
    const judge = judgeWith({ published: async () => [expected[0] as Owed] });
    expect(await judge.judge(challengeOf(ben, 0n))).toMatchObject({ grade: 0, reason: "wrong-shares" });
  });

  it("is not missing when in the list, or owed nothing", async () => {
    expect(await judgeWith({}).judge(challengeOf(ben, 0n))).toMatchObject({ grade: 3 });
    expect(await judgeWith({ published: async () => [] }).judge(challengeOf(chloe, 0n))).toMatchObject({
      grade: 3,
    });
  });

  it("is missing from what is not the root's list", async () => {
    const judge = judgeWith({ published: async () => undefined });
    expect(await judge.judge(challengeOf(ada, 0n))).toMatchObject({ grade: 0 });
  });

  it("is missing from a list that is withheld to the end", async () => {
    const judge = judgeWith({
      published: async () => {
        throw new ContentUnavailableError("No gateway has it.");
      },
    });
    const error = await judge.judge(challengeOf(ada, 0n)).catch((reason: unknown) => reason);
    expect(unavailableOpinion(error)).toMatchObject({ grade: 0, reason: "wrong-shares" });
  });
});

describe("what cannot be recomputed", () => {
  it("gets no opinion, not even in the end: nobody guesses about somebody's bond", async () => {
    const judge = judgeWith({
      expected: async () => {
        throw new ContentUnavailableError("A specification is missing.");
      },
    });
    const error = await judge.judge(challengeOf(ada, 60n)).catch((reason: unknown) => reason);
    expect(unavailableOpinion(error)).toBeUndefined();
    expect(await judgeWith({ find: async () => undefined }).judge(challengeOf(ada, 60n))).toBeUndefined();
  });
});
