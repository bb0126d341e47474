import { GAS_REASON_KEYS } from "@openledger/sdk/gasPayment";
import { fileNameSchema } from "@openledger/sdk/manifest";
import { addressSchema, bytes32Schema, integerSchema } from "@openledger/sdk/schemas";
import { type Hex, isHex } from "viem";
import { z } from "zod";

/** A number that may come as a decimal string, as query strings do. */
export const datanetNumber = z.coerce
  .number()
  .pipe(integerSchema(1, 0xffff_ffff))
  .describe("Number of the Datanet");

export const contributorAddress = addressSchema.describe("Address of the contributor");

export const signatureSchema = z
  .string()
  .refine((text) => isHex(text) && text.length % 2 === 0, "Not a signature: 0x and hexadecimal digits.")
  .max(20_000)
  .transform((text) => text as Hex);

/** A number, or the same number as a decimal string. */
function numeric(maximum: number) {
  return z.coerce.number().pipe(integerSchema(0, maximum));
}

export const submissionSchema = z
  .strictObject({
    contributor: addressSchema,
    datanet: numeric(0xffff_ffff),
    files: numeric(255),
    sizeBytes: numeric(0xffff_ffff),
    terms: numeric(0xffff),
    leavesRoot: bytes32Schema,
    manifestDigest: bytes32Schema,
    deadline: numeric(2 ** 40 - 1),
  })
  .describe("What the contributor signed (EIP-712)");

export const listProofSchema = z
  .array(bytes32Schema)
  .max(64)
  .optional()
  .describe("Proof that the contributor is on the Datanet's list, where it has one");

export const dryRunRequestSchema = z.strictObject({
  datanet: datanetNumber,
  contributor: contributorAddress,
  listProof: listProofSchema,
  files: z
    .array(z.strictObject({ name: fileNameSchema, sha256: bytes32Schema }))
    .min(1, "At least one file.")
    .max(1000),
});

const hash = z.string();

/** An amount of OPEN goes as a decimal string, since JSON's numbers are not exact. */
const wei = z.string();

const reasonSchema = z.object({
  code: z.number(),
  key: z.string(),
  sentence: z.string(),
  next: z.string(),
});

export const errorSchema = z
  .object({ code: z.string(), sentence: z.string(), next: z.string(), details: z.unknown().optional() })
  .describe("What is wrong, and what to do about it");

export const uploadedFileSchema = z.object({
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
  sha256: hash.optional(),
  cid: z.string().optional(),
  ok: z.boolean().describe("Whether it can be submitted, as far as its content goes and is known"),
  reason: reasonSchema.optional(),
  examined: z
    .boolean()
    .describe("False while the gateway is too busy to have looked into it; a dry run waits for that"),
});

export const uploadAnswerSchema = z.object({ files: z.array(uploadedFileSchema) });

export const quotaSchema = z.object({
  filesLeft: z.number(),
  bytesLeft: z.number(),
  resetsAt: z.number().describe("Chain time in Unix seconds"),
});

export const gasPaymentSchema = z
  .object({
    paidBy: z.enum(["gateway", "contributor"]),
    reason: z
      .object({ key: z.enum(GAS_REASON_KEYS), sentence: z.string(), next: z.string() })
      .optional()
      .describe("Why the gateway does not pay"),
    resetsAt: z.number().optional().describe("Chain time at which the gateway's budget begins anew"),
    gas: z.number().describe("Gas that the transaction is likely to use"),
    feeWei: z.string().describe("What that costs at the moment, in wei of the chain's own coin"),
    call: z
      .object({ to: z.string(), data: z.string() })
      .optional()
      .describe("What to send to pay oneself, from any account"),
    expiresAt: z.number().optional().describe("Chain time until which it can be mined"),
  })
  .describe("Who pays for the transaction");

export const dryRunAnswerSchema = z.object({
  ok: z.boolean(),
  files: z.array(
    z.object({
      name: z.string(),
      sha256: hash,
      sizeBytes: z.number(),
      mediaType: z.string(),
      ok: z.boolean().describe("Whether it may be submitted"),
      reason: reasonSchema.optional().describe("Why it may not be submitted"),
      warning: reasonSchema
        .optional()
        .describe("Why validators would probably reject it; it may be submitted all the same"),
      duplicate: z
        .object({
          exact: z.boolean(),
          percent: z.number().describe("How much alike the two are"),
          root: hash
            .optional()
            .describe("The submission; absent when the other file stands in the same list"),
          index: z.number().describe("Place in the submission or the list, from 0"),
          name: z.string(),
          datanet: z.number().optional(),
        })
        .optional()
        .describe("The earlier file that it repeats"),
      likelyGrade: z.number().optional().describe("What this gateway's own checks give it, 0 to 3"),
    }),
  ),
  quota: quotaSchema,
  reward: z
    .object({
      perPointWei: wei.describe("For a point; a file's points are its grade, 1 to 3"),
      likelyWei: wei.describe("If every file gets its likely grade"),
      mostWei: wei.describe("If every file is graded excellent"),
    })
    .describe("What the files that may be submitted would earn"),
  gas: gasPaymentSchema.optional(),
  root: hash.optional().describe("The key that the chain will keep the submission under"),
  manifest: z.unknown().optional(),
  submission: z.unknown().optional().describe("What to sign (EIP-712)"),
});

export const progressSchema = z.object({
  root: hash,
  state: z.enum([
    "received",
    "awaiting",
    "signed",
    "sent",
    "mined",
    "judging",
    "settled",
    "finalized",
    "failed",
  ]),
  transaction: hash.optional(),
  docket: z.number().optional(),
  appealEnds: z
    .number()
    .optional()
    .describe("Chain time at which the verdict becomes final; absent while one is awaited"),
  appeal: z
    .object({ docket: z.number(), level: z.number(), settled: z.boolean() })
    .optional()
    .describe("The last appeal"),
  files: z.array(
    z.object({
      index: z.number(),
      name: z.string(),
      mediaType: z.string(),
      sizeBytes: z.number(),
      sha256: hash,
      cid: z.string(),
      grade: z.number().optional(),
      reason: reasonSchema.optional(),
    }),
  ),
  gas: gasPaymentSchema.optional(),
  error: errorSchema.optional(),
});
