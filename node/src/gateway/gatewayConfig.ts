import { MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { parseEther } from "viem";
import { z } from "zod";
import { type ConfigOf, coins, commaList, flag, httpUrl } from "../config/config.ts";
import { contentStoreConfig, contentUrlsConfig } from "../content/contentConfig.ts";
import { judgingConfig } from "../judge/judgingConfig.ts";

/** The gateway's own environment variables. */
export const gatewayConfig = {
  INDEXER_URL: httpUrl().optional().describe("Index whose GraphQL is served at /graphql"),
  CHAT_URL: httpUrl().optional().describe("Chat server that is served at /chat"),
  TRAINER_URLS: commaList().default([]).describe("Trainers whose progress is passed on"),
  APP_DIR: z.string().min(1).optional().describe("Folder of the built page"),
  // One core answers, and looks for copies.
  ...judgingConfig(1),
  ...contentStoreConfig,
  ...contentUrlsConfig,
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
  UNFINISHED_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .default(40)
    .describe("Resumable uploads of one contributor that may wait for bytes, from one IP"),
  UNFINISHED_PER_IP: z.coerce.number().int().min(1).default(200).describe("The same, for one IP"),
  STAGING_BYTES_PER_IP: z.coerce
    .number()
    .int()
    .min(MAX_FILE_BYTES)
    .default(2 * 1024 ** 3)
    .describe("Bytes from one IP that may wait without having been submitted"),
  STAGING_BYTES: z.coerce
    .number()
    .int()
    .min(MAX_FILE_BYTES)
    .default(20 * 1024 ** 3)
    .describe("The same, over everybody"),
  WRITES_PER_ADDRESS: z.coerce.number().int().min(1).default(120).describe("The same, for one contributor"),
  RELAY: flag().default(true).describe("Whether the gateway pays for submissions at all"),
  RELAY_BUDGET_ETH: coins()
    .default(parseEther("10"))
    .describe("Coins that the gateway pays for submissions in a UTC day"),
  RELAY_BUDGET_PER_IP_ETH: coins()
    .default(parseEther("5"))
    .describe("The same, for one IP (of IPv6, one /64 network)"),
  RELAY_BUDGET_PER_ADDRESS_ETH: coins().default(parseEther("0.1")).describe("The same, for one contributor"),
  RELAY_BUDGET_FINALIZING_ETH: coins()
    .default(parseEther("5"))
    .describe("Coins that the gateway pays in a UTC day for finalizing submissions, apart from the above"),
  UNPAID_SUBMISSIONS: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(1000)
    .describe("Submissions that are kept while their contributors have not paid for them yet"),
} satisfies z.ZodRawShape;

export type GatewayConfig = ConfigOf<typeof gatewayConfig>;
