import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { Logger } from "pino";
import type { ErrorBody } from "../../app/httpErrors.ts";
import type { Server } from "../../app/server.ts";

/** Addresses of the API: what is missing there is missing, not a page. */
const API = /^\/(v1|ipfs|graphql|chat|docs|healthz|readyz|metrics)(\/|$|\?)/;

/** Serves the built page; every other address is one of the page's own. */
export async function addPage(server: Server, directory: string | undefined, log: Logger): Promise<void> {
  const index = directory === undefined ? undefined : join(directory, "index.html");
  if (directory !== undefined && index !== undefined && existsSync(index)) {
    await server.register(fastifyStatic, {
      root: directory,
      wildcard: false,
      // Built files carry a digest in their names; the page itself does not.
      setHeaders: (reply, path) => {
        const kept = path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
        reply.header("cache-control", kept);
      },
    });
  } else if (directory !== undefined) log.warn({ directory }, "no built page");

  server.setNotFoundHandler((request, reply) => {
    const isPage = (request.method === "GET" || request.method === "HEAD") && !API.test(request.url);
    if (
      isPage &&
      index !== undefined &&
      existsSync(index) &&
      directory !== undefined &&
      !/\.[a-z0-9]+$/i.test(request.url.split("?")[0] ?? "")
    ) {
      return reply.header("cache-control", "no-cache").sendFile("index.html", directory);
    }
    const body: ErrorBody = {
      code: "not-found",
      sentence: `There is nothing at ${request.method} ${request.url.split("?")[0]}.`,
      next: "Check the address; the API is described at /docs.",
    };
    return reply.code(404).send(body);
  });
}
