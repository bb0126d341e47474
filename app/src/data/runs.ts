import { queryOptions } from "@tanstack/react-query";
import { type Address, isAddressEqual } from "viem";
import { getJson } from "./gateway.ts";
import { askIndex, type Page } from "./graphql.ts";

/** A run as its trainer tells it through the gateway. */
export type ToldRun = {
  trainer: Address;
  job: number;
  /** How often this trainer had claimed the job. */
  attempt: number;
  state: string;
  /** Why it ended badly. */
  error?: string;
};

/** A lease as the chain tells it. */
export type Lease = {
  trainer: Address;
  claimedAt: number;
  endedAt: number | undefined;
  end: "running" | "expired" | "attested" | "rejected" | "accepted";
};

/** A lease with what its trainer says of it, where the trainer answers. */
export type Run = Lease & { told: ToldRun | undefined };

/** A trainer of this gateway that leaves an open job to others. */
type Declined = { trainer: Address; reason: string };

/** Which of this gateway's trainers leave an open job to others, and why. */
export const declinedQuery = (job: number) =>
  queryOptions({
    queryKey: ["declined", job],
    queryFn: async ({ signal }) =>
      (await getJson<{ declined?: Declined[] }>(`/v1/jobs?job=${job}`, signal)).declined ?? [],
    refetchInterval: 5_000,
  });

type EventRow = { kind: string; account: Address | null; time: string };

/** Every lease of a job, the newest first, with what the trainers of this gateway say of theirs. */
export const runsQuery = (job: number) =>
  queryOptions({
    queryKey: ["runs", job],
    queryFn: async ({ signal }) => {
      const [{ events }, told] = await Promise.all([
        askIndex<{ events: Page<EventRow> }>(
          `query ($job: Int!) {
            events(where: { job: $job }, orderBy: "id", orderDirection: "asc", limit: 500) {
              items { kind account time } totalCount
            }
          }`,
          { job },
          signal,
        ),
        // Leases are known from the chain; the trainers' own words are an addition.
        getJson<{ runs: ToldRun[] }>(`/v1/jobs?job=${job}`, signal).catch(() => ({ runs: [] })),
      ]);
      return withTold(leasesOf(events.items), told.runs);
    },
    refetchInterval: 5_000,
  });

/** The leases that a job's events tell of, in their order. */
export function leasesOf(events: readonly EventRow[]): Lease[] {
  const leases: Lease[] = [];
  const end = (how: Lease["end"], time: string) => {
    const lease = leases.at(-1);
    if (lease) leases[leases.length - 1] = { ...lease, end: how, endedAt: Number(time) };
  };
  for (const { kind, account, time } of events) {
    if (kind === "JOB_CLAIMED" && account !== null)
      leases.push({ trainer: account, claimedAt: Number(time), endedAt: undefined, end: "running" });
    else if (kind === "LEASE_EXPIRED") end("expired", time);
    else if (kind === "ATTESTED") end("attested", time);
    else if (kind === "ATTESTATION_REJECTED") end("rejected", time);
    else if (kind === "JOB_ACCEPTED") end("accepted", time);
  }
  return leases;
}

/** Give every lease what its trainer says of it: a trainer's latest lease is its latest run. The newest comes first. */
export function withTold(leases: readonly Lease[], told: readonly ToldRun[]): Run[] {
  const left = [...told].sort((a, b) => b.attempt - a.attempt);
  return [...leases].reverse().map((lease) => {
    const index = left.findIndex(({ trainer }) => isAddressEqual(trainer, lease.trainer));
    return { ...lease, told: index < 0 ? undefined : left.splice(index, 1)[0] };
  });
}
