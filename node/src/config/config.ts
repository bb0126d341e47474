import { parseEther } from "viem";
import { z } from "zod";
import { UserError } from "../app/errors.ts";

const secretFields = z.registry<{ secret: true }>();

/** A text that never appears in a log: its schema is marked, and the printed configuration shows only whether it is set. */
export function secret() {
  const schema = z.string().min(1);
  secretFields.add(schema, { secret: true });
  return schema;
}

/** An http(s) address without a trailing slash. */
export function httpUrl() {
  return z
    .url({ protocol: /^https?$/, error: "is not an http(s) address" })
    .transform((url) => url.replace(/\/+$/, ""));
}

/** A comma-separated list. */
export function commaList() {
  return z.string().transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  );
}

/** A yes-or-no setting. */
export function flag() {
  return z
    .enum(["true", "false", "1", "0"], { error: "is neither true nor false" })
    .transform((text) => text === "true" || text === "1");
}

/** An amount of the chain's own coin, in whole coins with up to 18 decimals; read as wei. */
export function coins() {
  return z
    .string()
    .regex(/^\d{1,9}(\.\d{1,18})?$/, { error: "is not an amount such as 0.25" })
    .transform((text) => parseEther(text));
}

/** One or several http(s) addresses, as one text with commas. */
function rpcList() {
  return commaList()
    .pipe(z.array(httpUrl()).min(1, { error: "names no address" }))
    .transform((urls) => urls.join(","));
}

/** The addresses in RPC_URL, the preferred one first. */
export function rpcUrls(list: string): string[] {
  return list.split(",");
}

/** What every role reads from the environment. */
export const commonConfig = z.object({
  RPC_URL: rpcList().describe(
    "JSON-RPC address of the chain, or several with commas, the preferred one first",
  ),
  DATA_DIR: z.string().min(1).describe("Directory of this daemon alone: journal, cursors, files"),
  HOST: z.string().min(1).default("127.0.0.1").describe("Address that the HTTP server binds"),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(0)
    .describe("Port of the HTTP server; 0 takes a free one"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("The least serious lines that the log has"),
  LOG_PRETTY: flag().default(false).describe("Print the log for people instead of as JSON lines"),
  PRIVATE_KEY: secret()
    .regex(/^0x[0-9a-fA-F]{64}$/, "is not a 0x-prefixed key of 32 bytes")
    .optional()
    .describe("Key that signs this daemon's transactions"),
  KEYSTORE_FILE: z.string().min(1).optional().describe("Encrypted JSON keystore, instead of PRIVATE_KEY"),
  KEYSTORE_PASSWORD: secret().optional().describe("Password of KEYSTORE_FILE"),
  OPENLEDGER_ADDRESSES: z
    .string()
    .min(1)
    .optional()
    .describe("JSON file of contract addresses, for other deployments"),
  TRUST_PROXY: flag()
    .default(false)
    .describe("Whether to believe x-forwarded-for, behind a proxy of one's own"),
  POLL_SECONDS: z.coerce
    .number()
    .min(0.05)
    .max(3600)
    .default(1)
    .describe("Seconds between two looks at the chain"),
  CONFIRMATIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe("Blocks, its own included, after which a transaction is final"),
  RPC_TIMEOUT_SECONDS: z.coerce
    .number()
    .min(0.05)
    .max(600)
    .default(10)
    .describe("Seconds that one request to the chain may take, its whole answer included"),
  REPLACE_AFTER_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .default(60)
    .describe("Chain seconds after which a stuck transaction's fee is raised"),
  MAX_FEE_GWEI: z.coerce
    .number()
    .positive()
    .default(1000)
    .describe("Highest fee per gas that a transaction may offer"),
});

/** The settings that every role has. */
export type CommonConfig = z.output<typeof commonConfig>;

/** A role's own settings, over the common ones. */
export type ConfigOf<Shape extends z.ZodRawShape> = CommonConfig & z.output<z.ZodObject<Shape>>;

/**
 * Reads a role's configuration from the environment; an empty variable counts as absent.
 *
 * @throws UserError naming every variable that is wrong and what it must be.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Record<string, string | undefined>,
): ConfigOf<Shape> {
  const schema = commonConfig.extend(shape);
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data as unknown as ConfigOf<Shape>;
  const fields: Record<string, z.core.$ZodType> = schema.shape;
  const sentences = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const field = fields[name] as z.ZodType | undefined;
    const described = field?.description === undefined ? "" : ` (${field.description})`;
    if (given[name] === undefined) return `${name} is not set${described}.`;
    const shown =
      field !== undefined && isSecret(field)
        ? "a value that is not shown and"
        : `${JSON.stringify(given[name])}, which`;
    return `${name} is ${shown} does not fit${described}: ${issue.message}.`;
  });
  throw new UserError({
    code: "bad-configuration",
    sentence: sentences.join(" "),
    next: "Set these environment variables and start again.",
  });
}

/** The configuration as it may be logged: secrets and the paths and queries of remote addresses are left out. */
export function redactConfig(shape: z.ZodRawShape, config: Record<string, unknown>): Record<string, unknown> {
  const fields: Record<string, z.core.$ZodType> = { ...commonConfig.shape, ...shape };
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const field = fields[name];
      if (field !== undefined && isSecret(field as z.ZodType))
        return [name, value === undefined ? undefined : "[set]"];
      return [name, typeof value === "string" ? redactUrl(value) : value];
    }),
  );
}

function isSecret(field: z.core.$ZodType): boolean {
  if (secretFields.has(field)) return true;
  // .regex(), .describe() and the like copy the schema and keep the original as parent; wrappers keep it inside.
  const internals = field._zod;
  const inner = (internals.def as { innerType?: z.core.$ZodType }).innerType;
  if (inner !== undefined) return isSecret(inner);
  return internals.parent !== undefined && isSecret(internals.parent);
}

/** Keys of RPC providers stand in paths and queries; user names and passwords before the host. */
export function redactUrl(text: string): string {
  if (text.includes(",") && rpcUrls(text).every((url) => URL.canParse(url)))
    return rpcUrls(text).map(redactUrl).join(",");
  if (!/^https?:\/\//.test(text)) return text;
  const url = new URL(text);
  if (isLoopback(text) && url.username === "") return text;
  return url.pathname === "/" && url.search === "" && url.username === "" ? text : `${url.origin}/[redacted]`;
}

/** Whether an address is on this machine. */
export function isLoopback(url: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
}
