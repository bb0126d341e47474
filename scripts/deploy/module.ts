/** What the Ignition module is told: addresses, numbers, and who receives what. */

import { Problem } from "@openledger/sdk/problem";
import { type Address, getAddress, isAddressEqual } from "viem";
import { anvil } from "viem/chains";
import { allocations, type InitialParameters } from "./parameters.ts";
import type { ContractAddresses } from "./plan.ts";
import { type Holders, membersOf } from "./roles.ts";

/** The supply at the start, in the order of its allocation. */
function initialAllocations(addresses: ContractAddresses, { liquidity }: Pick<Holders, "liquidity">) {
  return [
    { holder: addresses.communityVesting, amountWei: allocations.community.amountWei },
    { holder: addresses.investorsVesting, amountWei: allocations.investors.amountWei },
    { holder: addresses.teamVesting, amountWei: allocations.team.amountWei },
    { holder: addresses.ecosystemVesting, amountWei: allocations.ecosystem.amountWei },
    { holder: liquidity, amountWei: allocations.liquidity.amountWei },
  ];
}

/** Whom each vesting wallet pays. The community's and the ecosystem's parts are the treasury's, which holders govern. */
export function beneficiariesOf({ timelock }: Pick<ContractAddresses, "timelock">, holders: Holders) {
  return {
    community: timelock,
    investors: holders.investors,
    team: holders.team,
    ecosystem: timelock,
  } as const;
}

/** The parameters of the Ignition module. */
export function moduleParameters(
  addresses: ContractAddresses,
  initial: InitialParameters,
  holders: Holders,
  deployer: Address,
) {
  const { GUARDIAN: guardian, CURATOR: curator } = membersOf(holders, addresses.timelock);
  const vestings = Object.entries(beneficiariesOf(addresses, holders)).map(([name, beneficiary]) => {
    const { durationSeconds, cliffSeconds } = allocations[name as "team"].vesting;
    return {
      [`${name}Beneficiary`]: beneficiary,
      [`${name}DurationSeconds`]: durationSeconds,
      [`${name}CliffSeconds`]: cliffSeconds,
    };
  });
  return {
    ...addresses,
    ...initial,
    poolRules: [...initial.poolRules],
    allocations: initialAllocations(addresses, holders),
    ...Object.assign({}, ...vestings),
    ...{ deployer, guardian, curator },
  };
}

/**
 * Those to whom a deployment gives something. On the local chain the deployer is everybody who is not named, and lists
 * base models without a vote, so that one account is enough to try everything.
 *
 * @throws {Problem} `no-holder` on any other chain when somebody is not named; `guardian-is-deployer` when the deployer
 * would keep the right to pause.
 */
export function holdersOf(chainId: number, named: Partial<Holders>, deployer: Address): Holders {
  if (chainId === anvil.id) {
    const everybody = { liquidity: deployer, investors: deployer, team: deployer, guardian: deployer };
    return checksummed({ ...everybody, curator: deployer, ...named });
  }
  const { liquidity, investors, team, guardian } = named;
  if (!liquidity || !investors || !team || !guardian) {
    const missing = (["liquidity", "investors", "team", "guardian"] as const).filter((name) => !named[name]);
    throw new Problem(
      "no-holder",
      `It is not said who is ${missing.join(", ")}.`,
      `Add ${missing.map((name) => `--${name} ADDRESS`).join(" ")}. Each should be a wallet of several people.`,
      { values: { missing: missing.join(", ") } },
    );
  }
  if (isAddressEqual(guardian, deployer)) {
    throw new Problem(
      "guardian-is-deployer",
      "The deployer would keep a right: the guardian's, to pause.",
      "Name another account with --guardian ADDRESS.",
    );
  }
  return checksummed({ liquidity, investors, team, guardian });
}

function checksummed(holders: Holders): Holders {
  const entries = Object.entries(holders).map(([name, address]) => [name, getAddress(address)]);
  return Object.fromEntries(entries) as Holders;
}
