import { randomUUID } from "node:crypto";
import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import type { Server } from "../../app/server.ts";
import type { Answered, Answering, Question } from "../answering.ts";
import type { Asker, Askers } from "../askers.ts";
import type { ChatEngine, ChatModel } from "../chatEngine.ts";
import type { ChatModels } from "../chatModels.ts";
import { EventStream, leavingOf } from "../eventStream.ts";
import { provenanceHeaders, provenanceOf, systemFingerprint } from "../provenance.ts";
import { ApiRefusal, sendRefusal, toRefusal } from "./apiRefusal.ts";
import { type CompletionHead, chunkOf, completionOf, usageOf } from "./completionObjects.ts";
import { type CompletionRequest, MOST_CHARACTERS, readCompletionRequest } from "./completionRequest.ts";

/** What the routes work with. */
export interface CompletionParts {
  log: Logger;
  models: ChatModels;
  engine: ChatEngine;
  answering: Answering;
  askers: Askers;
  limits: { longestAnswer: number; defaultAnswer: number };
}

/** JSON may spell a character with six bytes; and the other parameters need room. */
const BODY_LIMIT = 6 * MOST_CHARACTERS + 65_536;

/** The part of the OpenAI API that chat clients use: models and chat completions. */
export async function addCompletionRoutes(server: Server, parts: CompletionParts): Promise<void> {
  await server.register(async (scope) => {
    scope.setErrorHandler((error, request, reply) => {
      const refusal = toRefusal(error);
      if (refusal.status >= 500 && !reply.raw.destroyed) request.log.error({ err: error }, "request failed");
      return sendRefusal(reply, refusal);
    });
    // Before a body is read: nobody without a key, or beyond their limits, has a megabyte taken from them.
    scope.decorateRequest("asker");
    scope.addHook("onRequest", async (request, reply) => {
      const asker = parts.askers.identify(request);
      parts.askers.takeRequest(asker);
      request.setDecorator("asker", asker);
      reply.headers({ "x-request-id": randomUUID(), ...parts.askers.headersFor(asker) });
    });

    scope.get("/v1/models", async () => ({
      object: "list",
      data: (await parts.models.list()).map(modelObject),
    }));

    scope.get<{ Params: { "*": string } }>("/v1/models/*", async (request) =>
      modelObject(await findModel(parts.models, request.params["*"])),
    );

    scope.post("/v1/chat/completions", { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const left = leavingOf(reply.raw);
      const asked = readCompletionRequest(request.body, parts.limits);
      const model = await findModel(parts.models, asked.model);
      const question = {
        asker: request.getDecorator<Asker>("asker"),
        model,
        messages: asked.messages,
        sampling: asked.sampling,
      };
      reply.headers(provenanceHeaders(model));
      if (!asked.stream) {
        const head = await headOf(model, parts.engine);
        const answered = await parts.answering.answer(question, { signal: left });
        return completionOf(head, answered, openledgerOf(model, answered));
      }
      reply.hijack();
      await stream(reply, parts, { question, asked });
      return reply;
    });

    // Clients of the OpenAI API ask for more than there is here, and read its refusals alone.
    scope.all("/v1/*", async ({ method, url }) => {
      throw new ApiRefusal(404, {
        type: "invalid_request_error",
        code: "unknown_url",
        message: `There is no ${method} ${url.split("?")[0]} here. Of the OpenAI API this server has GET /v1/models and POST /v1/chat/completions.`,
      });
    });
  });
}

async function headOf(model: ChatModel, engine: ChatEngine): Promise<CompletionHead> {
  return {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: model.id,
    system_fingerprint: systemFingerprint(model, await engine.fingerprint()),
  };
}

async function stream(
  reply: FastifyReply,
  { answering, engine, log }: CompletionParts,
  { question, asked }: { question: Question; asked: CompletionRequest },
): Promise<void> {
  const events = new EventStream(reply.raw, reply.getHeaders() as Record<string, string>);
  // Clients that asked for it find `usage` in every chunk, and the numbers in the last.
  const usage = asked.includeUsage ? { usage: null } : {};
  try {
    const head = await headOf(question.model, engine);
    let hasWords = false;
    const tell = (text: string) => {
      if (!hasWords) events.send({ ...chunkOf(head, { role: "assistant", content: "" }), ...usage });
      hasWords = true;
      events.send({ ...chunkOf(head, { content: text }), ...usage });
    };
    const answered = await answering.answer(question, { onText: tell, signal: events.signal });
    // The record is on the disk: now the answer may be whole.
    const openledger = openledgerOf(question.model, answered);
    const delta = hasWords ? {} : ({ role: "assistant", content: "" } as const);
    events.send({ ...chunkOf(head, delta, answered.finishReason), ...usage, openledger });
    if (asked.includeUsage) {
      events.send({ ...chunkOf(head, {}), choices: [], usage: usageOf(answered), openledger });
    }
    events.send("[DONE]");
  } catch (error) {
    if (!events.signal.aborted) {
      const refusal = toRefusal(error);
      if (refusal.status >= 500) log.warn({ model: question.model.id, err: error }, "question not answered");
      if (events.hasBegun) events.send(refusal.body);
      else events.refuse(refusal.status, refusal.headers, refusal.body);
    }
  } finally {
    events.end();
  }
}

/** The model of a name. @throws ApiRefusal 404 when there is none, 503 when it cannot be asked now. */
async function findModel(models: ChatModels, id: string): Promise<ChatModel> {
  const found = await models.find(id);
  if (!("reason" in found)) return found;
  if (found.reason === "not-ready") {
    throw ApiRefusal.ofServer(
      503,
      `The model ${id} cannot be asked now. ${found.sentence}`,
      "model_not_ready",
    );
  }
  throw new ApiRefusal(404, {
    type: "invalid_request_error",
    param: "model",
    code: "model_not_found",
    message: `There is no model ${JSON.stringify(id)} here. GET /v1/models lists those that are.`,
  });
}

function modelObject(model: ChatModel) {
  return {
    id: model.id,
    object: "model",
    created: model.created,
    owned_by: model.release === 0 ? "base" : `model-${model.model}`,
    openledger: provenanceOf(model),
  };
}

function openledgerOf(model: ChatModel, { record }: Answered) {
  return { ...provenanceOf(model), seed: record.record.seed, usageRecord: record.digest };
}
