import Fastify, { type FastifyInstance, LogController } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { Logger } from "pino";
import { Counter, Histogram, type Registry } from "prom-client";
import type { Address } from "viem";
import { answerErrors } from "./httpErrors.ts";

/** The HTTP server that every role has; routes take zod schemas. */
export type Server = FastifyInstance<
  import("node:http").Server,
  import("node:http").IncomingMessage,
  import("node:http").ServerResponse,
  import("fastify").FastifyBaseLogger,
  ZodTypeProvider
>;

/**
 * How long one request may take to come: a day's files over a slow line. Fastify sets no limit by itself, and whoever
 * announced a body and never sent it would hold the connection for ever.
 */
const REQUEST_MILLISECONDS = 30 * 60_000;
/** How long a connection may be silent: models take minutes to load before their first word. */
const SILENCE_MILLISECONDS = 10 * 60_000;

/** Why the daemon is not ready, or undefined when it is. */
type ReadinessCheck = () => Promise<string | undefined> | string | undefined;

/** What a server is made of. */
export interface ServerParts {
  log: Logger;
  metrics: Registry;
  readiness: ReadinessCheck;
  role: string;
  /** The account that the daemon signs with, when it has one. */
  account: Address | undefined;
  trustProxy: boolean;
}

/** Builds the server with its health, readiness and metrics routes. It listens only once the role has added its own. */
export function createServer({ log, metrics, readiness, role, account, trustProxy }: ServerParts): Server {
  const server = Fastify({
    loggerInstance: log as import("fastify").FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy,
    forceCloseConnections: true,
    requestTimeout: REQUEST_MILLISECONDS,
    connectionTimeout: SILENCE_MILLISECONDS,
    routerOptions: { maxParamLength: 256 },
  })
    .setValidatorCompiler(validatorCompiler)
    .setSerializerCompiler(serializerCompiler)
    .withTypeProvider<ZodTypeProvider>();
  addRequestMetrics(server, metrics);
  answerErrors(server as unknown as FastifyInstance);
  server.get("/healthz", { schema: { hide: true } }, () => ({ ok: true, role, account }));
  server.get("/readyz", { schema: { hide: true } }, async (_request, reply) => {
    const reason = await readiness();
    return reason === undefined ? { ready: true } : reply.code(503).send({ ready: false, reason });
  });
  server.get("/metrics", { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
  return server as unknown as Server;
}

function addRequestMetrics(server: FastifyInstance<never> | unknown, metrics: Registry): void {
  const seconds = new Histogram({
    name: "openledger_http_request_seconds",
    help: "Seconds that requests took, by route",
    labelNames: ["method", "route"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [metrics],
  });
  const responses = new Counter({
    name: "openledger_http_responses_total",
    help: "Responses by route and status",
    labelNames: ["method", "route", "status"],
    registers: [metrics],
  });
  (server as FastifyInstance).addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    seconds.observe({ method: request.method, route }, reply.elapsedTime / 1000);
    responses.inc({ method: request.method, route, status: reply.statusCode });
    request.log.debug(
      { method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime },
      "request served",
    );
    done();
  });
}
