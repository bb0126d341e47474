import { z } from "zod";
import { type ConfigOf, commaList, httpUrl } from "../config/config.ts";

/** The gateway's own environment variables. */
export const gatewayConfig = {
  INDEXER_URL: httpUrl().optional().describe("Index whose GraphQL is served at /graphql"),
  CHAT_URL: httpUrl().optional().describe("Chat server that is served at /chat"),
  TRAINER_URLS: commaList().default([]).describe("Trainers whose progress is passed on"),
  APP_DIR: z.string().min(1).optional().describe("Folder of the built page"),
  IPFS_API_URL: httpUrl()
    .optional()
    .describe("RPC address of a Kubo node; without it content lives in DATA_DIR"),
  PUBLIC_RPC_URL: httpUrl()
    .optional()
    .describe("Chain address that wallets of visitors use; RPC_URL when that is on this machine"),
  READS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(6000)
    .describe("Requests that one IP may make a minute"),
  WRITES_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(300)
    .describe("Uploads, dry runs and submissions that one IP may make a minute"),
  WRITES_PER_ADDRESS: z.coerce.number().int().min(1).default(120).describe("The same, for one contributor"),
} satisfies z.ZodRawShape;

export type GatewayConfig = ConfigOf<typeof gatewayConfig>;
