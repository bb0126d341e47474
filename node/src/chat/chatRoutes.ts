import type { Logger } from "pino";
import type { Server } from "../app/server.ts";
import type { TokenFile } from "../app/tokenFile.ts";
import { Answering } from "./answering.ts";
import { addAnswerRoute } from "./answerRoute.ts";
import { Askers } from "./askers.ts";
import { addAttributionRoute } from "./attributionRoute.ts";
import type { ChatEngine } from "./chatEngine.ts";
import type { ChatKeys } from "./chatKeys.ts";
import { ChatModels } from "./chatModels.ts";
import { addCompletionRoutes } from "./openai/completionRoutes.ts";
import { addReleaseRoute } from "./releaseRoute.ts";
import type { Releases } from "./releases.ts";
import type { UsageLog } from "./usageLog.ts";
import { addUsageRoutes } from "./usageRoutes.ts";

/** What a chat server is made of. */
export interface ChatParts {
  log: Logger;
  engine: ChatEngine;
  releases: Releases;
  keys: ChatKeys;
  areKeysRequired: boolean;
  usage: UsageLog;
  operator: TokenFile;
  limits: {
    requestsPerMinute: number;
    tokensPerMinute: number;
    answersAtOnce: number;
    longestAnswer: number;
    defaultAnswer: number;
  };
}

/** Everything that a chat server answers. */
export async function addChatRoutes(server: Server, parts: ChatParts): Promise<void> {
  const { log, engine, releases, keys, areKeysRequired, usage, limits } = parts;
  const models = new ChatModels(releases, engine);
  const askers = new Askers({ keys, areKeysRequired, limits });
  const answering = new Answering({ engine, askers, usage, releases, mostAtOnce: limits.answersAtOnce });
  // Before connections are closed, so that nobody is left in the middle of a word without a reason.
  server.addHook("preClose", () => answering.stop());
  addReleaseRoute(server, releases, models);
  addAnswerRoute(server, { log, models, answering, askers, limits });
  addAttributionRoute(server, { releases, models, engine, askers });
  addUsageRoutes(server, usage, parts.operator);
  await addCompletionRoutes(server, { log, models, engine, answering, askers, limits });
}
