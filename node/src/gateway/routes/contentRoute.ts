import { Readable } from "node:stream";
import { cidSchema } from "@openledger/sdk/schemas";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { HttpRefusal } from "../../app/httpErrors.ts";
import type { Server } from "../../app/server.ts";
import type { GatewayParts } from "../parts.ts";

/** Uploaded HTML or SVG must not run on the page's origin, whatever a browser makes of it. */
const CONTENT_POLICY =
  "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

/** What a browser may show by itself; the rest is a download. */
const SHOWN = /^(image\/(png|jpeg|webp|bmp|tiff)|audio\/|text\/(plain|markdown)|application\/json)/;

/** Published content by its CID. */
export function addContentRoute(server: Server, parts: GatewayParts): void {
  server.get(
    "/ipfs/:cid",
    {
      schema: {
        tags: ["content"],
        summary: "Published content; ?format=raw gives a single block to check against its CID",
        params: z.object({ cid: cidSchema }),
        querystring: z.object({ format: z.enum(["raw"]).optional() }),
      },
    },
    async (request, reply) => {
      const { cid } = request.params;
      const raw = request.query.format === "raw";
      const published = parts.published.find(cid);
      if (published === undefined && !(raw && parts.store.holdsOnlyPublished && (await parts.store.has(cid))))
        throw missing(cid);
      const etag = `"${cid}${raw ? ".raw" : ""}"`;
      reply
        .header("etag", etag)
        .header("cache-control", "public, max-age=31536000, immutable")
        .header("x-content-type-options", "nosniff")
        .header("content-security-policy", CONTENT_POLICY);
      if (request.headers["if-none-match"] === etag) return reply.code(304).send();
      if (raw || published === undefined) {
        return reply.type("application/vnd.ipld.raw").send(Buffer.from(await parts.store.getBlock(cid)));
      }
      if (!SHOWN.test(published.mediaType)) reply.header("content-disposition", "attachment");
      return sendContent(request, reply, parts, published);
    },
  );
}

function sendContent(
  request: FastifyRequest,
  reply: FastifyReply,
  { store }: GatewayParts,
  { cid, mediaType, sizeBytes }: { cid: string; mediaType: string; sizeBytes: number },
): FastifyReply {
  const type = mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType;
  reply.type(type).header("content-length", sizeBytes);
  if (request.method === "HEAD") return reply.send();
  return reply.send(Readable.from(store.get(cid), { objectMode: false }));
}

function missing(cid: string): HttpRefusal {
  return new HttpRefusal(404, {
    code: "unknown-content",
    sentence: `No published content has the CID ${cid} here.`,
    next: "Files become public when their submission is mined: wait for that, or ask another gateway.",
  });
}
