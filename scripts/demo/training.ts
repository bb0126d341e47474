/** The second act: a builder has a model tuned on the accepted text, trainers check each other, the model is released. */

import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { addressesOf } from "@openledger/sdk/addresses";
import { type Dataset, defaultJobSpec, type JobSpec } from "@openledger/sdk/jobSpec";
import { formatEther, type Hex, type PublicClient, parseEther, parseEventLogs } from "viem";
import { builder, nameOf } from "../stack/accounts.ts";
import { type Call, sendAll } from "../stack/transactions.ts";
import { GatewayClient } from "./gateway.ts";
import { ask, until } from "./questions.ts";
import { DocketStory } from "./verdicts.ts";
import { type Base, localBases } from "./world.ts";

const priceWei = parseEther("100");
const checkFeeRoomWei = parseEther("100");
const pool = 3;

/** The job as it was posted. */
export interface PostedJob {
  id: number;
  family: string;
  method: string;
  steps: number;
  specDigest: Hex;
}

/** The specification of the demo's job for a base and a dataset version: small enough to be done in a minute. */
function specOf(base: Base, version: Dataset): JobSpec {
  const { name, family, baseDigest } = base;
  const spec = defaultJobSpec({ base: { name, family, baseDigest }, datasets: [version] });
  return {
    ...spec,
    lora: { ...spec.lora, rank: 16, alpha: 32 },
    training: {
      ...spec.training,
      steps: 60,
      epochs: 0,
      batchSize: 8,
      learningRate: 0.01,
      cutoffTokens: 160,
      checkpointEverySteps: 5,
      seed: 7,
    },
    evaluation: { ...spec.evaluation, everySteps: 10 },
  };
}

/** Posts the job on the present version of a Datanet. */
export async function postJob(
  client: PublicClient,
  urls: { gateway: string; indexer: string },
  datanet: number,
  tell: (line: string) => void,
): Promise<PostedJob> {
  const addresses = addressesOf(await client.getChainId());
  // Other bases may have been added for nodes; the demo tunes one that set-up made.
  const base = localBases().find(({ name }) => name.startsWith("openledger-"));
  if (!base) throw new Error("Set-up made no base model.");
  const { datanet: row } = await ask<{ datanet: { versionCount: number; versionHead: Hex } }>(
    urls.indexer,
    "query ($id: Int!) { datanet(id: $id) { versionCount versionHead } }",
    { id: datanet },
  );
  const spec = specOf(base, { datanet, versionCount: row.versionCount, versionHead: row.versionHead }) as {
    method: string;
    training: { steps: number };
  };
  const { specDigest } = await new GatewayClient(urls.gateway).storeSpec(spec);
  const { timestamp } = await client.getBlock();
  const calls: Call[] = [
    {
      to: addresses.openToken,
      abi: openTokenAbi,
      functionName: "approve",
      args: [addresses.vault, priceWei + checkFeeRoomWei],
    },
    {
      to: addresses.training,
      abi: trainingAbi,
      functionName: "post",
      args: [specDigest, base.baseDigest, 0, priceWei, Number(timestamp) + 3600],
    },
  ];
  const receipts = await sendAll(client, builder.account, calls);
  const [posted] = parseEventLogs({
    abi: trainingAbi,
    eventName: "JobPosted",
    logs: receipts[1]?.logs ?? [],
  });
  if (!posted) throw new Error("The job's transaction told of no job.");
  const id = Number(posted.args.job);
  tell(
    `${builder.name} posts job ${id}: ${spec.method} on ${base.name}, version ${row.versionCount} of Datanet ${datanet}, ${formatEther(priceWei)} OPEN in escrow`,
  );
  return { id, family: base.family, method: spec.method, steps: spec.training.steps, specDigest };
}

interface JobRow {
  status: string;
  trainer: Hex | null;
  docket: number | null;
  steps: string | null;
  lossBeforeMicronats: string | null;
  lossAfterMicronats: string | null;
  adapterDigest: Hex | null;
  paidWei: string | null;
  release: number | null;
  releaseRow: { model: number } | null;
}

const jobQuery = `query ($id: Int!) { job(id: $id) {
  status trainer docket steps lossBeforeMicronats lossAfterMicronats adapterDigest paidWei release releaseRow { model }
} }`;

