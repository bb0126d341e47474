import { z } from "zod";
import type { Server } from "../../app/server.ts";
import type { GatewayParts } from "../parts.ts";

/** Which chain and deployment this gateway serves. */
export function addStatusRoute(
  server: Server,
  { chain, journal }: GatewayParts,
  publicRpcUrl: string | undefined,
  version: string,
): void {
  server.get(
    "/v1/status",
    {
      schema: {
        tags: ["about"],
        summary: "Which chain and contracts this gateway serves",
        response: {
          200: z.object({
            chainId: z.number(),
            genesisHash: z.string(),
            rpcUrl: z.string().optional(),
            addresses: z.record(z.string(), z.union([z.string(), z.number()])),
            relayer: z.string(),
            version: z.string(),
          }),
        },
      },
    },
    () => ({
      chainId: chain.chainId,
      genesisHash: chain.genesisHash,
      ...(publicRpcUrl === undefined ? {} : { rpcUrl: publicRpcUrl }),
      addresses: { ...chain.addresses },
      relayer: journal.sender,
      version,
    }),
  );
}
