import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { readJob } from "@openledger/sdk/client/readJob";
import { explainError } from "@openledger/sdk/errors";
import { integerSchema } from "@openledger/sdk/schemas";
import type { Address } from "viem";
import { z } from "zod";
import { HttpRefusal } from "../../app/httpErrors.ts";
import type { Server } from "../../app/server.ts";
import type { GatewayParts } from "../parts.ts";

const ANSWER_MILLISECONDS = 5_000;

/** Passes on the events of the trainer that works on a job, from the first one on. */
export function addTrainingProgressRoute(server: Server, parts: GatewayParts): void {
  const trainers = parts.config.TRAINER_URLS.map((url) => new TrainerServer(url.replace(/\/+$/, ""), parts));
  server.get(
    "/v1/jobs/:job/progress",
    {
      schema: {
        tags: ["train"],
        summary: "A job's training as server-sent events, with everything that happened before",
        params: z.object({ job: z.coerce.number().pipe(integerSchema(1, 2 ** 40 - 1)) }),
      },
    },
    async (request, reply) => {
      const { job } = request.params;
      const leave = new AbortController();
      reply.raw.on("close", () => leave.abort());
      const signal = AbortSignal.any([leave.signal, parts.signal]);
      const holder = await holderOf(parts, job);
      const lastEventId = request.headers["last-event-id"];
      const stream = await firstStream(trainers, holder, job, lastEventId?.toString(), signal);
      const events = Readable.fromWeb(stream);
      // A trainer that goes away ends the stream; the reader connects again and gets the rest.
      events.on("error", () => reply.raw.destroy());
      return reply
        .type("text/event-stream")
        .header("cache-control", "no-cache")
        .header("x-accel-buffering", "no")
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

/** The holder first: an earlier trainer may still have the events of an attempt that failed. */
async function firstStream(
  trainers: readonly TrainerServer[],
  holder: Address,
  job: number,
  lastEventId: string | undefined,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const accounts = await Promise.all(trainers.map((trainer) => trainer.account(signal)));
  const held = trainers.filter((_, index) => accounts[index] === holder);
  for (const trainer of [...held, ...trainers.filter((other) => !held.includes(other))]) {
    const stream = await trainer.progress(job, lastEventId, signal);
    if (stream !== undefined) return stream;
  }
  throw new HttpRefusal(404, {
    code: "no-progress",
    sentence: `None of this gateway's trainers has worked on job ${job} so far.`,
    next: "Wait until a trainer claims it, and try again.",
  });
}

/** A trainer's HTTP server. */
class TrainerServer {
  readonly #url: string;
  readonly #log: GatewayParts["log"];
  #account: Address | undefined;

  constructor(url: string, { log }: GatewayParts) {
    this.#url = url;
    this.#log = log;
  }

  /** The account that the trainer signs with; undefined while it does not answer. */
  async account(signal: AbortSignal): Promise<Address | undefined> {
    if (this.#account === undefined) {
      const response = await this.#fetch("/healthz", {}, signal);
      const body = (await response?.json().catch(() => undefined)) as { account?: Address } | undefined;
      this.#account = body?.account;
    }
    return this.#account;
  }

  /** The events of a job, when this trainer has any. */
  async progress(
    job: number,
    lastEventId: string | undefined,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array> | undefined> {
    const headers = {
      accept: "text/event-stream",
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    };
    const response = await this.#fetch(`/v1/jobs/${job}/progress`, headers, signal);
    return response?.body === null ? undefined : (response?.body as ReadableStream<Uint8Array> | undefined);
  }

  /** A successful answer. Only its beginning has a time limit: events may come for hours. */
  async #fetch(
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response | undefined> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_MILLISECONDS);
    try {
      const response = await fetch(`${this.#url}${path}`, {
        headers,
        signal: AbortSignal.any([signal, late.signal]),
      });
      if (response.ok) return response;
      await response.body?.cancel();
    } catch (error) {
      this.#log.debug({ trainer: this.#url, path, err: error }, "trainer does not answer");
    } finally {
      clearTimeout(timer);
    }
    return undefined;
  }
}
