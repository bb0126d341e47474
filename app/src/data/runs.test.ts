import { expect, test } from "vitest";
import { leasesOf, withTold } from "./runs.ts";

const [ada, ben] = [
  "0x00000000000000000000000000000000000000aD",
  "0x00000000000000000000000000000000000000be",
] as const;
const event = (kind: string, time: number, account: typeof ada | typeof ben | null = null) => ({
  kind,
  account,
  time: String(time),
});

test("a job's events tell its leases and how each ended", () => {
  const leases = leasesOf([
    event("JOB_POSTED", 1, ada),
    event("JOB_CLAIMED", 2, ada),
    event("LEASE_EXPIRED", 5, ada),
    event("JOB_CLAIMED", 6, ben),
    event("ATTESTED", 8, ben),
    event("ATTESTATION_REJECTED", 9, ben),
    event("JOB_CLAIMED", 10, ada),
  ]);
  expect(leases).toEqual([
    { trainer: ada, claimedAt: 2, endedAt: 5, end: "expired" },
    { trainer: ben, claimedAt: 6, endedAt: 9, end: "rejected" },
    { trainer: ada, claimedAt: 10, endedAt: undefined, end: "running" },
  ]);
});

test("a trainer's runs go to its leases from the newest on; a lease without a word stays", () => {
  const lease = (trainer: typeof ada | typeof ben, claimedAt: number) =>
    ({ trainer, claimedAt, endedAt: undefined, end: "expired" }) as const;
  const told = (attempt: number) => ({
    trainer: ada.toLowerCase() as typeof ada,
    job: 1,
    attempt,
    state: "lost",
    error: `reason ${attempt}`,
  });
  const runs = withTold([lease(ada, 1), lease(ben, 2), lease(ada, 3)], [told(1), told(2)]);
  expect(runs.map(({ claimedAt, told: words }) => [claimedAt, words?.error])).toEqual([
    [3, "reason 2"],
    [2, undefined],
    [1, "reason 1"],
  ]);
});
