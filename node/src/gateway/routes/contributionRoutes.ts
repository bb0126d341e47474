import multipart from "@fastify/multipart";
import { MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { addressSchema, bytes32Schema } from "@openledger/sdk/schemas";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { HttpRefusal } from "../../app/httpErrors.ts";
import { networkOf } from "../../app/network.ts";
import type { Server } from "../../app/server.ts";
import type { Acceptance } from "../acceptance.ts";
import type { DryRuns } from "../dryRuns.ts";
import type { GatewayParts } from "../parts.ts";
import { progressOf } from "../progress.ts";
import type { WriteLimits } from "../protection.ts";
import { quotaOf } from "../quota.ts";
import type { Relay } from "../relay.ts";
import { paymentOf } from "../unpaid.ts";
import type { UploadedFile, Uploads } from "../uploads.ts";
import {
  contributorAddress,
  datanetNumber,
  dryRunAnswerSchema,
  dryRunRequestSchema,
  errorSchema,
  gasPaymentSchema,
  listProofSchema,
  progressSchema,
  quotaSchema,
  signatureSchema,
  submissionSchema,
  uploadAnswerSchema,
} from "./schemas.ts";

/** What the routes call. */
export interface Contribution {
  parts: GatewayParts;
  uploads: Uploads;
  dryRuns: DryRuns;
  acceptance: Acceptance;
  relay: Relay;
  limits: WriteLimits;
}

const refusals = { "4xx": errorSchema, "5xx": errorSchema };
const tags = ["contribute"];

/** Uploading, rehearsing, submitting, and following a submission to its verdict. */
export async function addContributionRoutes(server: Server, contribution: Contribution): Promise<void> {
  const { parts, dryRuns, acceptance, relay, limits } = contribution;
  const { perIp } = limits;
  await addUploadRoute(server, contribution);

  server.post(
    "/v1/dry-runs",
    {
      config: { rateLimit: perIp },
      schema: {
        tags,
        summary: "Rehearse a submission; nothing is spent or kept",
        body: dryRunRequestSchema,
        response: { 200: dryRunAnswerSchema, ...refusals },
      },
    },
    async (request) => {
      limits.count(request.body.contributor);
      const { reward, ...answer } = await dryRuns.run({ ...request.body, ip: request.ip });
      const { perPointWei, likelyWei, mostWei } = reward;
      return {
        ...answer,
        reward: {
          perPointWei: String(perPointWei),
          likelyWei: String(likelyWei),
          mostWei: String(mostWei),
        },
      };
    },
  );

  server.post(
    "/v1/submissions",
    {
      config: { rateLimit: perIp },
      schema: {
        tags,
        summary: "Hand in a signed submission; the gateway pays for it, or says how to",
        description:
          "Within its budget the gateway sends the submission. Otherwise it keeps it, tells the call to send from any wallet, and publishes once that is mined. Handing in the same one again may change who pays, until it is sent.",
        body: z.strictObject({
          manifest: z.unknown(),
          submission: submissionSchema,
          signature: signatureSchema,
          listProof: listProofSchema,
          payment: z
            .enum(["gateway", "contributor"])
            .optional()
            .describe("contributor: the submission will be sent from an own wallet"),
        }),
        response: {
          202: z.object({ root: z.string(), state: z.string(), gas: gasPaymentSchema.optional() }),
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      limits.count(request.body.submission.contributor);
      const root = await acceptance.accept({ ...request.body, ip: request.ip });
      relay.proceed(root);
      const submission = parts.submissions.find(root);
      if (submission === undefined) throw new Error(`The submission ${root} was not kept.`);
      const gas = await paymentOf(parts, submission);
      return reply.code(202).send({ root, state: submission.state, ...(gas === undefined ? {} : { gas }) });
    },
  );

  server.get(
    "/v1/submissions/:root",
    {
      schema: {
        tags,
        summary: "How far a submission is, and what became of its files",
        params: z.object({ root: bytes32Schema }),
        response: { 200: progressSchema, ...refusals },
      },
    },
    async ({ params: { root } }) => {
      const submission = parts.submissions.find(root);
      if (submission !== undefined) return progressOf(parts, submission);
      throw new HttpRefusal(404, {
        code: "unknown-submission",
        sentence: `This gateway has not relayed a submission with the root ${root}.`,
        next: "Check the root, or look it up in the index.",
      });
    },
  );

  server.get(
    "/v1/quota/:address",
    {
      schema: {
        tags,
        summary: "What an address may still submit today",
        params: z.object({ address: addressSchema }),
        response: { 200: quotaSchema, ...refusals },
      },
    },
    ({ params }) => quotaOf(parts, params.address),
  );
}

async function addUploadRoute(server: Server, { parts, uploads, limits }: Contribution): Promise<void> {
  await server.register(async (scope) => {
    await scope.register(multipart, {
      // A file that is too large is cut off and refused by itself; the others of the form are not its fault.
      throwFileSizeLimit: false,
      limits: { fileSize: MAX_FILE_BYTES + 1, fields: 0, files: 100 },
    });
    (scope as unknown as Server).post(
      "/v1/uploads",
      {
        config: { rateLimit: limits.perIp },
        schema: {
          tags,
          consumes: ["multipart/form-data"],
          summary: "Upload files; they stay private until a submission with them is mined",
          description: "Multipart form with 1 to 20 parts named `files`. Refused files use up nothing.",
          querystring: z.object({ datanet: datanetNumber, contributor: contributorAddress }),
          response: { 200: uploadAnswerSchema, ...refusals },
        },
      },
      async (request) => {
        const { datanet, contributor } = request.query;
        limits.count(contributor);
        if (!request.isMultipart()) {
          throw new HttpRefusal(415, {
            code: "not-multipart",
            sentence: "Files are uploaded as a multipart form, and this request is none.",
            next: "Send the files as parts named files of a multipart/form-data body.",
          });
        }
        const sender = { contributor, ip: networkOf(request.ip) };
        const [target, { filesPerSubmission }] = await Promise.all([
          parts.openDatanets.require(datanet),
          parts.openDatanets.limits(),
        ]);
        return {
          files: await receiveAll(request, filesPerSubmission, (name, content) =>
            uploads.receive(sender, target, name, content),
          ),
        };
      },
    );
  });
}

async function receiveAll(
  request: FastifyRequest,
  mostFiles: number,
  receive: (name: string, content: AsyncIterable<Uint8Array>) => Promise<() => Promise<UploadedFile>>,
): Promise<UploadedFile[]> {
  const files: (() => Promise<UploadedFile>)[] = [];
  for await (const part of request.files()) {
    if (files.length === mostFiles) {
      throw HttpRefusal.because(
        413,
        "too-many-files",
        `File ${mostFiles + 1} is ${part.filename}; ${mostFiles} may be sent at once.`,
      );
    }
    files.push(await receive(part.filename, part.file));
    // What is left of a file that is too large is read and thrown away, so that the next one can be reached.
    part.file.resume();
  }
  if (files.length > 0) return Promise.all(files.map((examined) => examined()));
  throw new HttpRefusal(400, {
    code: "no-files",
    sentence: "The form holds no files.",
    next: "Add parts named files.",
  });
}
