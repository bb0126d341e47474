import { parseEther } from "viem";
import { expect, test } from "vitest";
import { MAX_ITEMS } from "../../sdk/src/pools.ts";
import { DEFAULT_SUBMISSION_LIMITS, utcDay } from "../../sdk/src/quota.ts";
import { type Actors, type Config, defaultActors, defaultRules, type Rules } from "./config.ts";
import { outcomeOf } from "./outcome.ts";
import { simulate } from "./simulate.ts";
import { makeWorld } from "./world.ts";

function config(actors: Partial<Actors> = {}, rules: Partial<Rules> = {}): Config {
  return {
    rules: { ...defaultRules, ...rules },
    actors: { ...defaultActors, submissions: 300, ...actors },
  };
}

const perfect: Partial<Actors> = {
  ringShare: 0,
  lazyShare: 0,
  noise: 0,
  sharedNoise: 0,
  beliefNoise: 0,
  optimism: 0,
  selfTrust: 1,
  absence: { honest: 0, lazy: 0, ring: 0 },
};

test("voters who see without noise and do not collude make no error, and nobody gains by an appeal", () => {
  const { tally } = simulate(config(perfect), 1);
  expect(tally.errors.final.files).toBeGreaterThan(1_000);
  expect(tally.errors.final).toMatchObject({ falseAccept: 0, falseReject: 0, wrongGrade: 0, corrupted: 0 });
  expect(tally.seats.honest).toMatchObject({ incoherent: 0, absent: 0, penaltyWei: 0n });
  expect(Object.values(tally.appeals).map(({ appeals }) => appeals)).toEqual([0, 0, 0, 0]);
});

test.each(["boost", "censor", "opportunist"] as const)(
  "no wei is made or lost in a whole run with a ring that plays %s",
  (ringStrategy) => {
    const { ledger, tally } = simulate(config({ ringStrategy, ringShare: 0.4, potWei: parseEther("50") }), 2);
    const { issuedWei, heldWei } = ledger.totals();
    expect(heldWei).toBe(issuedWei);
    // Every docket, appeal and submission is over: nothing is owed to anybody.
    for (const place of ["datanet:reserved", "court:escrow", "court:bonds"] as const) {
      expect(ledger.balance(place)).toBe(0n);
    }
    const appeals = Object.values(tally.appeals);
    const lostWei = appeals.reduce((sum, { bondsLostWei }) => sum + bondsLostWei, 0n);
    expect(appeals.some(({ appeals: count }) => count > 0)).toBe(true);
    expect(ledger.balance("court:pot")).toBe(parseEther("50") + lostWei - tally.appealFeesWei);
  },
);

test("what the Datanet paid is what contributors and finders got", () => {
  const { ledger, tally, world } = simulate(config(), 3);
  const files = world.submissions.reduce((sum, submission) => sum + BigInt(submission.files.length), 0n);
  const endowedWei = files * (3n * defaultRules.rewardWei + defaultRules.itemFeeWei);
  const kinds = Object.values(tally.files);
  const paidWei = kinds.reduce(
    (sum, { rewardWei, bountyWei }) => sum + rewardWei + bountyWei,
    tally.finderWei,
  );
  expect(endowedWei - ledger.balance("datanet:available")).toBe(paidWei + files * defaultRules.itemFeeWei);
});

test("the same seed gives the same figures, and another one others", () => {
  const once = JSON.stringify(outcomeOf(config(), 4));
  expect(JSON.stringify(outcomeOf(config(), 4))).toBe(once);
  expect(JSON.stringify(outcomeOf(config(), 5))).not.toBe(once);
});

test("appeals leave the first verdicts of the same seed alone but for what the lazy copy", () => {
  const noHabits = { lazyShare: 0 };
  const without = simulate(config(noHabits, { appealRounds: 0 }), 6).tally.errors.first;
  expect(simulate(config(noHabits), 6).tally.errors.first).toEqual(without);
});

test("no address sends more files a day than its quota, and no docket holds more than it may", () => {
  const { contributors, submissions } = makeWorld({ ...defaultActors, submissions: 2_000 }, 7);
  const used = new Map<string, number>();
  for (const { at, contributor, files } of submissions) {
    const key = `${contributor}/${utcDay(at)}`;
    used.set(key, (used.get(key) ?? 0) + files.length);
  }
  expect(Math.max(...used.values())).toBe(DEFAULT_SUBMISSION_LIMITS.filesPerDay);
  expect(contributors.filter(({ kind }) => kind === "sybil").length).toBeGreaterThan(5);
  const outcome = outcomeOf(config({ submissionsPerHour: 1_000 }), 7);
  expect(outcome["dockets.files"]).toBeGreaterThan(100);
  expect(outcome["dockets.files"]).toBeLessThanOrEqual(MAX_ITEMS);
});

test("a committee of three stands still when one of three is absent", () => {
  const absence = { honest: 0.1, lazy: 0.1, ring: 0.1 };
  expect(outcomeOf(config({ absence }, { committeeSize: 3 }), 8)["dockets.rounds"]).toBeGreaterThan(1.15);
  expect(outcomeOf(config({ absence }, { committeeSize: 7 }), 8)["dockets.rounds"]).toBeLessThan(1.05);
});
