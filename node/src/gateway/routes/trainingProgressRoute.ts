import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { integerSchema } from "@openledger/sdk/schemas";
import { z } from "zod";
import { HttpRefusal } from "../../app/httpErrors.ts";
import type { Server } from "../../app/server.ts";
import type { GatewayParts } from "../parts.ts";

const ANSWER_MILLISECONDS = 5_000;

/** Passes on the events of the trainer that works on a job, from the first one on. */
export function addTrainingProgressRoute(server: Server, parts: GatewayParts): void {
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
      const leave = new AbortController();
      const signal = AbortSignal.any([leave.signal, parts.signal]);
      request.raw.on("close", () => leave.abort());
      reply.raw.on("close", () => leave.abort());
      const stream = await openStream(parts, request.params.job, request.headers["last-event-id"], signal);
      const events = Readable.fromWeb(stream);
      events.on("error", () => reply.raw.destroy());
      return reply
        .type("text/event-stream")
        .header("cache-control", "no-cache")
        .header("x-accel-buffering", "no")
        .send(events);
    },
  );
}

/** Trainers are asked in turn: the one that works, or last worked, on the job has its events. */
async function openStream(
  { config, log }: GatewayParts,
  job: number,
  lastEventId: unknown,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (typeof lastEventId === "string") headers["last-event-id"] = lastEventId;
  const answers = await Promise.all(
    config.TRAINER_URLS.map(async (url) => {
      const give = new AbortController();
      const timer = setTimeout(() => give.abort(), ANSWER_MILLISECONDS);
      try {
        const response = await fetch(`${url.replace(/\/$/, "")}/v1/jobs/${job}/progress`, {
          headers,
          signal: AbortSignal.any([signal, give.signal]),
        });
        if (response.ok && response.body !== null) return { body: response.body, give };
        await response.body?.cancel();
      } catch (error) {
        log.debug({ trainer: url, job, err: error }, "trainer does not answer");
      } finally {
        clearTimeout(timer);
      }
      return undefined;
    }),
  );
  const [first, ...others] = answers.filter((answer) => answer !== undefined);
  for (const other of others) other.give.abort();
  if (first !== undefined) return first.body as ReadableStream<Uint8Array>;
  throw new HttpRefusal(404, {
    code: "no-progress",
    sentence: `None of this gateway's trainers has worked on job ${job} so far.`,
    next: "Wait until a trainer claims it, and try again.",
  });
}
