import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { readJob } from "@openledger/sdk/client/readJob";
import { explainError } from "@openledger/sdk/errors";
import { addressSchema, integerSchema } from "@openledger/sdk/schemas";
import { type Address, isAddressEqual } from "viem";
import { z } from "zod";
import { HttpRefusal } from "../../app/httpErrors.ts";
import type { Server } from "../../app/server.ts";
import type { GatewayParts } from "../parts.ts";
import { type ProgressQuestion, TrainerServer } from "../trainerServers.ts";

const jobNumber = z.coerce.number().pipe(integerSchema(1, 2 ** 40 - 1));
const attemptNumber = z.coerce.number().pipe(integerSchema(1, 1_000_000));

/** Passes on what this gateway's trainers tell: the list of their runs, and the events of one from the first one on. */
export function addTrainingProgressRoute(server: Server, parts: GatewayParts): void {
  const trainers = parts.config.TRAINER_URLS.map((url) => new TrainerServer(url, parts));
  server.get(
    "/v1/jobs",
    {
      schema: {
        tags: ["train"],
        summary:
          "The runs of this gateway's trainers, past and present, with the end of each, and the open jobs that they leave to others, with the reason",
        querystring: z.object({ job: jobNumber.optional() }),
      },
    },
    async (request) => {
      const told = await Promise.all(
        trainers.map((trainer) => trainer.jobs(request.query.job, parts.signal)),
      );
      return {
        runs: told.flatMap(({ runs }) => runs).sort((a, b) => b.job - a.job || b.attempt - a.attempt),
        declined: told.flatMap(({ declined }) => declined).sort((a, b) => b.job - a.job),
      };
    },
  );
  server.get(
    "/v1/jobs/:job/progress",
    {
      schema: {
        tags: ["train"],
        summary: "A job's training as server-sent events, with everything that happened before",
        description:
          "Of the trainer that holds the job, or held it last, and its present attempt; `trainer` and `attempt` name another run of GET /v1/jobs.",
        params: z.object({ job: jobNumber }),
        querystring: z.object({ trainer: addressSchema.optional(), attempt: attemptNumber.optional() }),
      },
    },
    async (request, reply) => {
      const { job } = request.params;
      const { trainer, attempt } = request.query;
      const leave = new AbortController();
      reply.raw.on("close", () => leave.abort());
      const signal = AbortSignal.any([leave.signal, parts.signal]);
      const holder = trainer ?? (await holderOf(parts, job));
      const lastEventId = request.headers["last-event-id"]?.toString();
      const accounts = await Promise.all(trainers.map((one) => one.account(signal)));
      const holds = (one: TrainerServer) => isSame(accounts[trainers.indexOf(one)], holder);
      const asked =
        trainer === undefined ? await byLikelihood(trainers, job, holds, signal) : trainers.filter(holds);
      const answer = await firstAnswer(asked, { job, attempt, lastEventId }, signal);
      if (answer.response.status === 204) return reply.code(204).send();
      const events = Readable.fromWeb(answer.response.body as ReadableStream<Uint8Array>);
      // A trainer that goes away ends the stream; the reader connects again and gets the rest.
      events.on("error", () => reply.raw.destroy());
      const account = accounts[trainers.indexOf(answer.trainer)];
      return reply
        .type("text/event-stream")
        .header("cache-control", "no-cache")
        .header("x-accel-buffering", "no")
        .headers(account === undefined ? {} : { "x-openledger-trainer": account })
        .send(events);
    },
  );
}

/** Who the chain says works on the job, or worked on it last. */
async function holderOf({ chain }: GatewayParts, job: number): Promise<Address> {
  try {
    return (await readJob(chain.client, { addresses: chain.addresses, job })).trainer;
  } catch (error) {
    const { name, sentence, next } = explainError(error);
    if (name === "UnknownJob") throw new HttpRefusal(404, { code: name, sentence, next });
    throw error;
  }
}

/**
 * Trainers in the order in which one would have the run that counts. The chain names the holder of a lease only; of an
 * attested job it is whose run was not lost, and an earlier trainer may still have the events of an attempt that failed.
 */
async function byLikelihood(
  trainers: readonly TrainerServer[],
  job: number,
  holds: (trainer: TrainerServer) => boolean,
  signal: AbortSignal,
): Promise<TrainerServer[]> {
  const ranked = trainers.map(async (trainer) => {
    if (holds(trainer)) return { trainer, rank: 0 };
    const [latest] = (await trainer.runs(job, signal)).sort((a, b) => b.attempt - a.attempt);
    if (latest === undefined) return { trainer, rank: 3 };
    return { trainer, rank: latest.state === "lost" || latest.state === "failed" ? 2 : 1 };
  });
  return (await Promise.all(ranked)).sort((a, b) => a.rank - b.rank).map(({ trainer }) => trainer);
}

async function firstAnswer(
  trainers: readonly TrainerServer[],
  question: ProgressQuestion,
  signal: AbortSignal,
): Promise<{ trainer: TrainerServer; response: Response }> {
  for (const trainer of trainers) {
    const response = await trainer.progress(question, signal);
    if (response !== undefined) return { trainer, response };
  }
  throw new HttpRefusal(404, {
    code: "no-progress",
    sentence: `None of this gateway's trainers has worked on job ${question.job} so far.`,
    next: "Wait until a trainer claims it, and try again.",
  });
}

function isSame(account: Address | undefined, other: Address): boolean {
  return account !== undefined && isAddressEqual(account, other);
}
