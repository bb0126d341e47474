import { getAddress, isAddress } from "viem";
import { z } from "zod";
import { isCid } from "./cid.ts";

/** An address in any case, brought to its checksummed spelling. */
export const addressSchema = z
  .string()
  .refine((text) => isAddress(text, { strict: false }), "Not an address: 0x and 40 hexadecimal digits.")
  .transform((text) => getAddress(text));

/** 32 bytes as 0x and 64 lower-case hexadecimal digits. */
export const bytes32Schema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "Not 32 bytes: 0x and 64 hexadecimal digits.")
  .transform((text) => text.toLowerCase() as `0x${string}`);

/** Any CID. */
export const cidSchema = z.string().max(128).refine(isCid, "Not a CID.");

/** A whole number within bounds. */
export function integerSchema(minimum: number, maximum: number) {
  return z.number().int().min(minimum).max(maximum);
}

/** One sentence for everything that a schema refused, with the place of each fault. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`))
    .join("; ");
}
