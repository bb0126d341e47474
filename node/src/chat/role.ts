import { join, relative, resolve } from "node:path";
import type { Logger } from "pino";
import { defineRole } from "../app/app.ts";
import { TokenFile } from "../app/tokenFile.ts";
import { type ConfigOf, isLoopback } from "../config/config.ts";
import { ContentSources } from "../content/contentSources.ts";
import { LocalBases } from "../worker/localBases.ts";
import { PythonWorker } from "../worker/pythonWorker.ts";
import { chatConfig } from "./chatConfig.ts";
import type { ChatEngine } from "./chatEngine.ts";
import { CHAT_KEYS_FILE, ChatKeys } from "./chatKeys.ts";
import { addChatRoutes } from "./chatRoutes.ts";
import { Releases } from "./releases.ts";
import { UsageLog } from "./usageLog.ts";
import { OPERATOR_TOKEN_FILE } from "./usageRoutes.ts";
import { VllmEngine } from "./vllm/vllmEngine.ts";
import { WorkerEngine } from "./workerEngine.ts";

/** Answers questions with every release that the chain knows, and with the bases. */
export const chatRole = defineRole({
  name: "chat",
  config: chatConfig,
  // It signs a record of every answer.
  needsAccount: true,
  async preMain({ config: settings, chain, database, log, server, signal }) {
    const folder = join(settings.DATA_DIR, "releases");
    const engine = openEngine(settings, folder, log, signal);
    const keys = ChatKeys.open(join(settings.DATA_DIR, CHAT_KEYS_FILE));
    const releases = new Releases({
      database,
      chain,
      log,
      content: new ContentSources([settings.GATEWAY_URL, ...settings.CONTENT_URLS], signal),
      folder,
    });
    const keyRule = settings.CHAT_KEYS ?? (isLoopback(`http://${settings.HOST}`) ? "open" : "required");
    await addChatRoutes(server, {
      log,
      engine,
      releases,
      keys,
      areKeysRequired: keyRule === "required",
      usage: new UsageLog({
        database,
        account: chain.account,
        chainId: chain.chainId,
        attribution: chain.addresses.attribution,
      }),
      operator: new TokenFile(join(settings.DATA_DIR, OPERATOR_TOKEN_FILE)),
      limits: {
        requestsPerMinute: settings.REQUESTS_PER_MINUTE,
        tokensPerMinute: settings.TOKENS_PER_MINUTE,
        answersAtOnce: settings.ANSWERS_AT_ONCE,
        longestAnswer: settings.LONGEST_ANSWER_TOKENS,
        defaultAnswer: Math.min(settings.ANSWER_TOKENS, settings.LONGEST_ANSWER_TOKENS),
      },
    });
    engine.warm();
    return {
      main: () => chain.poll("releases", () => releases.look()),
      shutdown: async () => {
        await engine.stop();
        keys.close();
      },
    };
  },
});

/** The node's own worker, or a vLLM server where the configuration names one. */
function openEngine(
  settings: ConfigOf<typeof chatConfig>,
  folder: string,
  log: Logger,
  signal: AbortSignal,
): ChatEngine {
  const { VLLM_URL: url, VLLM_ADAPTERS_DIR: seenAs } = settings;
  if (url === undefined) {
    const worker = new PythonWorker({ command: settings.PYTHON, log, signal });
    return new WorkerEngine(worker, new LocalBases(settings.BASES_DIR, worker, log), settings.CHAT_DTYPE);
  }
  return new VllmEngine({
    url,
    apiKey: settings.VLLM_API_KEY,
    mostAdapters: settings.VLLM_ADAPTERS,
    silenceMs: 1000 * settings.VLLM_SILENCE_SECONDS,
    // A relative DATA_DIR would mean another folder to a server that was started elsewhere.
    pathOf: (path) => (seenAs === undefined ? resolve(path) : join(seenAs, relative(folder, path))),
    log,
  });
}
