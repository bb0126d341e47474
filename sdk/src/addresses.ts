import type { Address } from "viem";
import { Problem } from "./problem.ts";

/** Where the contracts of one deployment are. */
export type Addresses = {
  openToken: Address;
  accessManager: Address;
  parameters: Address;
  randomness: Address;
  vault: Address;
  seats: Address;
  court: Address;
  datanets: Address;
  training: Address;
  models: Address;
  /** The first block that can hold an event of this deployment. */
  deploymentBlock: number;
};

const known = new Map<number, Addresses>();

/** Make a deployment known to `addressesOf`; it replaces what was known for that chain. */
export function registerAddresses(chainId: number, addresses: Addresses): void {
  known.set(chainId, addresses);
}

/**
 * The contracts of the deployment on a chain.
 *
 * @throws {Problem} `unknown-chain` when no deployment is known for the chain.
 * @example
 * const { court } = addressesOf(31337);
 */
export function addressesOf(chainId: number): Addresses {
  const addresses = known.get(chainId);
  if (addresses === undefined) {
    throw new Problem(
      "unknown-chain",
      `No OpenLedger deployment is known for chain ${chainId}.`,
      "Deploy with `npm run deploy`, or set OPENLEDGER_ADDRESSES to the JSON file of an existing deployment.",
      { values: { chainId } },
    );
  }
  return addresses;
}
