import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Addresses, registerAddresses } from "./addresses.ts";
import { Problem } from "./problem.ts";
import { addressSchema, describeIssues, integerSchema } from "./schemas.ts";

const addressesSchema = z.object({
  openToken: addressSchema,
  accessManager: addressSchema,
  parameters: addressSchema,
  randomness: addressSchema,
  vault: addressSchema,
  seats: addressSchema,
  court: addressSchema,
  datanets: addressSchema,
  training: addressSchema,
  models: addressSchema,
  attribution: addressSchema,
  timelock: addressSchema,
  governor: addressSchema,
  communityVesting: addressSchema,
  investorsVesting: addressSchema,
  teamVesting: addressSchema,
  ecosystemVesting: addressSchema,
  deploymentBlock: integerSchema(0, Number.MAX_SAFE_INTEGER),
});

const fileSchema = z.record(z.string().regex(/^\d+$/), addressesSchema);

/**
 * Read deployments from a JSON file, `{ "<chain id>": { court: "0x…", … } }`, and make them known to `addressesOf`.
 * Node only: a page gets its addresses from its gateway.
 *
 * @throws {Problem} `bad-addresses-file` when the file is missing or not of that form.
 */
export function loadAddressesFile(path: string): Map<number, Addresses> {
  const parsed = fileSchema.safeParse(readJson(path));
  if (!parsed.success) throw badFile(path, describeIssues(parsed.error));
  const deployments = new Map(
    Object.entries(parsed.data).map(([chainId, addresses]) => [Number(chainId), addresses]),
  );
  for (const [chainId, addresses] of deployments) registerAddresses(chainId, addresses);
  return deployments;
}

/** Load the file that OPENLEDGER_ADDRESSES names, if it names one. Call it once at start. */
export function loadAddressesFromEnvironment(
  environment: Record<string, string | undefined> = process.env,
): void {
  const path = environment.OPENLEDGER_ADDRESSES;
  if (path) loadAddressesFile(path);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw badFile(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function badFile(path: string, what: string, cause?: unknown): Problem {
  return new Problem(
    "bad-addresses-file",
    `The addresses file ${path} cannot be used: ${what}.`,
    "Set OPENLEDGER_ADDRESSES to the JSON file that `npm run deploy` wrote.",
    { values: { path }, cause },
  );
}
