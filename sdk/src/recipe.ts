import { type Address, encodeAbiParameters, type Hex, hexToBigInt, keccak256, sha256 } from "viem";
import { z } from "zod";
import { canonicalBytes } from "./canonicalJson.ts";
import { bytes32Schema, integerSchema } from "./schemas.ts";

/** Seeds are numbers that JSON keeps exactly. */
const SEED_BITS = 53n;

/**
 * A job's spec with what it left open: what a trainer commits to before the first step. Its digest is the first head of
 * the run's transcript, and stands on the chain in the heartbeat of step 0.
 */
export const recipeSchema = z.strictObject({
  version: z.literal(1),
  specDigest: bytes32Schema,
  baseDigest: bytes32Schema,
  /** Of the records in their order, and of which are held out. */
  dataDigest: bytes32Schema,
  /** Of how conversations become text. */
  templateDigest: bytes32Schema,
  /** Drawn from the block of the claim. */
  seed: integerSchema(0, Number.MAX_SAFE_INTEGER),
  /** Planned updates; early stop and divergence can end a run before. */
  steps: integerSchema(1, 0xffff_ffff),
  dtype: z.string().max(32),
  threads: integerSchema(1, 65_536),
  /** The implementation that keeps the base in four bits; null for LoRA. */
  quantization: z.string().max(64).nullable(),
  versions: z.record(z.string().max(64), z.string().max(128)),
});

export type Recipe = z.output<typeof recipeSchema>;

/** sha256 of a recipe's canonical spelling. */
export function recipeDigest(recipe: Recipe): Hex {
  return sha256(canonicalBytes(recipe));
}

/**
 * The seed of a run: 53 bits of a hash over the block in which its trainer claimed the job. Nobody knew it when the job
 * was posted or the claim was signed, so that no outcome can be prepared or chosen.
 *
 * @param claim The claim's chain, contract, job and trainer, and the hash of its block.
 * @example
 * const seed = drawnSeed({ chainId, training, job: 7, trainer, blockHash: claimed.blockHash });
 */
export function drawnSeed(claim: {
  chainId: number;
  training: Address;
  job: number;
  trainer: Address;
  blockHash: Hex;
}): number {
  const { chainId, training, job, trainer, blockHash } = claim;
  const hash = keccak256(
    encodeAbiParameters(
      [
        { type: "uint256" },
        { type: "address" },
        { type: "uint256" },
        { type: "address" },
        { type: "bytes32" },
      ],
      [BigInt(chainId), training, BigInt(job), trainer, blockHash],
    ),
  );
  return Number(hexToBigInt(hash) % (1n << SEED_BITS));
}
