/** Who may do what: the roles of the AccessManager and of the Timelock. Every restricted function that is not named here is for the Timelock alone. */
import { type Address, toFunctionSelector, zeroAddress } from "viem";
import type { ContractAddresses, ContractKey } from "./plan.ts";

/** Those to whom a deployment gives something. */
export type Holders = {
  /** Receives the OPEN that circulates from the first day. */
  liquidity: Address;
  /** Beneficiary of the investors' vesting wallet. */
  investors: Address;
  /** Beneficiary of the team's vesting wallet. */
  team: Address;
  /** May pause, and nothing else. */
  guardian: Address;
  /** Lists base models; the Timelock when absent. */
  curator?: Address;
};

/** The AccessManager's roles. Members of ADMIN give and take all of them. */
export const roles = { ADMIN: 0n, GUARDIAN: 1n, CURATOR: 2n } as const;

/** A role of the AccessManager. */
export type RoleName = keyof typeof roles;

/** The restricted functions that others than ADMIN may call. */
export const roleFunctions: readonly {
  role: RoleName;
  target: ContractKey;
  functions: readonly string[];
}[] = [
  { role: "GUARDIAN", target: "datanets", functions: ["pause(bool,bool)"] },
  { role: "GUARDIAN", target: "training", functions: ["pauseClaims()"] },
  {
    role: "CURATOR",
    target: "models",
    functions: ["addBase(bytes32,string,string,string)", "removeBase(bytes32)"],
  },
];

/** The members of each role once a deployment is complete. */
export function membersOf(holders: Holders, timelock: Address): Record<RoleName, Address> {
  return { ADMIN: timelock, GUARDIAN: holders.guardian, CURATOR: holders.curator ?? timelock };
}

/** The Timelock's own roles, and who holds each. */
export function timelockRoles({ timelock, governor }: Pick<ContractAddresses, "timelock" | "governor">) {
  return {
    DEFAULT_ADMIN_ROLE: timelock,
    PROPOSER_ROLE: governor,
    // Not the guardian: who can cancel every decision could keep a pause, and the role itself, for ever.
    CANCELLER_ROLE: governor,
    // Anybody carries out what was decided and has waited.
    EXECUTOR_ROLE: zeroAddress,
  } as const;
}

/**
 * What the deployer has the AccessManager do, in one transaction, as the last: it names the roles, hands them out, and
 * leaves nothing with the deployer.
 *
 * @param at The contracts' addresses, or what stands for them in the Ignition module.
 */
export function configurationOf<Value>(
  at: Record<ContractKey, Value>,
  members: Record<RoleName, Value>,
  deployer: Value,
): readonly [functionName: string, args: (Value | bigint | number | string | string[])[]][] {
  const names = Object.keys(roles) as RoleName[];
  return [
    ...names
      .filter((name) => name !== "ADMIN")
      .map((name): [string, (bigint | string)[]] => ["labelRole", [roles[name], name]]),
    ...roleFunctions.map(({ role, target, functions }): [string, (Value | bigint | string[])[]] => [
      "setTargetFunctionRole",
      [at[target], functions.map((each) => toFunctionSelector(each)), roles[role]],
    ]),
    ...names.map((name): [string, (Value | bigint | number)[]] => [
      "grantRole",
      [roles[name], members[name], 0],
    ]),
    ["renounceRole", [roles.ADMIN, deployer]],
  ];
}
