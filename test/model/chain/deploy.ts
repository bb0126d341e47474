import { readFileSync } from "node:fs";
import {
  type Abi,
  type Address,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  toFunctionSelector,
} from "viem";
import type { Rules } from "../reference/parameters.ts";
import { SUPPLY_WEI } from "../reference/token.ts";
import type { ContractName } from "../reference/world.ts";

/** A JSON-RPC call to the chain in this process. */
export type Rpc = <T>(method: string, params?: readonly unknown[]) => Promise<T>;

/** What is deployed, in order, and where its artifact lies. */
const order = [
  "openToken",
  "accessManager",
  "parameters",
  "randomness",
  "vault",
  "seats",
  "court",
  "datanets",
  "training",
  "models",
] as const;
const artifacts: Record<ContractName, string> = {
  openToken: "contracts/OpenToken.sol/OpenToken",
  accessManager: "@openzeppelin/contracts/access/manager/AccessManager.sol/AccessManager",
  parameters: "contracts/Parameters.sol/Parameters",
  randomness: "contracts/FutureBlockhash.sol/FutureBlockhash",
  vault: "contracts/Vault.sol/Vault",
  seats: "contracts/Seats.sol/Seats",
  court: "contracts/Court.sol/Court",
  datanets: "contracts/Datanets.sol/Datanets",
  training: "contracts/Training.sol/Training",
  models: "contracts/Models.sol/Models",
};
const GUARDIAN_ROLE = 1n;
const GAS = "0x1000000";

export function artifactOf(contract: ContractName): { abi: Abi; bytecode: Hex } {
  const file = new URL(`../../../artifacts/${artifacts[contract]}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The protocol with the real contracts, governed by the deployer; the guardian may pause. */
export async function deployProtocol(
  rpc: Rpc,
  { deployer, guardian, rules }: { deployer: Address; guardian: Address; rules: Rules },
): Promise<Record<ContractName, Address>> {
  const send = (transaction: { to?: Address; data: Hex }) =>
    rpc<Hex>("eth_sendTransaction", [{ from: deployer, gas: GAS, ...transaction }]);
  const first = Number(await rpc<Hex>("eth_getTransactionCount", [deployer, "latest"]));
  const addressAt = (index: number) => getContractAddress({ from: deployer, nonce: BigInt(first + index) });
  const at = Object.fromEntries(order.map((name, index) => [name, addressAt(index)])) as Record<
    ContractName,
    Address
  >;
  // Nobody uses models here: its place is the next address, where nothing stands.
  const attribution = addressAt(order.length);
  const { limits, pools, seats, training, appeals, contributors, usage } = rules;
  const numbers = [limits, pools, seats, training, appeals, contributors, usage];
  const { accessManager, court, datanets, models, openToken, parameters, randomness, vault } = at;
  const constructorArgs: Record<ContractName, readonly unknown[]> = {
    openToken: [[{ holder: deployer, amountWei: SUPPLY_WEI }], vault],
    accessManager: [deployer],
    parameters: [accessManager, ...numbers],
    randomness: [2],
    vault: [openToken, at.seats, court, datanets, at.training, attribution],
    seats: [openToken, parameters, vault, court, at.training],
    court: [parameters, at.seats, vault, randomness, datanets, at.training, attribution],
    datanets: [accessManager, parameters, court, vault],
    training: [accessManager, parameters, at.seats, court, vault, models],
    models: [accessManager, at.training],
  };
  for (const name of order) {
    const { abi, bytecode } = artifactOf(name);
    await send({ data: encodeDeployData({ abi, bytecode, args: constructorArgs[name] }) });
  }
  const { abi } = artifactOf("accessManager");
  const manage = (functionName: string, args: readonly unknown[]) =>
    send({ to: accessManager, data: encodeFunctionData({ abi, functionName, args }) });
  await manage("grantRole", [GUARDIAN_ROLE, guardian, 0]);
  const paused = toFunctionSelector("pause(bool,bool)");
  const claimsPaused = toFunctionSelector("pauseClaims()");
  await manage("setTargetFunctionRole", [datanets, [paused], GUARDIAN_ROLE]);
  await manage("setTargetFunctionRole", [at.training, [claimsPaused], GUARDIAN_ROLE]);
  return at;
}
