import type { ServerResponse } from "node:http";
import { z } from "zod";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import { isOver, type ProgressEvent, type RunStore } from "./runStore.ts";

const KEEP_ALIVE_MS = 15_000;

/** GET /v1/jobs and GET /v1/jobs/:job/progress, the past first and then live. */
export function addProgressRoutes(server: Server, runs: RunStore, signal: AbortSignal): void {
  server.get("/v1/jobs", () => ({
    jobs: runs.list().map(({ job, attempt, state, result, error }) => ({
      job,
      attempt,
      state,
      ...(error === undefined ? {} : { error }),
      ...(result === undefined
        ? {}
        : {
            adapterDigest: result.adapterDigest,
            lossBeforeMicronats: result.lossBeforeMicronats,
            lossAfterMicronats: result.lossAfterMicronats,
            steps: result.steps,
            tokens: result.tokens,
          }),
    })),
  }));

  server.get(
    "/v1/jobs/:job/progress",
    { schema: { params: z.object({ job: z.coerce.number().int().min(1) }) } },
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
      const seen = Number(request.headers["last-event-id"] ?? 0) || 0;
      if (seen > 0 && isOver(run.state) && runs.progressAfter(job, seen).length === 0) {
        // Tells an EventSource to stop connecting again.
        return reply.code(204).send();
      }
      reply.hijack();
      stream(reply.raw, runs, job, seen, signal);
      return reply;
    },
  );
}

function stream(
  response: ServerResponse,
  runs: RunStore,
  job: number,
  seen: number,
  signal: AbortSignal,
): void {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  let last = seen;
  const tell = ({ id, event, data }: ProgressEvent): void => {
    if (id <= last) return;
    last = id;
    response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (event === "status" && isOver(data.state as never)) finish();
  };
  const stopListening = runs.listen(job, tell);
  const timer = setInterval(() => response.write(":\n\n"), KEEP_ALIVE_MS);
  const finish = (): void => {
    clearInterval(timer);
    stopListening();
    signal.removeEventListener("abort", finish);
    response.end();
  };
  signal.addEventListener("abort", finish, { once: true });
  response.once("close", finish);
  for (const event of runs.progressAfter(job, seen)) {
    // A run that was lost and begun again has an end in the middle of its past.
    last = event.id;
    response.write(`id: ${event.id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
  }
  const run = runs.find(job);
  if (run !== undefined && isOver(run.state)) finish();
}
