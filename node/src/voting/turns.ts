import { type Address, hexToBigInt, keccak256, stringToBytes } from "viem";

/** Seconds between two turns: long enough for the one before to be mined. */
const TURN_SECONDS = 2;
/** Turns among those who have no place in a committee to tell who is first. */
const OPEN_TURNS = 4;

/**
 * When it is this account's turn to do what anyone may do, in seconds after it became due. The committee comes first,
 * in the order of its draws; everybody else has a turn that a hash picks, so that they rarely meet.
 */
export function turnSeconds(what: string, account: Address, committee: readonly Address[] = []): number {
  const draw = committee.findIndex((voter) => voter.toLowerCase() === account.toLowerCase());
  if (draw >= 0) return draw * TURN_SECONDS;
  const pick = Number(
    hexToBigInt(keccak256(stringToBytes(`${what}:${account.toLowerCase()}`))) % BigInt(OPEN_TURNS),
  );
  return (committee.length + pick) * TURN_SECONDS;
}
