/** What a deployment starts with: the configured numbers, the allocation of the supply, the vesting of its parts. */
import { openGovernorAbi } from "@openledger/sdk/abi/openGovernor";
import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { openVestingAbi } from "@openledger/sdk/abi/openVesting";
import { parametersAbi } from "@openledger/sdk/abi/parameters";
import { timelockControllerAbi } from "@openledger/sdk/abi/timelockController";
import { type Abi, type Address, getContractAddress, parseEther, zeroAddress } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allocations, productionParameters } from "../../scripts/deploy/parameters.ts";
import { deploymentOrder } from "../../scripts/deploy/plan.ts";
import { emptyOf, errorSelector, refusal, writing } from "./abiCalls.ts";
import { type Deployed, deployer, deployments, startDeployed } from "./deployed.ts";

describe.each(deployments)("after a deployment to $name", (deployment) => {
  const { promised, initial } = deployment;
  let chain: Deployed["chain"];
  let at: Deployed["at"];
  let everybody: Deployed["everybody"];
  beforeAll(async () => {
    ({ chain, at, everybody } = await startDeployed(deployment));
  });
  afterAll(() => chain.stop());

  it("the numbers of Governor and Timelock are the configured ones", async () => {
    const read = (functionName: string) =>
      chain.client.readContract({ address: at.governor, abi: openGovernorAbi as Abi, functionName });
    const rules = initial.governorRules;
    expect(await read("votingDelay")).toBe(BigInt(rules.votingDelaySeconds));
    expect(await read("votingPeriod")).toBe(BigInt(rules.votingPeriodSeconds));
    expect(await read("proposalThreshold")).toBe(rules.proposalThresholdWei);
    expect(await read("quorumNumerator")).toBe(BigInt(rules.quorumPercent));
    expect(await read("quorumDenominator")).toBe(100n);
    expect(await read("lateQuorumVoteExtension")).toBe(rules.lateQuorumSeconds);
    expect(await read("timelock")).toBe(at.timelock);
    expect(await read("token")).toBe(at.openToken);
    expect(await read("CLOCK_MODE")).toBe("mode=timestamp");
    const delay = await chain.client.readContract({
      address: at.timelock,
      abi: timelockControllerAbi,
      functionName: "getMinDelay",
    });
    expect(delay).toBe(BigInt(initial.timelockSeconds));
  });

  it("the parameters are the configured ones", async () => {
    const read = (functionName: string, args: unknown[] = []) =>
      chain.client.readContract({ address: at.parameters, abi: parametersAbi as Abi, functionName, args });
    for (const [pool, rules] of initial.poolRules.entries())
      expect(await read("poolRules", [pool])).toEqual(rules);
    for (const name of [
      "submissionLimits",
      "seatRules",
      "trainingRules",
      "appealRules",
      "contributorRules",
      "usageRules",
    ] as const)
      expect(await read(name), name).toEqual(initial[name]);
  });

  it("the whole supply lies where the allocation says, and none of it votes yet", async () => {
    const parts: [Address, bigint][] = [
      [at.communityVesting, 5_171n],
      [at.investorsVesting, 1_829n],
      [at.teamVesting, 1_500n],
      [at.ecosystemVesting, 1_000n],
      [promised.liquidity, 500n],
    ];
    const token = { address: at.openToken, abi: openTokenAbi } as const;
    for (const [holder, basisPoints] of parts) {
      const balance = await chain.client.readContract({
        ...token,
        functionName: "balanceOf",
        args: [holder],
      });
      expect(balance, holder).toBe((parseEther("1000000000") * basisPoints) / 10_000n);
      expect(await chain.client.readContract({ ...token, functionName: "getVotes", args: [holder] })).toBe(
        0n,
      );
    }
    expect(parts.reduce((sum, [, basisPoints]) => sum + basisPoints, 0n)).toBe(10_000n);
    const minted = await chain.client.getContractEvents({
      ...token,
      eventName: "Transfer",
      fromBlock: 0n,
    });
    expect(minted.map(({ args }) => args.to)).toEqual(parts.map(([holder]) => holder));
    expect(minted.every(({ args }) => args.from === zeroAddress)).toBe(true);
  });

  it("each vesting wallet pays its beneficiary, on its terms, and obeys nobody else", async () => {
    const wallets = [
      ["community", at.timelock],
      ["investors", promised.investors],
      ["team", promised.team],
      ["ecosystem", at.timelock],
    ] as const;
    for (const [name, beneficiary] of wallets) {
      const wallet = { address: at[`${name}Vesting`], abi: openVestingAbi } as const;
      const read = (functionName: "owner" | "start" | "duration" | "cliff") =>
        chain.client.readContract({ ...wallet, functionName });
      const { durationSeconds, cliffSeconds } = allocations[name].vesting;
      expect(await read("owner"), name).toBe(beneficiary);
      expect(await read("duration")).toBe(BigInt(durationSeconds));
      expect(await read("cliff")).toBe(((await read("start")) as bigint) + BigInt(cliffSeconds));
      const notOwner = errorSelector("OwnableUnauthorizedAccount(address)");
      for (const item of writing(openVestingAbi).filter((each) => each.name !== "release")) {
        const args = item.inputs.map((input) => (input.type === "address" ? at.openToken : emptyOf(input)));
        for (const account of everybody) {
          const data = await refusal(chain, { from: account, to: wallet.address, item, args });
          expect(data.startsWith(notOwner), `${name}.${item.name} by ${account}`).toBe(
            account !== beneficiary,
          );
        }
      }
    }
  });

  it("the deployer could put no contract of its own in the place of a predicted one", async () => {
    for (const [index, [key]] of deploymentOrder.entries())
      expect(at[key]).toBe(getContractAddress({ from: deployer, nonce: BigInt(index) }));
    const nonce = await chain.client.getTransactionCount({ address: deployer });
    expect(nonce).toBe(deploymentOrder.length + 1);
  });
});

describe("the production parameters", () => {
  const { governorRules, timelockSeconds, seatRules, usageRules } = productionParameters;

  it("let whoever disagrees with a proposal leave before it holds", () => {
    const noticeSeconds =
      governorRules.votingDelaySeconds + governorRules.votingPeriodSeconds + timelockSeconds;
    expect(noticeSeconds).toBeGreaterThan(seatRules.thawSeconds);
    expect(noticeSeconds).toBeGreaterThan(usageRules.withdrawSeconds);
  });

  it("keep the allocation within the supply", () => {
    const parts = Object.values(allocations).map(({ amountWei }) => amountWei);
    expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(parseEther("1000000000"));
  });
});
