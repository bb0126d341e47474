import { type Address, encodeAbiParameters, keccak256 } from "viem";

const preimage = [
  { type: "uint256" },
  { type: "uint256" },
  { type: "uint256" },
  { type: "uint256" },
] as const;

/** Fisher-Yates: each draw takes one of the positions left, and the last one left moves into its place. */
export function drawCommittee(
  holders: readonly Address[],
  size: number,
  { seed, docket, round }: { seed: bigint; docket: number; round: number },
): Address[] {
  const left = [...holders];
  const drawn: Address[] = [];
  for (let draw = 0; draw < size; draw++) {
    const hash = keccak256(
      encodeAbiParameters(preimage, [seed, BigInt(docket), BigInt(round), BigInt(draw)]),
    );
    const chosen = Number(BigInt(hash) % BigInt(left.length));
    drawn.push(left[chosen] as Address);
    const last = left.pop() as Address;
    if (chosen < left.length) left[chosen] = last;
  }
  return drawn;
}
