import type { Logger } from "pino";
import { z } from "zod";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import type { Answering } from "./answering.ts";
import type { Asker, Askers } from "./askers.ts";
import type { ChatModel } from "./chatEngine.ts";
import { type ChatModels, releaseId } from "./chatModels.ts";
import { EventStream } from "./eventStream.ts";
import { ApiRefusal, toRefusal } from "./openai/apiRefusal.ts";
import { LARGEST_SEED } from "./openai/completionRequest.ts";

const LONGEST_QUESTION = 4_000;

const questionSchema = ({ longestAnswer, defaultAnswer }: AnswerParts["limits"]) =>
  z.object({
    release: z.number().int().min(1),
    question: z.string().trim().min(1).max(LONGEST_QUESTION),
    maxTokens: z.number().int().min(1).max(longestAnswer).default(defaultAnswer),
    temperature: z.number().min(0).max(2).default(0),
    seed: z.number().int().min(0).max(LARGEST_SEED).default(0),
  });

/** What the route works with. */
interface AnswerParts {
  log: Logger;
  models: ChatModels;
  answering: Answering;
  askers: Askers;
  /** In tokens. */
  limits: { longestAnswer: number; defaultAnswer: number };
}

/** POST /v1/answers: one question to a release and to its base, both answers in one stream. */
export function addAnswerRoute(
  server: Server,
  { log, models, answering, askers, limits }: AnswerParts,
): void {
  server.post(
    "/v1/answers",
    { schema: { body: questionSchema(limits) }, bodyLimit: 65_536 },
    async (request, reply) => {
      const { release, question, ...sampling } = request.body;
      const asker = plainly(() => {
        const found = askers.identify(request);
        askers.takeRequest(found);
        return found;
      });
      const tuned = await requireRelease(models, release);
      const base = await models.find(tuned.base.name);
      if ("reason" in base) throw baseGone(tuned);
      reply.hijack();
      const events = new EventStream(reply.raw, reply.getHeaders() as Record<string, string>);
      events.begin();
      const answer = async (side: "base" | "tuned", model: ChatModel, who: Asker) => {
        const { text, record } = await answering.answer(
          {
            asker: who,
            model,
            messages: [{ role: "user", content: question }],
            sampling: { ...sampling, topP: 1, stop: [] },
          },
          { signal: events.signal, onText: (piece) => events.send({ side, text: piece }, "token") },
        );
        return { text, usageRecord: record.digest };
      };
      try {
        const [first, second] = await Promise.all([
          answer("base", base, asker),
          answer("tuned", tuned, asker),
        ]);
        events.send(
          {
            base: first.text,
            tuned: second.text,
            release,
            adapterDigest: tuned.adapter?.digest,
            usageRecords: [first.usageRecord, second.usageRecord],
          },
          "done",
        );
      } catch (error) {
        if (!events.signal.aborted) {
          log.warn({ release, err: error }, "question not answered");
          const { message, code } = toRefusal(error);
          events.send(
            { code: code ?? "worker-failed", sentence: message, next: "Ask again in a moment." },
            "error",
          );
        }
      } finally {
        events.end();
      }
      return reply;
    },
  );
}

/** A release that can be asked now. @throws HttpRefusal when it cannot. */
export async function requireRelease(models: ChatModels, release: number): Promise<ChatModel> {
  const found = await models.find(releaseId(release));
  if (!("reason" in found)) return found;
  if (found.reason === "unknown") {
    throw new HttpRefusal(404, {
      code: "unknown-release",
      sentence: `There is no release ${release}.`,
      next: "Choose one of GET /v1/releases.",
    });
  }
  throw new HttpRefusal(503, {
    code: "release-not-ready",
    sentence: `Release ${release} cannot be asked now. ${found.sentence}`,
    next: "Ask again in a moment.",
  });
}

/** Run something whose refusals are those of the OpenAI API, in a route whose refusals are the node's own. */
export function plainly<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    throw new HttpRefusal(error.status, {
      code: error.code ?? "refused",
      sentence: error.message,
      next: error.status === 401 ? "Send a valid key, or none." : "Ask again in a moment.",
    });
  }
}

function baseGone({ base }: ChatModel): HttpRefusal {
  return new HttpRefusal(503, {
    code: "base-not-ready",
    sentence: `The base ${base.name} is not served here.`,
    next: "Ask again in a moment.",
  });
}
