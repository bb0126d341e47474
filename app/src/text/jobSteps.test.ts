import { expect, test } from "vitest";
import { type JobTimes, jobSteps } from "./jobSteps.ts";

const open: JobTimes = {
  status: "OPEN",
  step: null,
  leaseEnds: null,
  deadline: 1_000,
  attempts: 0,
  lossAfterMicronats: null,
  paidWei: null,
  release: null,
  priceWei: 25n * 10n ** 18n,
};

const nowOf = (job: JobTimes) => jobSteps(job).find(({ state }) => state === "now")?.key;

test("a job walks from posted to released", () => {
  expect(nowOf(open)).toBe("claimed");
  expect(nowOf({ ...open, status: "LEASED" })).toBe("training");
  expect(nowOf({ ...open, status: "ATTESTED" })).toBe("checked");
  expect(nowOf({ ...open, status: "ACCEPTED", paidWei: 1n })).toBe("released");
  expect(nowOf({ ...open, status: "ACCEPTED", paidWei: 1n, release: 3 })).toBeUndefined();
});

test("a lease counts down while the job trains, the deadline while nobody holds it", () => {
  expect(jobSteps({ ...open, status: "LEASED", leaseEnds: 400 })[2]).toMatchObject({ endsAt: 400 });
  expect(jobSteps(open)[1]).toMatchObject({ endsAt: 1_000 });
});

test("a cancelled job says so and goes no further", () => {
  const steps = jobSteps({ ...open, status: "CANCELLED" });
  expect(steps[1]).toMatchObject({ state: "failed", title: "Cancelled" });
  expect(steps[2]?.state).toBe("waiting");
});
