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
  attribution: Address;
  timelock: Address;
  governor: Address;
  communityVesting: Address;
  investorsVesting: Address;
  teamVesting: Address;
  ecosystemVesting: Address;
  /** The first block that can hold an event of this deployment. */
  deploymentBlock: number;
};

/** The deployments by chain id. `npm run deploy` writes this table; 31337 is every fresh local chain. */
export const deployments: Record<number, Addresses> = {
  31337: {
    openToken: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    accessManager: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512",
    parameters: "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0",
    randomness: "0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9",
    vault: "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9",
    seats: "0x5FC8d32690cc91D4c39d9d3abcBD16989F875707",
    court: "0x0165878A594ca255338adfa4d48449f69242Eb8F",
    datanets: "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853",
    training: "0x2279B7A0a67DB372996a5FaB50D91eAA73d2eBe6",
    models: "0x8A791620dd6260079BF849Dc5567aDC3F2FdC318",
    attribution: "0x610178dA211FEF7D417bC0e6FeD39F05609AD788",
    timelock: "0xB7f8BC63BbcaD18155201308C8f3540b07f84F5e",
    governor: "0xA51c1fc2f0D1a1b8494Ed1FE312d7C3a78Ed91C0",
    communityVesting: "0x0DCd1Bf9A1b36cE34237eEaFef220932846BCD82",
    investorsVesting: "0x9A676e781A523b5d0C0e43731313A708CB607508",
    teamVesting: "0x0B306BF915C4d645ff596e518fAf3F9669b97016",
    ecosystemVesting: "0x959922bE3CAee4b8Cd9a407cc3ac1C251C2007B1",
    deploymentBlock: 0,
  },
};

const known = new Map<number, Addresses>(
  Object.entries(deployments).map(([chainId, addresses]) => [Number(chainId), addresses]),
);

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
