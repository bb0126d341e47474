import { encodeAbiParameters, hexToBigInt, keccak256 } from "viem";

/** A stretch of a run between two neighbouring checkpoints; `from` is 0 for the beginning. */
export interface Segment {
  from: number;
  to: number;
}

/**
 * One in this many segments is trained again, and always at least one: five hundredths of the training, and so a chance
 * of at least that to find a lie that stands in a single segment.
 */
const SEGMENTS_A_CHECK = 20;
/** Beyond 320 segments a check would outlast the window of a committee before it found anything more about a whole run. */
const MOST_SEGMENTS = 16;
/** As many evaluations that made a run stop early are measured again. */
const MOST_EVALUATIONS = 3;

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
  const wanted = Math.min(MOST_SEGMENTS, Math.ceil(segments.length / SEGMENTS_A_CHECK));
  return drawn(segments, wanted, seed, docket, position);
}

/** The evaluations of a run that stopped early that a committee measures again, of those that brought nothing better. */
export function chosenEvaluations<Evaluation>(
  evaluations: readonly Evaluation[],
  seed: bigint,
  docket: number,
  position: number,
): Evaluation[] {
  return drawn([...evaluations], MOST_EVALUATIONS, seed, docket, position);
}

/** Takes the wanted number out of `items`, by hashes of the docket's seed. */
function drawn<Item>(items: Item[], wanted: number, seed: bigint, docket: number, position: number): Item[] {
  const chosen: Item[] = [];
  for (let pick = 0; pick < wanted && items.length > 0; pick++) {
    const hash = keccak256(
      encodeAbiParameters(
        [{ type: "uint256" }, { type: "uint256" }, { type: "uint256" }, { type: "uint256" }],
        [seed, BigInt(docket), BigInt(position), BigInt(pick)],
      ),
    );
    chosen.push(...items.splice(Number(hexToBigInt(hash) % BigInt(items.length)), 1));
  }
  return chosen;
}
