import httpProxy from "@fastify/http-proxy";
import type { FastifyReply } from "fastify";
import { HttpRefusal } from "../../app/httpErrors.ts";
import type { Server } from "../../app/server.ts";
import type { GatewayConfig } from "../gatewayConfig.ts";

/** Passes /graphql on to the index and /chat to the chat server, so that a page needs one origin only. */
export async function addProxies(server: Server, config: GatewayConfig): Promise<void> {
  await addProxy(server, {
    prefix: "/graphql",
    rewritePrefix: "/graphql",
    upstream: config.INDEXER_URL,
    name: "index",
    variable: "INDEXER_URL",
  });
  await addProxy(server, {
    prefix: "/chat",
    rewritePrefix: "",
    upstream: config.CHAT_URL,
    name: "chat server",
    variable: "CHAT_URL",
  });
}

interface Proxy {
  prefix: string;
  rewritePrefix: string;
  upstream: string | undefined;
  name: string;
  variable: string;
}

async function addProxy(
  server: Server,
  { prefix, rewritePrefix, upstream, name, variable }: Proxy,
): Promise<void> {
  const silent = {
    code: `${prefix.slice(1)}-unreachable`,
    sentence: `The ${name} does not answer at the moment.`,
    next: "Try again in a moment.",
  };
  if (upstream === undefined) {
    const refuse = () => {
      throw new HttpRefusal(503, {
        code: "not-configured",
        sentence: `This gateway has no ${name}.`,
        next: `Ask whoever runs it to set ${variable}, or use another gateway.`,
      });
    };
    server.all(prefix, { schema: { hide: true } }, refuse);
    server.all(`${prefix}/*`, { schema: { hide: true } }, refuse);
    return;
  }
  await server.register(httpProxy, {
    upstream,
    prefix,
    rewritePrefix,
    // Every request is logged once already, with the others.
    disableRequestLogging: true,
    // Answers of a model come word by word; a stream may be silent for a while.
    undici: { bodyTimeout: 0, headersTimeout: 120_000, connectTimeout: 5_000 } as object,
    replyOptions: {
      // Whoever is behind knows askers by their address: the one that this gateway saw, and not one that they claim.
      rewriteRequestHeaders: (request, headers) => ({ ...headers, "x-forwarded-for": request.ip }),
      onError: (reply: unknown) => {
        (reply as FastifyReply).code(503).type("application/json").send(JSON.stringify(silent));
      },
    },
  });
}
