import { Readable } from "node:stream";
import { CarWriter } from "@ipld/car";
import { cidSchema } from "@openledger/sdk/schemas";
import type { FastifyReply, FastifyRequest } from "fastify";
import { CID } from "multiformats/cid";
import { z } from "zod";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import type { ContentStore } from "../storage/contentStore.ts";
import { blocksOfFile } from "../storage/fileBlocks.ts";
import { byteRangeOf } from "./byteRange.ts";
import type { Published, PublishedStore } from "./publishedStore.ts";

/** Uploaded HTML or SVG must not run on the page's origin, whatever a browser makes of it. */
const CONTENT_POLICY =
  "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

/** What a browser may show by itself; the rest is a download. */
const SHOWN = /^(image\/(png|jpeg|webp|bmp|tiff)|audio\/|text\/(plain|markdown)|application\/json)/;

const RAW = "application/vnd.ipld.raw";
const CAR = "application/vnd.ipld.car";

/** What content is served from. */
export interface ServedContent {
  store: ContentStore;
  published: PublishedStore;
  /** Brings back what is listed as published and gone from the store. */
  recover?: (content: Published) => Promise<boolean>;
}

type Form = "file" | "raw" | "car";

/**
 * Published content by its CID: files, single blocks and CARs, as the trustless gateway specification says
 * (https://specs.ipfs.tech/http-gateways/trustless-gateway/). Nothing is fetched because a stranger asks for it.
 */
export function addContentRoute(server: Server, content: ServedContent): void {
  const { store, published } = content;
  server.get(
    "/ipfs/:cid",
    {
      schema: {
        tags: ["content"],
        summary:
          "Published content; ?format=raw gives a single block to check against its CID, ?format=car all of them",
        params: z.object({ cid: cidSchema }),
        querystring: z.object({ format: z.enum(["raw", "car"]).optional() }).loose(),
      },
    },
    async (request, reply) => {
      const { cid } = request.params;
      const found = published.find(cid);
      const form = request.query.format ?? formAsked(request.headers.accept);
      if (found === undefined && !(form === "raw" && published.hasBlock(cid))) throw missing(cid);
      const etag = `"${cid}${form === "file" ? "" : `.${form}`}"`;
      reply
        .header("etag", etag)
        .header("vary", "accept")
        .header("cache-control", "public, max-age=31536000, immutable")
        .header("x-content-type-options", "nosniff")
        .header("content-security-policy", CONTENT_POLICY)
        .header("access-control-allow-origin", "*")
        .header("x-ipfs-path", `/ipfs/${cid}`)
        .header("x-ipfs-roots", cid);
      if (request.headers["if-none-match"] === etag) return reply.code(304).send();
      if (!(await store.has(cid)) && !(found !== undefined && (await content.recover?.(found))))
        throw missing(cid);
      if (form === "raw") return sendBlock(reply, store, cid);
      if (form === "car") return sendCar(request, reply, store, cid);
      return sendFile(request, reply, store, found as Published);
    },
  );
}

/** A browser's "anything" means the file; a light client names the form that it can check. */
function formAsked(accept = ""): Form {
  if (accept.includes(RAW)) return "raw";
  return accept.includes(CAR) ? "car" : "file";
}

async function sendBlock(reply: FastifyReply, store: ContentStore, cid: string): Promise<FastifyReply> {
  const block = Buffer.from(await store.getBlock(cid));
  return reply.type(RAW).header("content-disposition", `attachment; filename="${cid}.bin"`).send(block);
}

async function sendCar(
  request: FastifyRequest,
  reply: FastifyReply,
  store: ContentStore,
  cid: string,
): Promise<FastifyReply> {
  reply
    .type(`${CAR}; version=1; order=dfs; dups=n`)
    .header("accept-ranges", "none")
    .header("content-disposition", `attachment; filename="${cid}.car"`);
  if (request.method === "HEAD") return reply.send(nothing());
  const blocks = [...new Set(await blocksOfFile(cid, (block) => store.getBlock(block)))];
  const { writer, out } = CarWriter.create([CID.parse(cid)]);
  const write = async () => {
    for (const block of blocks)
      await writer.put({ cid: CID.parse(block), bytes: await store.getBlock(block) });
    await writer.close();
  };
  const body = Readable.from(out, { objectMode: false });
  write().catch((error: unknown) => body.destroy(error instanceof Error ? error : new Error(String(error))));
  return reply.send(body);
}

function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  store: ContentStore,
  { cid, mediaType, sizeBytes }: Published,
): FastifyReply {
  const type = mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType;
  reply.type(type).header("accept-ranges", "bytes");
  if (!SHOWN.test(mediaType)) reply.header("content-disposition", "attachment");
  const range = byteRangeOf(request.headers.range, sizeBytes);
  if (range === "unsatisfiable") {
    throw new HttpRefusal(416, {
      code: "range-not-satisfiable",
      sentence: `${cid} has ${sizeBytes} bytes, and ${request.headers.range} is none of them.`,
      next: "Ask for bytes that it has.",
    });
  }
  if (range !== undefined) {
    const last = range.offset + range.length - 1;
    reply.code(206).header("content-range", `bytes ${range.offset}-${last}/${sizeBytes}`);
  }
  reply.header("content-length", range?.length ?? sizeBytes);
  if (request.method === "HEAD") return reply.send(nothing());
  return reply.send(Readable.from(store.get(cid, range), { objectMode: false }));
}

/** The body of an answer to HEAD; without one, its length would be said to be zero. */
function nothing(): Readable {
  return Readable.from([]);
}

function missing(cid: string): HttpRefusal {
  return new HttpRefusal(404, {
    code: "unknown-content",
    sentence: `No published content has the CID ${cid} here.`,
    next: "Files become public when their submission is mined: wait for that, or ask another gateway.",
  });
}
