import type { Addresses } from "@openledger/sdk/addresses";
import { cidOfDigest } from "@openledger/sdk/cid";
import { type Job, readAttested, readJob, readJobs } from "@openledger/sdk/client/readJob";
import { readReleaseOfJob } from "@openledger/sdk/client/readRelease";
import { type JobSpec, readJobSpec } from "@openledger/sdk/jobSpec";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import type { Address, PublicClient } from "viem";
import { isAddressEqual } from "viem";
import type { GatewayApi } from "../gatewayApi.ts";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";

/** What the statuses of a job mean for who waits for it. */
const STATES: Readonly<Record<Job["status"], string>> = {
  NONE: "unknown",
  OPEN: "waits for a trainer",
  LEASED: "is being trained",
  ATTESTED: "is being checked",
  ACCEPTED: "done",
  CANCELLED: "cancelled",
};

/** A run as a gateway's trainer tells it. */
export interface ToldRun {
  trainer: Address;
  job: number;
  attempt: number;
  state: string;
  error?: string;
}

/** A trainer that leaves an open job to others, and why. */
interface DeclinedJob {
  trainer: Address;
  reason: string;
}

/** Every job, or those of one poster, newest first. */
export async function listJobs(
  session: Session,
  { poster, open }: { poster?: Address; open?: boolean },
): Promise<Answer> {
  const { client, addresses } = await session.connection();
  const jobs = (await readJobs(client, { addresses }))
    .filter((job) => poster === undefined || isAddressEqual(job.poster, poster))
    .filter(({ status }) => open !== true || status === "OPEN")
    .reverse();
  return {
    json: { jobs },
    lines:
      jobs.length === 0
        ? ["There is no such job."]
        : jobs.map(
            ({ job, status, priceWei, poster: by }) =>
              `job ${job}: ${STATES[status]}, ${formatOpenAmount(priceWei)}, posted by ${by}`,
          ),
  };
}

/** One job: its state on the chain, its spec, its runs, and what came of it. */
export async function showJob(session: Session, number: number): Promise<Answer> {
  const { client, addresses } = await session.connection();
  const job = await readJob(client, { addresses, job: number });
  const [release, attested, spec, { runs, declined }] = await Promise.all([
    readReleaseOfJob(client, { addresses, job: number }),
    lastAttestation(client, addresses, number),
    fetchSpec(session.gateway, job).catch(() => {
      session.io.signal.throwIfAborted();
      return undefined;
    }),
    toldJob(session, number),
  ]);
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const nats = (micronats: bigint) => (Number(micronats) / 1e6).toFixed(4);
  return {
    json: {
      ...job,
      release: release ?? null,
      attestation: attested ?? null,
      spec: spec ?? null,
      runs,
      declined,
    },
    lines: [
      `job ${number} ${STATES[job.status]}; ${formatOpenAmount(job.priceWei)} for it, posted by ${job.poster}`,
      `deadline ${iso(job.deadline)}${job.status === "LEASED" ? `, lease of ${job.trainer} until ${iso(job.leaseEnds)}` : ""}`,
      ...(spec === undefined
        ? [`its spec ${job.specDigest} cannot be fetched at the gateway`]
        : [
            `${spec.method} on ${spec.base.name} (${spec.base.family}), Datanet ${spec.datasets.map(({ datanet, versionCount }) => `${datanet} at version ${versionCount}`).join(", ")}${spec.parentRelease === null ? "" : `, refining release ${spec.parentRelease}`}`,
          ]),
      ...(attested === undefined
        ? []
        : [
            `attested: held-out loss ${nats(attested.lossBeforeMicronats)} → ${nats(attested.lossAfterMicronats)} nats a token after ${attested.steps} steps`,
          ]),
      ...runs.map(
        ({ trainer, attempt, state, error }) =>
          `attempt ${attempt} of ${trainer}: ${state}${error === undefined ? "" : `: ${error}`}`,
      ),
      ...(job.status === "OPEN"
        ? declined.map(({ trainer, reason }) => `${trainer} leaves it to others: ${reason}`)
        : []),
      ...(release === undefined ? [] : [`release ${release} came of it`]),
    ],
  };
}

/** What the gateway's trainers say of a job: nothing when the gateway does not answer. */
async function toldJob(session: Session, job: number): Promise<{ runs: ToldRun[]; declined: DeclinedJob[] }> {
  try {
    const { runs, declined = [] } = await session.gateway.ask<{
      runs: ToldRun[];
      declined?: DeclinedJob[];
    }>(`/v1/jobs?job=${job}`);
    return { runs, declined };
  } catch {
    session.io.signal.throwIfAborted();
    return { runs: [], declined: [] };
  }
}

async function lastAttestation(client: PublicClient, addresses: Addresses, job: number) {
  const attested = await readAttested(client, {
    addresses,
    job,
    fromBlock: BigInt(addresses.deploymentBlock),
    toBlock: await client.getBlockNumber(),
  });
  return attested.at(-1)?.attestation;
}

async function fetchSpec(gateway: GatewayApi, { specDigest }: Job): Promise<JobSpec> {
  return readJobSpec(await gateway.content(cidOfDigest(specDigest)), specDigest);
}
