import { z } from "zod";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import { WorkerError } from "../worker/pythonWorker.ts";
import { plainly, requireRelease } from "./answerRoute.ts";
import type { Askers } from "./askers.ts";
import type { ChatEngine } from "./chatEngine.ts";
import type { ChatModels } from "./chatModels.ts";
import { leavingOf } from "./eventStream.ts";
import { messagesSchema } from "./openai/completionRequest.ts";
import type { Releases } from "./releases.ts";

/** Each reads all gradients of a training: answers come first. */
const MOST_AT_ONCE = 2;
const LONGEST_ANSWER = 100_000;
/** What the worker says of questions and answers that it cannot work with. */
const FAULTS_OF_ASKERS = new Set(["bad-conversation", "bad-prompt", "bad-request", "empty-answer"]);

/** What the route works with. */
interface AttributionParts {
  releases: Releases;
  models: ChatModels;
  engine: ChatEngine;
  askers: Askers;
}

/** POST /v1/attributions: which data shaped an answer, by contribution, with shares in millionths that sum to one. */
export function addAttributionRoute(
  server: Server,
  { releases, models, engine, askers }: AttributionParts,
): void {
  let underWay = 0;
  server.post(
    "/v1/attributions",
    {
      bodyLimit: 2 * 1024 * 1024,
      schema: {
        body: z.object({
          release: z.number().int().min(1),
          messages: messagesSchema,
          answer: z.string().min(1).max(LONGEST_ANSWER),
        }),
      },
    },
    async (request, reply) => {
      plainly(() => askers.takeRequest(askers.identify(request)));
      const { release, messages, answer } = request.body;
      const model = await requireRelease(models, release);
      const indexPath = releases.find(release)?.attributionIndex;
      if (indexPath === undefined || engine.attribute === undefined) {
        throw new HttpRefusal(404, {
          code: "no-attribution-index",
          sentence: `Release ${release} keeps no attribution index.`,
          next: "Ask a release whose trainer published one.",
        });
      }
      if (underWay >= MOST_AT_ONCE) {
        throw new HttpRefusal(503, {
          code: "busy",
          sentence: `${underWay} answers are being traced to their data already.`,
          next: "Ask again in a moment.",
        });
      }
      const left = leavingOf(reply.raw);
      underWay++;
      try {
        return await engine.attribute(model, indexPath, messages, answer, left);
      } catch (error) {
        if (!(error instanceof WorkerError)) throw error;
        const { code, message: sentence, next } = error;
        const status = FAULTS_OF_ASKERS.has(code) ? 400 : code === "busy" ? 503 : 500;
        throw new HttpRefusal(status, { code, sentence, next });
      } finally {
        underWay--;
      }
    },
  );
}
