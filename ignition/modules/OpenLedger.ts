import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { ArgumentType, CallableContractFuture } from "@nomicfoundation/ignition-core";
import { zeroAddress } from "viem";
import {
  artifactName,
  type ContractKey,
  deploymentOrder,
  type RandomnessSource,
} from "../../scripts/deploy/plan.ts";
import { configurationOf } from "../../scripts/deploy/roles.ts";

/**
 * The module that deploys the whole protocol, one contract after the other, so that the deployer's nonces are the ones
 * from which every address was predicted. The contracts point at each other in a circle through immutables: each is
 * given the predicted addresses of the others. One last transaction hands every right to the Timelock and leaves the
 * deployer none.
 *
 * Its parameters are those of `moduleParameters` in `scripts/deploy/`.
 *
 * @param done How many contracts an interrupted deployment left at their predicted addresses.
 * @param source Where the seeds of committees come from.
 */
export function buildOpenLedger(done = 0, source: RandomnessSource = "blockhash") {
  return buildModule("OpenLedger", (m) => {
    const at = Object.fromEntries(
      deploymentOrder.map(([key]) => [key, m.getParameter<string>(key)]),
    ) as unknown as Record<ContractKey, ArgumentType>;
    const number = (name: string) => m.getParameter<number>(name);

    const vesting = (name: string): ArgumentType[] => [
      m.getParameter(`${name}Beneficiary`),
      number(`${name}DurationSeconds`),
      number(`${name}CliffSeconds`),
    ];
    const constructorArguments: Record<ContractKey, ArgumentType[]> = {
      openToken: [m.getParameter("allocations"), at.vault],
      accessManager: [m.getParameter("deployer")],
      parameters: [
        at.accessManager,
        m.getParameter("submissionLimits"),
        m.getParameter("poolRules"),
        m.getParameter("seatRules"),
        m.getParameter("trainingRules"),
        m.getParameter("appealRules"),
        m.getParameter("contributorRules"),
        m.getParameter("usageRules"),
      ],
      randomness: [number(source === "drand" ? "drandMarginSeconds" : "seedDelayBlocks")],
      vault: [at.openToken, at.seats, at.court, at.datanets, at.training, at.attribution],
      seats: [at.openToken, at.parameters, at.vault, at.court, at.training],
      court: [at.parameters, at.seats, at.vault, at.randomness, at.datanets, at.training, at.attribution],
      datanets: [at.accessManager, at.parameters, at.court, at.vault],
      training: [at.accessManager, at.parameters, at.seats, at.court, at.vault, at.models],
      models: [at.accessManager, at.training],
      // The protocol's share of usage goes to the treasury, which holders govern.
      attribution: [at.openToken, at.parameters, at.court, at.vault, at.models, at.timelock],
      // The governor proposes and cancels, anybody carries out; nobody but the Timelock itself gives these roles away.
      timelock: [number("timelockSeconds"), [at.governor], [zeroAddress], zeroAddress],
      governor: [at.openToken, at.timelock, m.getParameter("governorRules")],
      communityVesting: vesting("community"),
      investorsVesting: vesting("investors"),
      teamVesting: vesting("team"),
      ecosystemVesting: vesting("ecosystem"),
    };

    const chain: CallableContractFuture<string>[] = [];
    const contracts = Object.fromEntries(
      deploymentOrder.map(([key]) => {
        const name = artifactName(key, source);
        const future: CallableContractFuture<string> =
          chain.length < done
            ? m.contractAt(name, m.getParameter<string>(key), { id: key })
            : m.contract(name, constructorArguments[key], { id: key, after: chain.slice(-1) });
        chain.push(future);
        return [key, future];
      }),
    ) as Record<ContractKey, CallableContractFuture<string>>;

    const manager = contracts.accessManager;
    const members = {
      ADMIN: at.timelock,
      GUARDIAN: m.getParameter<string>("guardian"),
      CURATOR: m.getParameter<string>("curator"),
    };
    const calls = configurationOf<ArgumentType>(at, members, m.getParameter<string>("deployer")).map(
      ([functionName, args], index) =>
        m.encodeFunctionCall(manager, functionName, args, { id: `${functionName}_${index}` }),
    );
    // All at once: an interrupted deployment never stands half configured.
    m.call(manager, "multicall", [calls], { after: chain.slice(-1) });
    return contracts;
  });
}

export default buildOpenLedger();
