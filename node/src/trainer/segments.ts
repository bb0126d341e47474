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
/** The same for a run that ended early, of which more has to be seen. */
const MOST_SEGMENTS_OF_EARLY_END = 64;
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
  wanted: number,
): Segment[] {
  const segments = steps.map((to, index) => ({ from: index === 0 ? 0 : (steps[index - 1] ?? 0), to }));
  return drawn(segments, wanted, seed, docket, position);
}

/**
 * How many segments of a run are trained again.
 *
 * A run that ended early is checked more the more of it is missing: one forged segment, a jump to where nothing better
 * or no number follows, would save its maker all the rest. With S of P planned segments made, a price p and a bond b, the
 * share of S that is drawn is at least (1 - S / P) * p / (p + b): then what the forger stands to lose, price and bond by
 * that chance, is what it saves at most, since no honest trainer claims work that costs more than its price.
 *
 * @param made Segments of the run.
 * @param planned Segments that it would have had to its last planned step.
 */
export function segmentsToCheck(
  made: number,
  planned: number,
  { priceWei, bondWei }: { priceWei: bigint; bondWei: bigint },
): number {
  const share = Math.min(MOST_SEGMENTS, Math.ceil(made / SEGMENTS_A_CHECK));
  if (made >= planned) return share;
  const least = BigInt(made) * BigInt(planned - made) * priceWei;
  const of = BigInt(planned) * (priceWei + bondWei);
  const owed = of === 0n ? 0 : Number((least + of - 1n) / of);
  return Math.max(share, Math.min(MOST_SEGMENTS_OF_EARLY_END, owed));
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
