import type { ServerResponse } from "node:http";
import { z } from "zod";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import type { Claims } from "./claims.ts";
import type { ProgressEvent } from "./runProgress.ts";
import { type Attempt, isOver, type RunStore } from "./runStore.ts";

const KEEP_ALIVE_MS = 15_000;

const wholeNumber = z.coerce.number().int().min(1);

/** What tells which jobs a node leaves to others. */
type Declining = Pick<Claims, "declined">;

/**
 * GET /v1/jobs and GET /v1/jobs/:job/progress, the past first and then live. A stream tells one attempt: the present one,
 * or an earlier one with `?attempt=`. It opens with an event `attempt`, so that nobody adds two attempts to one curve.
 */
export function addProgressRoutes(
  server: Server,
  runs: RunStore,
  claims: Declining,
  signal: AbortSignal,
): void {
  server.get(
    "/v1/jobs",
    { schema: { querystring: z.object({ job: wholeNumber.optional() }) } },
    (request) => ({
      jobs: runs.attempts(request.query.job).map(({ result, ...attempt }) => ({ ...attempt, ...result })),
      declined: claims.declined(request.query.job),
    }),
  );

  server.get(
    "/v1/jobs/:job/progress",
    {
      schema: {
        params: z.object({ job: wholeNumber }),
        querystring: z.object({ attempt: wholeNumber.optional() }),
      },
    },
    (request, reply) => {
      const { job } = request.params;
      const run = runs.find(job);
      if (run === undefined) {
        throw new HttpRefusal(404, {
          code: "unknown-job",
          sentence: `This trainer does not hold job ${job}.`,
          next: "Ask the trainer that claimed it; the job on the chain names it.",
        });
      }
      const number = request.query.attempt ?? run.attempt;
      const attempt = runs.attempts(job).find((one) => one.attempt === number);
      if (attempt === undefined) {
        throw new HttpRefusal(404, {
          code: "unknown-attempt",
          sentence: `This trainer knows no attempt ${number} at job ${job}.`,
          next: `Ask for one that GET /v1/jobs?job=${job} names; the present one is ${run.attempt}.`,
        });
      }
      const seen = Number(request.headers["last-event-id"] ?? 0) || 0;
      if (seen > 0 && isOver(attempt.state) && runs.progressAfter(job, seen, number).length === 0) {
        // Tells an EventSource to stop connecting again.
        return reply.code(204).send();
      }
      reply.hijack();
      stream(reply.raw, runs, attempt, seen, signal);
      return reply;
    },
  );
}

function stream(
  response: ServerResponse,
  runs: RunStore,
  { job, attempt, state }: Attempt,
  seen: number,
  signal: AbortSignal,
): void {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  response.write(`event: attempt\ndata: ${JSON.stringify({ job, attempt })}\n\n`);
  let last = seen;
  const write = ({ id, event, data }: ProgressEvent): void => {
    last = id;
    response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const stopListening = runs.listen(job, (happened) => {
    if (happened.id <= last) return;
    // Claimed again: whoever connects anew hears the new attempt from its beginning.
    if (happened.attempt !== attempt) return finish();
    write(happened);
    if (happened.event === "status" && isOver(happened.data.state as never)) finish();
  });
  const timer = setInterval(() => response.write(":\n\n"), KEEP_ALIVE_MS);
  const finish = (): void => {
    clearInterval(timer);
    stopListening();
    signal.removeEventListener("abort", finish);
    response.end();
  };
  signal.addEventListener("abort", finish, { once: true });
  response.once("close", finish);
  for (const event of runs.progressAfter(job, seen, attempt)) write(event);
  if (isOver(state)) finish();
}
