import { join } from "node:path";
import rateLimit from "@fastify/rate-limit";
import { z } from "zod";
import { defineRole } from "../app/app.ts";
import { HttpRefusal } from "../app/httpErrors.ts";
import { httpUrl } from "../config/config.ts";
import { contentUrlsConfig } from "../content/contentConfig.ts";
import { ContentSources } from "../content/contentSources.ts";
import { LocalBases } from "../worker/localBases.ts";
import { PythonWorker } from "../worker/pythonWorker.ts";
import { Answers } from "./answers.ts";
import { Releases } from "./releases.ts";

const config = {
  GATEWAY_URL: httpUrl().describe("Gateway from which adapters are read"),
  ...contentUrlsConfig,
  PYTHON: z.string().min(1).default("python3").describe("Python with the package openledger_trainer"),
  BASES_DIR: z.string().min(1).default(".cache/bases").describe("Folder of base models, one folder each"),
  QUESTIONS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(30)
    .describe("Questions that one address may ask in a minute"),
};

const questionSchema = z.object({
  release: z.number().int().min(1),
  question: z.string().trim().min(1).max(4_000),
  maxTokens: z.number().int().min(1).max(512).default(128),
  temperature: z.number().min(0).max(2).default(0),
  seed: z.number().int().min(0).max(2_147_483_647).default(0),
});

/** Answers questions with every release that the chain knows, beside its base. */
export const chatRole = defineRole({
  name: "chat",
  config,
  needsAccount: false,
  async preMain({ config: settings, chain, database, log, server, signal }) {
    const worker = new PythonWorker({ command: settings.PYTHON, log, signal });
    const bases = new LocalBases(settings.BASES_DIR, worker);
    const releases = new Releases({
      database,
      chain,
      bases,
      log,
      content: new ContentSources([settings.GATEWAY_URL, ...settings.CONTENT_URLS], signal),
      folder: join(settings.DATA_DIR, "releases"),
    });
    const answers = new Answers(worker, log);
    await server.register(rateLimit, {
      global: false,
      errorResponseBuilder: () =>
        new HttpRefusal(429, {
          code: "too-many-questions",
          sentence: `More than ${settings.QUESTIONS_PER_MINUTE} questions came from your address within a minute.`,
          next: "Wait a minute and ask again.",
        }),
    });

    server.get("/v1/releases", async () => ({ releases: await releases.list() }));

    server.post(
      "/v1/answers",
      {
        schema: { body: questionSchema },
        bodyLimit: 65_536,
        config: {
          rateLimit: { max: settings.QUESTIONS_PER_MINUTE, timeWindow: 60_000, keyGenerator: askerOf },
        },
      },
      async (request, reply) => {
        const { release, ...asked } = request.body;
        const served = await releases.serve(release);
        if (served === undefined) {
          throw new HttpRefusal(404, {
            code: "unknown-release",
            sentence: `There is no release ${release}.`,
            next: "Choose one of GET /v1/releases.",
          });
        }
        if (typeof served === "string") {
          throw new HttpRefusal(503, {
            code: "release-not-ready",
            sentence: `Release ${release} cannot be asked now. ${served}`,
            next: "Ask again in a moment.",
          });
        }
        if (answers.isFull) {
          throw new HttpRefusal(503, {
            code: "busy",
            sentence: "Too many questions wait already.",
            next: "Ask again in a moment.",
          });
        }
        reply.hijack();
        await answers.stream(reply.raw, served, asked);
        return reply;
      },
    );

    // Started now, so that the seconds that torch takes to load have passed when the first question comes.
    bases
      .claimed()
      .then((digests) => Promise.all(digests.map((digest) => bases.find(digest))))
      .catch(() => undefined);
    return { main: () => chain.poll("releases", () => releases.look()), shutdown: () => worker.stop() };
  },
});

/** The asker's address; behind the gateway on this machine, the one that the gateway passes on. */
function askerOf(request: { ip: string; headers: Record<string, string | string[] | undefined> }): string {
  const forwarded = request.headers["x-forwarded-for"];
  const isLocal = request.ip === "127.0.0.1" || request.ip === "::1";
  return isLocal && typeof forwarded === "string"
    ? (forwarded.split(",")[0] ?? request.ip).trim()
    : request.ip;
}
