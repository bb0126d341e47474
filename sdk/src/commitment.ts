import { type Address, encodeAbiParameters, type Hex, keccak256, type LocalAccount } from "viem";
import { voteSaltTypedData } from "./typedData.ts";

const commitmentParameters = [
  { type: "uint256" },
  { type: "address" },
  { type: "uint256" },
  { type: "address" },
  { type: "uint256" },
  { type: "bytes32" },
  { type: "bytes32" },
] as const;

/** Everything that a vote commits to. */
export type Vote = {
  chainId: number;
  court: Address;
  docket: number;
  voter: Address;
  word: bigint;
  /** One byte for each rejected item; see `packReasons`. */
  reasons: Hex;
  salt: Hex;
};

/**
 * The commitment of a vote. Chain, court, docket and voter are in it, so that a copy is worth nothing to anyone else.
 *
 * @example
 * const commitment = commitmentOf({ chainId, court, docket, voter, word, reasons, salt });
 */
export function commitmentOf(vote: Vote): Hex {
  return keccak256(
    encodeAbiParameters(commitmentParameters, [
      BigInt(vote.chainId),
      vote.court,
      BigInt(vote.docket),
      vote.voter,
      vote.word,
      keccak256(vote.reasons),
      vote.salt,
    ]),
  );
}

/** The salt that a signature of `voteSaltTypedData` gives. */
export function saltOfSignature(signature: Hex): Hex {
  return keccak256(signature);
}

/**
 * A voter's salt for one round of a docket. The account must sign deterministically (RFC 6979), as viem's local
 * accounts do: the same key gives the same salt again after a crash.
 *
 * @example
 * const salt = await deriveSalt(account, { chainId, court, docket: 4, round: 0 });
 */
export async function deriveSalt(
  account: Pick<LocalAccount, "signTypedData">,
  parameters: { chainId: number; court: Address; docket: number; round: number },
): Promise<Hex> {
  return saltOfSignature(await account.signTypedData(voteSaltTypedData(parameters)));
}
