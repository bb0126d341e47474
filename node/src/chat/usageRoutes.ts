import { bytes32Schema } from "@openledger/sdk/schemas";
import { z } from "zod";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import type { TokenFile } from "../app/tokenFile.ts";
import { MOST_LISTED, type UsageLog } from "./usageLog.ts";

/** The file in DATA_DIR whose text lets the operator read all records. */
export const OPERATOR_TOKEN_FILE = "operator-token";

/** Every record for whoever runs the server; a single one for whoever was given its digest with an answer. */
export function addUsageRoutes(server: Server, usage: UsageLog, operator: TokenFile): void {
  server.get(
    "/v1/usage",
    {
      schema: {
        querystring: z.object({
          after: z.coerce.number().int().min(0).default(0),
          limit: z.coerce.number().int().min(1).max(MOST_LISTED).default(100),
        }),
      },
    },
    async (request) => {
      if (!operator.isIn(request.headers.authorization)) {
        throw new HttpRefusal(401, {
          code: "not-authorised",
          sentence: "All usage records are shown only to who can read this server's data directory.",
          next: `Send the text of the file ${OPERATOR_TOKEN_FILE} in DATA_DIR as bearer token.`,
        });
      }
      const records = usage.list(request.query.after, request.query.limit);
      return { records, next: records.at(-1)?.record.number ?? request.query.after };
    },
  );

  server.get(
    "/v1/usage/:digest",
    { schema: { params: z.object({ digest: bytes32Schema }) } },
    async (request) => {
      const record = usage.find(request.params.digest);
      if (record !== undefined) return record;
      throw new HttpRefusal(404, {
        code: "unknown-record",
        sentence: `This server has no usage record ${request.params.digest}.`,
        next: "Take the digest that stands in an answer under openledger.usageRecord.",
      });
    },
  );
}
