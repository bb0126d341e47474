import { encodeAbiParameters, keccak256 } from "viem";

const drawParameters = [
  { type: "uint256" },
  { type: "uint256" },
  { type: "uint256" },
  { type: "uint256" },
] as const;

/** What a committee is a pure function of, beside who holds the seats. */
export type DrawInput = { seed: bigint; docket: number; round: number; seats: number; size: number };

/**
 * The positions of the seats drawn for one round of a docket, by draw index. A virtual Fisher–Yates shuffle picks
 * distinct positions without ever holding the list of seats. Equal to the contract's Committee library.
 *
 * @param input.size How many are asked for; no more than there are seats are drawn.
 * @example
 * const positions = drawPositions({ seed, docket, round, seats, size: 5 });
 * const voters = await readHoldersAt(client, { addresses, pool, positions, moment });
 */
export function drawPositions(input: DrawInput): number[] {
  const swapped = new Map<number, number>();
  return Array.from({ length: Math.min(input.size, input.seats) }, (_, draw) => {
    const left = input.seats - draw;
    const picked = pick(input, draw, left);
    const position = swapped.get(picked) ?? picked;
    swapped.set(picked, swapped.get(left - 1) ?? left - 1);
    return position;
  });
}

/** The draw indices at which a voter sits in a committee; its votes count that many times. */
export function drawIndicesOf(committee: readonly string[], voter: string): number[] {
  const wanted = voter.toLowerCase();
  return committee.flatMap((member, index) => (member.toLowerCase() === wanted ? [index] : []));
}

function pick(input: DrawInput, draw: number, left: number): number {
  const hash = keccak256(
    encodeAbiParameters(drawParameters, [
      input.seed,
      BigInt(input.docket),
      BigInt(input.round),
      BigInt(draw),
    ]),
  );
  return Number(BigInt(hash) % BigInt(left));
}
