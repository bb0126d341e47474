/** Compares who may do what on a chain with what a deployment promises. */
import { accessManagerAbi } from "@openledger/sdk/abi/accessManager";
import { openGovernorAbi } from "@openledger/sdk/abi/openGovernor";
import { openVestingAbi } from "@openledger/sdk/abi/openVesting";
import { timelockControllerAbi } from "@openledger/sdk/abi/timelockController";
import { Problem } from "@openledger/sdk/problem";
import { type Address, keccak256, type PublicClient, toFunctionSelector, toHex, zeroHash } from "viem";
import { beneficiariesOf } from "./module.ts";
import { allocations, type InitialParameters } from "./parameters.ts";
import type { ContractAddresses } from "./plan.ts";
import { type Holders, membersOf, type RoleName, roleFunctions, roles, timelockRoles } from "./roles.ts";

/** What a deployment promises. */
export type Promised = { holders: Holders; initial: InitialParameters; deployer: Address };

/**
 * Whether a deployment's last step is done. It hands out every right in one transaction: when the Timelock governs, all
 * of it happened.
 */
export async function isConfigured(
  client: PublicClient,
  { accessManager, timelock }: Pick<ContractAddresses, "accessManager" | "timelock">,
): Promise<boolean> {
  const [isMember] = await client.readContract({
    address: accessManager,
    abi: accessManagerAbi,
    functionName: "hasRole",
    args: [roles.ADMIN, timelock],
  });
  return isMember;
}

/**
 * Makes sure that roles, Timelock, Governor and vesting wallets are as promised, and that the deployer may do nothing
 * that was not given to them by name.
 *
 * @throws {Problem} `wrong-rights` naming the first thing that is otherwise.
 */
export async function verifyRights(
  client: PublicClient,
  addresses: ContractAddresses,
  promised: Promised,
): Promise<void> {
  await verifyManager(client, addresses, promised);
  await verifyTimelock(client, addresses, promised);
  await verifyGovernor(client, addresses, promised.initial);
  await verifyVesting(client, addresses, promised.holders);
}

async function verifyManager(client: PublicClient, addresses: ContractAddresses, promised: Promised) {
  const { holders, deployer } = promised;
  const manager = { address: addresses.accessManager, abi: accessManagerAbi } as const;
  const members = membersOf(holders, addresses.timelock);
  const people = new Set<Address>([deployer, addresses.timelock, ...Object.values(holders)]);
  for (const role of Object.keys(roles) as RoleName[]) {
    for (const account of people) {
      const [isMember, delay] = await client.readContract({
        ...manager,
        functionName: "hasRole",
        args: [roles[role], account],
      });
      expectEqual(`${account} has the role ${role}`, isMember, account === members[role]);
      if (isMember) expectEqual(`the delay of ${account} in the role ${role}`, delay, 0);
    }
    for (const functionName of ["getRoleAdmin", "getRoleGuardian"] as const) {
      const governing = await client.readContract({ ...manager, functionName, args: [roles[role]] });
      expectEqual(`${functionName} of ${role}`, governing, roles.ADMIN);
    }
  }
  for (const { role, target, functions } of roleFunctions) {
    for (const signature of functions) {
      const allowed = await client.readContract({
        ...manager,
        functionName: "getTargetFunctionRole",
        args: [addresses[target], toFunctionSelector(signature)],
      });
      expectEqual(`the role of ${target}.${signature}`, allowed, roles[role]);
    }
  }
}

async function verifyTimelock(client: PublicClient, addresses: ContractAddresses, promised: Promised) {
  const timelock = { address: addresses.timelock, abi: timelockControllerAbi } as const;
  const delay = await client.readContract({ ...timelock, functionName: "getMinDelay" });
  expectEqual("the Timelock's delay", delay, BigInt(promised.initial.timelockSeconds));
  for (const [name, holder] of Object.entries(timelockRoles(addresses))) {
    const role = timelockRoleId(name);
    for (const account of new Set<Address>([holder, promised.deployer, promised.holders.guardian])) {
      const isMember = await client.readContract({
        ...timelock,
        functionName: "hasRole",
        args: [role, account],
      });
      expectEqual(`${account} has the Timelock's ${name}`, isMember, account === holder);
    }
  }
}

/** The id of one of the Timelock's roles. */
export function timelockRoleId(name: string) {
  return name === "DEFAULT_ADMIN_ROLE" ? zeroHash : keccak256(toHex(name));
}

async function verifyGovernor(
  client: PublicClient,
  addresses: ContractAddresses,
  initial: InitialParameters,
) {
  const governor = { address: addresses.governor, abi: openGovernorAbi } as const;
  const rules = initial.governorRules;
  const promised = {
    timelock: addresses.timelock,
    token: addresses.openToken,
    votingDelay: BigInt(rules.votingDelaySeconds),
    votingPeriod: BigInt(rules.votingPeriodSeconds),
    proposalThreshold: rules.proposalThresholdWei,
    quorumNumerator: BigInt(rules.quorumPercent),
    lateQuorumVoteExtension: rules.lateQuorumSeconds,
  } as const;
  for (const [functionName, value] of Object.entries(promised)) {
    const read = functionName as keyof typeof promised;
    expectEqual(
      `the Governor's ${read}`,
      await client.readContract({ ...governor, functionName: read }),
      value,
    );
  }
}

async function verifyVesting(client: PublicClient, addresses: ContractAddresses, holders: Holders) {
  for (const [name, beneficiary] of Object.entries(beneficiariesOf(addresses, holders))) {
    const wallet = { address: addresses[`${name as "team"}Vesting`], abi: openVestingAbi } as const;
    const read = <const Name extends "owner" | "start" | "duration" | "cliff">(functionName: Name) =>
      client.readContract({ ...wallet, functionName });
    const { durationSeconds, cliffSeconds } = allocations[name as "team"].vesting;
    expectEqual(`the beneficiary of ${name}`, await read("owner"), beneficiary);
    expectEqual(`the time over which ${name} vests`, await read("duration"), BigInt(durationSeconds));
    const start = (await read("start")) as bigint;
    expectEqual(`the cliff of ${name}`, await read("cliff"), start + BigInt(cliffSeconds));
  }
}

function expectEqual(what: string, found: unknown, promised: unknown): void {
  if (found === promised) return;
  throw new Problem(
    "wrong-rights",
    `The deployment is not as promised: ${what} is ${found}, not ${promised}.`,
    "Do not use it. Deploy again from another account.",
    { values: { what, found: String(found), promised: String(promised) } },
  );
}
