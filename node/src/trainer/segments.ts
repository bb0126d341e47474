import { encodeAbiParameters, hexToBigInt, keccak256 } from "viem";

/** A stretch of a run between two neighbouring checkpoints; `from` is 0 for the beginning. */
export interface Segment {
  from: number;
  to: number;
}

/** One in this many segments is trained again, and always at least one. */
const SEGMENTS_A_CHECK = 20;
const MOST_SEGMENTS = 3;

/**
 * The segments of a run that a committee trains again. They follow from the docket's seed, which nobody knew when the
 * attestation was made. All members check the same ones: whoever alone looked at another segment and found fraud there
 * would be voted down by those who had not looked.
 */
export function chosenSegments(
  steps: readonly number[],
  seed: bigint,
  docket: number,
  position: number,
): Segment[] {
  const segments = steps.map((to, index) => ({ from: index === 0 ? 0 : (steps[index - 1] ?? 0), to }));
  const wanted = Math.min(MOST_SEGMENTS, segments.length, Math.ceil(segments.length / SEGMENTS_A_CHECK));
  const chosen: Segment[] = [];
  for (let pick = 0; pick < wanted; pick++) {
    const hash = keccak256(
      encodeAbiParameters(
        [{ type: "uint256" }, { type: "uint256" }, { type: "uint256" }, { type: "uint256" }],
        [seed, BigInt(docket), BigInt(position), BigInt(pick)],
      ),
    );
    chosen.push(...segments.splice(Number(hexToBigInt(hash) % BigInt(segments.length)), 1));
  }
  return chosen;
}
