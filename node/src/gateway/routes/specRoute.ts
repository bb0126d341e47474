import { jobSpecBytes, jobSpecDigest, MAX_JOB_SPEC_BYTES, parseJobSpec } from "@openledger/sdk/jobSpec";
import { z } from "zod";
import type { Server } from "../../app/server.ts";
import type { GatewayParts } from "../parts.ts";
import type { WriteLimits } from "../protection.ts";
import { errorSchema } from "./schemas.ts";

/** Job specs, stored before the job is posted so that every trainer can read what it is about. */
export function addSpecRoute(server: Server, { store, published }: GatewayParts, limits: WriteLimits): void {
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
      const bytes = jobSpecBytes(spec);
      const cid = await store.putBytes(bytes);
      published.add({ cid, mediaType: "application/json", sizeBytes: bytes.length });
      return { specDigest: jobSpecDigest(spec), cid };
    },
  );
}
