import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { notFound } from "../../app/httpErrors.ts";
import type { Server } from "../../app/server.ts";

/** Addresses of the API: what is missing there is missing, not a page. */
const API = /^\/(v1|ipfs|graphql|chat|docs|healthz|readyz|metrics)(\/|$)/;

/** A file that is not there is missing too. */
const FILE = /\.[a-z0-9]+$/i;

/**
 * Serves the built page.
 *
 * @returns the answer for every other address: the page, which has addresses of its own, or that there is nothing.
 */
export async function addPage(
  server: Server,
  directory: string | undefined,
  log: Logger,
): Promise<typeof notFound> {
  if (directory === undefined) return notFound;
  const root = resolve(directory);
  if (!existsSync(join(root, "index.html"))) {
    log.warn({ directory }, "no built page");
    return notFound;
  }
  await server.register(fastifyStatic, {
    root,
    wildcard: false,
    // Built files carry a digest in their names; the page itself does not.
    setHeaders: (reply, path) => {
      const kept = path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
      reply.header("cache-control", kept);
    },
  });
  return (request, reply) => (isPage(request) ? reply.sendFile("index.html") : notFound(request, reply));
}

function isPage({ method, url }: FastifyRequest): boolean {
  const path = url.split("?")[0] ?? "";
  return (method === "GET" || method === "HEAD") && !API.test(path) && !FILE.test(path);
}
