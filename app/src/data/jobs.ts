import { queryOptions } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { askIndex, type Page } from "./graphql.ts";

/** A training job as the index knows it; amounts in wei, times in seconds of chain time. */
export type Job = {
  id: number;
  poster: Address;
  status: "OPEN" | "LEASED" | "ATTESTED" | "ACCEPTED" | "CANCELLED";
  specDigest: Hex;
  baseDigest: Hex;
  parentRelease: number | null;
  priceWei: bigint;
  checkFeeWei: bigint;
  deadline: number;
  postedAt: number;
  trainer: Address | null;
  leaseEnds: number | null;
  claimedAt: number | null;
  attempts: number;
  step: number | null;
  lossMicronats: number | null;
  docket: number | null;
  lossBeforeMicronats: number | null;
  lossAfterMicronats: number | null;
  tokens: number | null;
  steps: number | null;
  adapterDigest: Hex | null;
  attestedAt: number | null;
  paidWei: bigint | null;
  endedAt: number | null;
  release: number | null;
  base: { family: string; name: string; licence: string } | null;
  attestationRow: {
    transcriptHead: Hex;
    reportDigest: Hex;
    state: "JUDGING" | "SETTLED" | "ACCEPTED" | "REJECTED";
    grade: number | null;
    reason: number | null;
    transaction: Hex;
  } | null;
};

type Row = {
  [Key in keyof Job]: Job[Key] extends number | bigint | null ? number | string | null : Job[Key];
};

const FIELDS = `id poster status specDigest baseDigest parentRelease priceWei checkFeeWei deadline postedAt trainer
  leaseEnds claimedAt attempts step lossMicronats docket lossBeforeMicronats lossAfterMicronats tokens steps adapterDigest
  attestedAt paidWei endedAt release base { family name licence }
  attestationRow { transcriptHead reportDigest state grade reason transaction }`;

/** Every job, newest first. */
export const jobsQuery = () =>
  queryOptions({
    queryKey: ["jobs"],
    queryFn: async ({ signal }) => {
      const { jobs } = await askIndex<{ jobs: Page<Row> }>(
        `{ jobs(orderBy: "id", orderDirection: "desc", limit: 100) { items { ${FIELDS} } totalCount } }`,
        {},
        signal,
      );
      return jobs.items.map(toJob);
    },
    refetchInterval: 3_000,
  });

/** Whether nothing more will happen to a job. */
export const isJobOver = (job: Pick<Job, "status" | "release">): boolean =>
  job.status === "CANCELLED" || (job.status === "ACCEPTED" && job.release !== null);

/** One job, or null when the index does not know it (yet). */
export const jobQuery = (id: number) =>
  queryOptions({
    queryKey: ["job", id],
    queryFn: async ({ signal }) => {
      const { job } = await askIndex<{ job: Row | null }>(
        `query ($id: Int!) { job(id: $id) { ${FIELDS} } }`,
        { id },
        signal,
      );
      return job ? toJob(job) : null;
    },
    refetchInterval: ({ state }) => (state.data && isJobOver(state.data) ? false : 1_500),
  });

/** A step's loss. */
export type LossPoint = { step: number; lossMicronats: number };

/** The losses that the present lease's heartbeats put on the chain: fewer points than the trainer's own stream, but for ever. */
export const heartbeatsQuery = ({ id, trainer, claimedAt }: Pick<Job, "id" | "trainer" | "claimedAt">) =>
  queryOptions({
    queryKey: ["heartbeats", id, trainer, claimedAt],
    queryFn: async ({ signal }) => {
      const { heartbeats } = await askIndex<{ heartbeats: Page<{ step: string; lossMicronats: string }> }>(
        `query ($where: heartbeatFilter!) {
          heartbeats(where: $where, orderBy: "step", orderDirection: "asc", limit: 1000) {
            items { step lossMicronats } totalCount
          }
        }`,
        { where: { job: id, trainer, time_gte: String(claimedAt ?? 0) } },
        signal,
      );
      return lossPoints(heartbeats.items);
    },
    enabled: trainer !== null,
    refetchInterval: 3_000,
  });

/** The training losses that heartbeats tell; the one of step 0 commits the recipe, before any loss. */
export function lossPoints(heartbeats: readonly { step: string; lossMicronats: string }[]): LossPoint[] {
  return heartbeats
    .map(({ step, lossMicronats }) => ({ step: Number(step), lossMicronats: Number(lossMicronats) }))
    .filter(({ step }) => step > 0);
}

function toJob(row: Row): Job {
  const number = (value: number | string | null) => (value === null ? null : Number(value));
  return {
    ...row,
    id: Number(row.id),
    priceWei: BigInt(row.priceWei ?? 0),
    checkFeeWei: BigInt(row.checkFeeWei ?? 0),
    deadline: Number(row.deadline),
    postedAt: Number(row.postedAt),
    attempts: Number(row.attempts),
    parentRelease: number(row.parentRelease),
    leaseEnds: number(row.leaseEnds),
    claimedAt: number(row.claimedAt),
    step: number(row.step),
    lossMicronats: number(row.lossMicronats),
    docket: number(row.docket),
    lossBeforeMicronats: number(row.lossBeforeMicronats),
    lossAfterMicronats: number(row.lossAfterMicronats),
    tokens: number(row.tokens),
    steps: number(row.steps),
    attestedAt: number(row.attestedAt),
    endedAt: number(row.endedAt),
    release: number(row.release),
    paidWei: row.paidWei === null ? null : BigInt(row.paidWei),
  };
}
