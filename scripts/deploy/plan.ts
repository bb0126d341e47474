/** Which contract gets which address, predicted from the deployer's nonce before anything is deployed. */
import { type Address, getContractAddress } from "viem";

/** Where seeds come from, and the contract that brings them. */
export const randomnessContracts = { blockhash: "FutureBlockhash", drand: "DrandRandomness" } as const;

/** A source of seeds: hashes of future blocks, or drand's beacons where those cannot be trusted. */
export type RandomnessSource = keyof typeof randomnessContracts;

/** The contracts in the order of their deployment, and the name of each one's artifact with the usual randomness. */
export const deploymentOrder = [
  ["openToken", "OpenToken"],
  ["accessManager", "AccessManager"],
  ["parameters", "Parameters"],
  ["randomness", randomnessContracts.blockhash],
  ["vault", "Vault"],
  ["seats", "Seats"],
  ["court", "Court"],
  ["datanets", "Datanets"],
  ["training", "Training"],
  ["models", "Models"],
  ["attribution", "Attribution"],
  ["timelock", "TimelockController"],
  ["governor", "OpenGovernor"],
  ["communityVesting", "OpenVesting"],
  ["investorsVesting", "OpenVesting"],
  ["teamVesting", "OpenVesting"],
  ["ecosystemVesting", "OpenVesting"],
] as const;

/** A contract of the protocol, by its key in the address table. */
export type ContractKey = (typeof deploymentOrder)[number][0];

/** The name of a contract's artifact. */
export function artifactName(key: ContractKey, source: RandomnessSource): string {
  if (key === "randomness") return randomnessContracts[source];
  return names[key];
}

const names = Object.fromEntries(deploymentOrder) as Record<ContractKey, string>;

/** Where every contract is, or will be. */
export type ContractAddresses = Record<ContractKey, Address>;

/**
 * The other contracts that each contract keeps for ever. Constructor arguments in the Ignition module name the same
 * ones; verification finds them in the deployed code.
 */
export const wiring: Record<ContractKey, readonly ContractKey[]> = {
  openToken: ["vault"],
  accessManager: [],
  parameters: [],
  randomness: [],
  vault: ["openToken", "seats", "court", "datanets", "training", "attribution"],
  seats: ["openToken", "parameters", "vault", "court", "training"],
  court: ["parameters", "seats", "vault", "randomness", "datanets", "training", "attribution"],
  datanets: ["parameters", "court", "vault"],
  training: ["parameters", "seats", "court", "vault", "models"],
  models: ["training"],
  attribution: ["openToken", "parameters", "court", "vault", "models", "timelock"],
  timelock: [],
  governor: ["openToken"],
  communityVesting: [],
  investorsVesting: [],
  teamVesting: [],
  ecosystemVesting: [],
};

/** The addresses that a deployer who starts at `startNonce` will give to the contracts. */
export function predictAddresses(deployer: Address, startNonce: number): ContractAddresses {
  return Object.fromEntries(
    deploymentOrder.map(([key], index) => [
      key,
      getContractAddress({ from: deployer, nonce: BigInt(startNonce + index) }),
    ]),
  ) as ContractAddresses;
}