/** What came of the job. */
export interface FinishedJob {
  trainer: Hex;
  lossBefore: number;
  lossAfter: number;
  steps: number;
  checkedBy: Hex[];
  settled: boolean;
  model: number;
  release: number;
  adapterSha256: Hex;
}

const nats = (micronats: string | number) => Number(micronats) / 1e6;

/** Follows the job from the claim to the release. */
export async function followJob(
  urls: { gateway: string; indexer: string },
  id: number,
  tell: (line: string) => void,
): Promise<FinishedJob> {
  const told = new Set<string>();
  const once = (key: string, line: string) => {
    if (told.has(key)) return;
    told.add(key);
    tell(line);
  };
  const story = new DocketStory(urls.indexer, tell);
  const stop = new AbortController();
  const losses = followLosses(urls.gateway, id, tell, stop.signal);
  try {
    const job = await until(`The release of job ${id}`, 600, async () => {
      const { job: row } = await ask<{ job: JobRow | null }>(urls.indexer, jobQuery, { id });
      if (!row) return undefined;
      if (row.trainer) once("claimed", `${nameOf(row.trainer)} claims job ${id} and bonds its stake`);
      if (row.adapterDigest && row.lossBeforeMicronats && row.lossAfterMicronats)
        once(
          `attested ${row.adapterDigest}`,
          `${nameOf(row.trainer ?? "")} attests adapter ${row.adapterDigest.slice(0, 12)}…: held-out loss ${nats(row.lossBeforeMicronats).toFixed(3)} → ${nats(row.lossAfterMicronats).toFixed(3)} nats a token`,
        );
      if (row.docket !== null && row.docket > 0) await story.look([row.docket]);
      if (row.status === "ACCEPTED" && row.paidWei)
        once(
          "paid",
          `the COMPUTE committee confirms; ${nameOf(row.trainer ?? "")} is paid ${formatEther(BigInt(row.paidWei))} OPEN`,
        );
      if (row.status === "CANCELLED") throw new Error(`Job ${id} was cancelled.`);
      if (row.release === null || !row.releaseRow) return undefined;
      once("released", `model ${row.releaseRow.model}, release ${row.release}, is ${builder.name}'s`);
      return row;
    });
    const { votes } = await ask<{ votes: { items: { voter: Hex; revealed: boolean; pool: number }[] } }>(
      urls.indexer,
      "query ($docket: Float!) { votes(where: { docket: $docket }, limit: 100) { items { voter revealed pool } } }",
      { docket: job.docket },
    );
    return {
      trainer: job.trainer ?? "0x",
      lossBefore: nats(job.lossBeforeMicronats ?? 0),
      lossAfter: nats(job.lossAfterMicronats ?? 0),
      steps: Number(job.steps ?? 0),
      // A docket that was drawn again has a vote of each round.
      checkedBy: [
        ...new Set(
          votes.items.filter((vote) => vote.revealed && vote.pool === pool).map(({ voter }) => voter),
        ),
      ],
      settled: job.status === "ACCEPTED",
      model: job.releaseRow?.model ?? 0,
      release: job.release ?? 0,
      adapterSha256: job.adapterDigest ?? "0x",
    };
  } finally {
    stop.abort();
    await losses;
  }
}

/** Tells the loss as the trainer streams it; a stream that breaks off is opened again. */
async function followLosses(
  gateway: string,
  id: number,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let lastStep = 0;
  while (!signal.aborted) {
    try {
      const response = await fetch(`${gateway}/v1/jobs/${id}/progress`, { signal });
      if (!response.ok || !response.body) throw new Error(`The progress of job ${id} is not there yet.`);
      let buffer = "";
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        buffer += chunk;
        const messages = buffer.split(/\r?\n\r?\n/);
        buffer = messages.pop() ?? "";
        for (const message of messages) {
          const data = /^data: ?(.*)$/m.exec(message)?.[1];
          if (!/^event: ?step$/m.test(message) || !data) continue;
          const { step, steps, lossMicronats } = JSON.parse(data);
          if (step <= lastStep) continue;
          lastStep = step;
          if (step === 1 || step % 5 === 0)
            tell(`  step ${step} of ${steps}: loss ${nats(lossMicronats).toFixed(3)}`);
        }
      }
    } catch {
      if (signal.aborted) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
