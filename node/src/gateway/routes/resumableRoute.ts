import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { HttpRefusal } from "../../app/httpErrors.ts";
import type { Server } from "../../app/server.ts";
import type { WriteLimits } from "../protection.ts";
import { RESUMABLE_PATH, type ResumableUploads } from "../resumable/resumableUploads.ts";
import { errorSchema, uploadedFileSchema } from "./schemas.ts";

const TUS_VERSION = "1.0.0";
const TUS_EXTENSIONS = "creation,creation-with-upload,termination,expiration";
/** Bytes of an upload, as the protocol names them. */
const BYTES_TYPE = "application/offset+octet-stream";

const refusals = { "4xx": errorSchema, "5xx": errorSchema };
const tags = ["contribute"];
const params = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/, "is not the name of an upload") });
const tusHeader = {
  "tus-resumable": z.string().optional().describe(`The protocol's version, ${TUS_VERSION}`),
};
const offsetHeader = z.string().regex(/^\d{1,15}$/, "is not a number of bytes");

/** Resumable uploads by the tus protocol 1.0.0, for browsers (tus-js-client), programs and curl. */
export async function addResumableRoute(
  server: Server,
  resumable: ResumableUploads,
  limits: WriteLimits,
): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The body is streamed to disk.
    scope.addContentTypeParser(BYTES_TYPE, (_request, payload, done) => done(null, payload));
    const routes = scope as unknown as Server;
    const pass = (request: FastifyRequest, reply: FastifyReply) => answer(resumable, request, reply);

    routes.options(
      RESUMABLE_PATH,
      {
        config: { cors: { strictPreflight: false, preflightContinue: true } },
        schema: { tags, summary: "What of the tus protocol is understood here" },
      },
      (_request, reply) =>
        reply
          .code(204)
          .headers({
            "tus-resumable": TUS_VERSION,
            "tus-version": TUS_VERSION,
            "tus-max-size": String(MAX_FILE_BYTES),
            "tus-extension": TUS_EXTENSIONS,
          })
          .send(),
    );
    routes.post(
      RESUMABLE_PATH,
      {
        config: { rateLimit: limits.perIp },
        schema: {
          tags,
          summary: "Begin a resumable upload (tus 1.0.0), with its first bytes or all of them if you like",
          description: `Upload-Metadata holds filename, contributor, datanet and, if wanted, sha256 (0x…), which the bytes are checked against. Once all bytes are here, the answer's body says what the file is. Unfinished uploads are removed after a day.`,
          consumes: [BYTES_TYPE],
          headers: z.object({
            ...tusHeader,
            "upload-length": offsetHeader.describe("The file's bytes"),
            "upload-metadata": z.string().max(8192).describe("tus metadata: keys, and values in base64"),
          }),
          response: {
            201: z.any().describe("The uploaded file, or nothing while bytes are missing"),
            ...refusals,
          },
        },
      },
      pass,
    );
    routes.patch(
      `${RESUMABLE_PATH}/:id`,
      {
        config: { rateLimit: limits.perIp },
        schema: {
          tags,
          summary: "Send the next bytes of an upload",
          consumes: [BYTES_TYPE],
          params,
          headers: z.object({ ...tusHeader, "upload-offset": offsetHeader.describe("Where they begin") }),
          response: {
            200: z.any().describe("The uploaded file, once all bytes are here"),
            204: z.any().describe("More bytes are wanted; Upload-Offset says where from"),
            ...refusals,
          },
        },
      },
      pass,
    );
    routes.head(
      `${RESUMABLE_PATH}/:id`,
      { schema: { tags, summary: "How many bytes of an upload are here (Upload-Offset)", params } },
      pass,
    );
    routes.delete(
      `${RESUMABLE_PATH}/:id`,
      {
        config: { rateLimit: limits.perIp },
        schema: {
          tags,
          summary: "Take an upload back",
          params,
          response: { 204: z.any().describe("It is gone"), ...refusals },
        },
      },
      pass,
    );
    routes.get(
      `${RESUMABLE_PATH}/:id`,
      {
        exposeHeadRoute: false,
        schema: {
          tags,
          summary: "How far an upload is, and what the file is once all of it is here",
          params,
          response: {
            200: z.object({
              name: z.string(),
              sizeBytes: z.number(),
              offset: z.number().describe("Bytes that are here"),
              file: uploadedFileSchema.optional(),
            }),
            ...refusals,
          },
        },
      },
      ({ params: { id } }) => resumable.stateOf(id),
    );
  });
}

/** Hands a request to the protocol's own server and its answer back, so that it gets this server's headers too. */
async function answer(
  resumable: ResumableUploads,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  requireVersion(request, reply);
  const response = await resumable.handle(webRequest(request), request.ip);
  for (const [name, value] of response.headers) {
    // What pages of other origins may do is said by this server for all its routes.
    if (!name.startsWith("access-control-") && name !== "content-length") reply.header(name, value);
  }
  const text = await response.text();
  reply.code(response.status).serializer((body: unknown) => body as string);
  if (text === "") return reply.send();
  if (!response.headers.get("content-type")?.startsWith("application/json")) reply.type("application/json");
  return reply.send(text);
}

/** @throws HttpRefusal when a request does not speak the protocol. */
function requireVersion({ headers }: FastifyRequest, reply: FastifyReply): void {
  if (headers["tus-resumable"] === TUS_VERSION) return;
  reply.header("tus-version", TUS_VERSION);
  throw new HttpRefusal(412, {
    code: "other-tus-version",
    sentence: `The header Tus-Resumable is ${JSON.stringify(headers["tus-resumable"] ?? "missing")}; ${TUS_VERSION} is spoken here.`,
    next: `Send Tus-Resumable: ${TUS_VERSION} with every request of an upload.`,
  });
}

function webRequest({ raw, body, headers, method, url }: FastifyRequest): Request {
  const passed = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (PASSED_HEADERS.has(name) && typeof value === "string") passed.set(name, value);
  }
  const hasBody = body !== undefined && body === raw;
  return new Request(`http://${headers.host ?? "localhost"}${url}`, {
    method,
    headers: passed,
    ...(hasBody ? { body: Readable.toWeb(body as IncomingMessage) as ReadableStream, duplex: "half" } : {}),
  } as RequestInit);
}

const PASSED_HEADERS = new Set([
  "content-length",
  "content-type",
  "tus-resumable",
  "upload-defer-length",
  "upload-length",
  "upload-metadata",
  "upload-offset",
]);
