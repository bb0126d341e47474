import { Problem } from "@openledger/sdk/problem";
import { describeIssues } from "@openledger/sdk/schemas";
import { z } from "zod";

const environmentSchema = z.object({
  RPC_URL: z.url().optional().describe("JSON-RPC of the chain"),
  PONDER_RPC_URL: z.url().optional().describe("The same, under the name that Ponder's own commands use"),
  CHAIN_ID: z.coerce.number().int().positive().default(31_337),
  DATA_DIR: z.string().min(1).default(".openledger/indexer").describe("Folder of the embedded database"),
  DATABASE_DIR: z.string().min(1).optional().describe("Folder of one index inside DATA_DIR; chosen at start"),
  DATABASE_URL: z.string().min(1).optional().describe("PostgreSQL, instead of the embedded database"),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: z.coerce.number().int().min(1).max(65_535).default(42_069),
  POLL_SECONDS: z.coerce.number().min(0.1).max(60).default(0.5).describe("How often to ask for a new block"),
  LOG_PRETTY: z.stringbool().default(false),
  LOG_LEVEL: z.enum(["silent", "fatal", "error", "warn", "info", "debug", "trace"]).default("info"),
});

/** What the indexer is told by its environment. */
export type Settings = {
  rpcUrl: string;
  chainId: number;
  dataDirectory: string;
  databaseDirectory: string;
  databaseUrl: string | undefined;
  host: string;
  port: number;
  pollMilliseconds: number;
  logPretty: boolean;
  logLevel: z.infer<typeof environmentSchema>["LOG_LEVEL"];
};

/**
 * Read the indexer's settings.
 *
 * @throws {Problem} `bad-environment` for a variable with an unusable value.
 */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new Problem(
      "bad-environment",
      `The environment cannot be used: ${describeIssues(parsed.error)}.`,
      "Correct the named variables and start again.",
    );
  }
  const { data } = parsed;
  return {
    rpcUrl: data.RPC_URL ?? data.PONDER_RPC_URL ?? "http://127.0.0.1:8545",
    chainId: data.CHAIN_ID,
    dataDirectory: data.DATA_DIR,
    databaseDirectory: data.DATABASE_DIR ?? `${data.DATA_DIR}/index`,
    databaseUrl: data.DATABASE_URL,
    host: data.HOST,
    port: data.PORT,
    pollMilliseconds: Math.round(data.POLL_SECONDS * 1000),
    logPretty: data.LOG_PRETTY,
    logLevel: data.LOG_LEVEL,
  };
}
