import { readDatanet } from "@openledger/sdk/client/readDatanet";
import { explainError } from "@openledger/sdk/errors";
import { jobSpecBytes, jobSpecDigest, MAX_JOB_SPEC_BYTES, parseJobSpec } from "@openledger/sdk/jobSpec";
import { JOB_SPEC_FIELDS } from "@openledger/sdk/jobSpecFields";
import { requireTrainable } from "@openledger/sdk/trainableData";
import { z } from "zod";
import { HttpRefusal } from "../../app/httpErrors.ts";
import type { Server } from "../../app/server.ts";
import type { GatewayParts } from "../parts.ts";
import type { WriteLimits } from "../protection.ts";
import { errorSchema } from "./schemas.ts";

/** Job specs, stored before the job is posted so that every trainer can read what it is about. */
export function addSpecRoute(server: Server, parts: GatewayParts, limits: WriteLimits): void {
  const { store, published } = parts;
  server.get(
    "/v1/specs/fields",
    {
      schema: {
        tags: ["train"],
        summary: "What a spec may say: kind, range or choices, default, unit, sentence",
      },
    },
    () => JOB_SPEC_FIELDS,
  );
  server.post(
    "/v1/specs",
    {
      config: { rateLimit: limits.perIp },
      bodyLimit: MAX_JOB_SPEC_BYTES,
      schema: {
        tags: ["train"],
        summary: "Store a job's spec in its canonical spelling",
        body: z.unknown(),
        response: { 200: z.object({ specDigest: z.string(), cid: z.string() }), "4xx": errorSchema },
      },
    },
    async (request) => {
      const spec = parseJobSpec(request.body);
      await Promise.all(spec.datasets.map(({ datanet }) => requireTexts(parts, datanet)));
      const bytes = jobSpecBytes(spec);
      const cid = await store.putBytes(bytes);
      published.add({ cid, mediaType: "application/json", sizeBytes: bytes.length });
      return { specDigest: jobSpecDigest(spec), cid };
    },
  );
}

/** @throws HttpRefusal for a Datanet that is not there; Problem for one that no language model is tuned on. */
async function requireTexts({ chain }: GatewayParts, datanet: number): Promise<void> {
  let pool: Awaited<ReturnType<typeof readDatanet>>["pool"];
  try {
    ({ pool } = await readDatanet(chain.client, { addresses: chain.addresses, datanet }));
  } catch (error) {
    const { name, sentence, next } = explainError(error);
    if (name === "UnknownDatanet") throw new HttpRefusal(404, { code: name, sentence, next });
    throw error;
  }
  requireTrainable({ datanet, pool });
}
