/** Holders of OPEN govern: proposal, vote, wait, execution; a guardian pauses, and nobody's money is stuck meanwhile. */
import { accessManagerAbi } from "@openledger/sdk/abi/accessManager";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { openGovernorAbi } from "@openledger/sdk/abi/openGovernor";
import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { openVestingAbi } from "@openledger/sdk/abi/openVesting";
import { parametersAbi } from "@openledger/sdk/abi/parameters";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { timelockControllerAbi } from "@openledger/sdk/abi/timelockController";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { vaultAbi } from "@openledger/sdk/abi/vault";
import type { Addresses } from "@openledger/sdk/addresses";
import {
  type Abi,
  type Address,
  decodeErrorResult,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseEther,
  toHex,
  zeroHash,
} from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { localParameters } from "../../scripts/deploy/parameters.ts";
import { deployProtocol } from "../../scripts/deploy/protocol.ts";
import { refusal as refusalOf, writing } from "./abiCalls.ts";
import { accountAt, type LocalChain, startLocalChain } from "./localChain.ts";

const [holder, guardian, contributor, small, curator] = [0, 1, 2, 3, 4].map(
  (index) => accountAt(index).address,
) as [Address, Address, Address, Address, Address];
const { governorRules, timelockSeconds, submissionLimits, seatRules } = localParameters;
const text = 0;

type Call = { to: Address; abi: Abi | readonly unknown[]; functionName: string; args?: readonly unknown[] };
const states = {
  pending: 0,
  active: 1,
  cancelled: 2,
  defeated: 3,
  succeeded: 4,
  queued: 5,
  executed: 7,
} as const;

let chain: LocalChain;
let at: Addresses;
let snapshot: Hex;

beforeAll(async () => {
  chain = await startLocalChain();
  const holders = { guardian, curator };
  const deployment = { rpcUrl: chain.rpcUrl, account: accountAt(0), localWindows: true, holders };
  ({ addresses: at } = await deployProtocol(deployment));
  // Every transaction in a block of its own, a second after the last, and no block besides.
  await chain.client.setAutomine(true);
  await chain.client.setBlockTimestampInterval({ interval: 1 });
  await send(holder, { to: at.openToken, abi: openTokenAbi, functionName: "delegate", args: [holder] });
  await pass(1);
});
afterAll(() => chain.stop());
beforeEach(async () => {
  snapshot = await chain.client.snapshot();
});
afterEach(() => chain.client.revert({ id: snapshot }));

const dataOf = ({ abi, functionName, args }: Call) =>
  encodeFunctionData({ abi: abi as Abi, functionName, args: args as unknown[] });

async function send(from: Address, call: Call): Promise<void> {
  // A refusal throws here, with its reason.
  await chain.client.call({ account: from, to: call.to, data: dataOf(call) });
  const hash = await chain.client.sendTransaction({
    account: accountAt([holder, guardian, contributor, small, curator].indexOf(from)),
    to: call.to,
    data: dataOf(call),
  });
  const { status } = await chain.client.waitForTransactionReceipt({ hash });
  expect(status, call.functionName).toBe("success");
}

const abis = [
  parametersAbi,
  datanetsAbi,
  trainingAbi,
  accessManagerAbi,
  timelockControllerAbi,
  openGovernorAbi,
];

/** The name of the error with which a call is refused; undefined when it is not. */
async function refusal(
  from: Address,
  { to, abi, functionName, args = [] }: Call,
): Promise<string | undefined> {
  const item = writing(abi as Abi).find(({ name }) => name === functionName);
  if (!item) throw new Error(`There is no function ${functionName}.`);
  const data = await refusalOf(chain, { from, to, item, args });
  return data === ""
    ? undefined
    : decodeErrorResult({ abi: abis.flat() as Abi, data: data as Hex }).errorName;
}

function read<Result>({ to, abi, functionName, args = [] }: Call): Promise<Result> {
  return chain.client.readContract({
    address: to,
    abi: abi as Abi,
    functionName,
    args: args as unknown[],
  }) as Promise<Result>;
}

async function pass(seconds: number): Promise<void> {
  const { timestamp } = await chain.client.getBlock();
  await chain.client.setNextBlockTimestamp({ timestamp: timestamp + BigInt(seconds) });
  await chain.client.mine({ blocks: 1 });
}

/** A proposal of some calls, as the Governor names it. */
function proposalOf(calls: Call[], description: string) {
  const values = calls.map(() => 0n);
  return [calls.map(({ to }) => to), values, calls.map(dataOf), description] as const;
}
const governor = (functionName: string, args: readonly unknown[] = []): Call => ({
  to: at.governor,
  abi: openGovernorAbi,
  functionName,
  args,
});

async function propose(from: Address, calls: Call[], description: string) {
  const proposal = proposalOf(calls, description);
  await send(from, governor("propose", proposal));
  const named = [...proposal.slice(0, 3), keccak256(toHex(description))] as const;
  const id = await read<bigint>(governor("getProposalId", named));
  return { id, named, state: () => read<number>(governor("state", [id])) };
}

/** Takes a decision all the way: proposed and carried by the holder, queued, waited for, executed by a stranger. */
async function decide(calls: Call[], description: string): Promise<void> {
  const { id, named, state } = await propose(holder, calls, description);
  await pass(governorRules.votingDelaySeconds + 1);
  await send(holder, governor("castVote", [id, 1]));
  await pass(governorRules.votingPeriodSeconds + governorRules.lateQuorumSeconds);
  await send(small, governor("queue", named));
  await pass(timelockSeconds);
  await send(small, governor("execute", named));
  expect(await state()).toBe(states.executed);
}

const setLimits = (filesPerDay: number): Call => ({
  to: at.parameters,
  abi: parametersAbi,
  functionName: "setSubmissionLimits",
  args: [{ ...submissionLimits, filesPerDay }],
});
const pauseAll: () => Call[] = () => [
  { to: at.datanets, abi: datanetsAbi, functionName: "pause", args: [true, true] },
  { to: at.training, abi: trainingAbi, functionName: "pauseClaims" },
];
const unpauseAll: () => Call[] = () => [
  { to: at.datanets, abi: datanetsAbi, functionName: "unpause" },
  { to: at.training, abi: trainingAbi, functionName: "unpauseClaims" },
];

describe("a decision", () => {
  it("changes a parameter after vote and wait, and not before", async () => {
    expect(await refusal(holder, setLimits(40))).toBe("AccessManagedUnauthorized");
    const { id, named, state } = await propose(holder, [setLimits(40)], "Forty files a day");
    expect(await state()).toBe(states.pending);
    expect(await refusal(holder, governor("castVote", [id, 1]))).toBe("GovernorUnexpectedProposalState");
    await pass(governorRules.votingDelaySeconds + 1);
    expect(await state()).toBe(states.active);
    await send(holder, governor("castVote", [id, 1]));
    expect(await refusal(holder, governor("castVote", [id, 1]))).toBe("GovernorAlreadyCastVote");
    expect(await refusal(holder, governor("queue", named))).toBe("GovernorUnexpectedProposalState");
    await pass(governorRules.votingPeriodSeconds);
    expect(await state()).toBe(states.succeeded);
    expect(await refusal(holder, governor("execute", named))).toBe("GovernorUnexpectedProposalState");
    await send(small, governor("queue", named));
    expect(await state()).toBe(states.queued);
    await pass(timelockSeconds - 1);
    expect(await refusal(small, governor("execute", named))).toBe("TimelockUnexpectedOperationState");
    await pass(1);
    await send(small, governor("execute", named));
    expect(await state()).toBe(states.executed);
    const set = await read({ to: at.parameters, abi: parametersAbi, functionName: "submissionLimits" });
    expect(set).toEqual({ ...submissionLimits, filesPerDay: 40 });
    expect(await refusal(small, governor("execute", named))).toBe("GovernorUnexpectedProposalState");
  });

  it("stays within the limits that no vote can change", async () => {
    const { id, named } = await propose(holder, [setLimits(201)], "Too many files");
    await pass(governorRules.votingDelaySeconds + 1);
    await send(holder, governor("castVote", [id, 1]));
    await pass(governorRules.votingPeriodSeconds);
    await send(small, governor("queue", named));
    await pass(timelockSeconds);
    expect(await refusal(small, governor("execute", named))).toBe("ParameterOutOfRange");
  });

  it("needs a proposer with votes, and a quorum", async () => {
    const under = governorRules.proposalThresholdWei - 1n;
    const give: Call = {
      to: at.openToken,
      abi: openTokenAbi,
      functionName: "transfer",
      args: [small, under],
    };
    await send(holder, give);
    await send(small, { to: at.openToken, abi: openTokenAbi, functionName: "delegate", args: [small] });
    await pass(1);
    const proposal = proposalOf([setLimits(40)], "From below the threshold");
    expect(await refusal(small, governor("propose", proposal))).toBe("GovernorInsufficientProposerVotes");
    const { id, state } = await propose(holder, [setLimits(40)], "Without a quorum");
    await pass(governorRules.votingDelaySeconds + 1);
    await send(small, governor("castVote", [id, 1]));
    await pass(governorRules.votingPeriodSeconds);
    expect(await state()).toBe(states.defeated);
  });

  it("goes on for a while when the quorum is reached at the last moment", async () => {
    const { id, state } = await propose(holder, [setLimits(40)], "At the last moment");
    await pass(governorRules.votingDelaySeconds + 1);
    const deadline = await read<bigint>(governor("proposalDeadline", [id]));
    const { timestamp } = await chain.client.getBlock();
    await pass(Number(deadline - timestamp) - 2);
    await send(holder, governor("castVote", [id, 1]));
    await pass(3);
    expect(await state()).toBe(states.active);
    const extended = await read<bigint>(governor("proposalDeadline", [id]));
    expect(extended).toBeGreaterThan(deadline);
    await pass(governorRules.lateQuorumSeconds);
    expect(await state()).toBe(states.succeeded);
  });

  it("cannot be made by votes that moved after it was proposed", async () => {
    const { id } = await propose(holder, [setLimits(40)], "Votes that moved");
    await pass(governorRules.votingDelaySeconds + 1);
    const all = parseEther("50000000");
    await send(holder, { to: at.openToken, abi: openTokenAbi, functionName: "transfer", args: [small, all] });
    await send(small, { to: at.openToken, abi: openTokenAbi, functionName: "delegate", args: [small] });
    await send(small, governor("castVote", [id, 1]));
    await send(holder, governor("castVote", [id, 1]));
    const votes = await read<readonly bigint[]>(governor("proposalVotes", [id]));
    expect(votes).toEqual([0n, all, 0n]);
  });

  it("spends the treasury's OPEN", async () => {
    const release = { to: at.communityVesting, abi: openVestingAbi, functionName: "release" };
    await pass(365 * 86_400);
    await send(small, { ...release, args: [at.openToken] });
    const balance = (account: Address) =>
      read<bigint>({ to: at.openToken, abi: openTokenAbi, functionName: "balanceOf", args: [account] });
    const treasury = await balance(at.timelock);
    expect(treasury).toBeGreaterThan(parseEther("129000000"));
    const grant = parseEther("1000");
    await decide(
      [{ to: at.openToken, abi: openTokenAbi, functionName: "transfer", args: [contributor, grant] }],
      "A grant",
    );
    expect(await balance(contributor)).toBe(grant);
    expect(await balance(at.timelock)).toBe(treasury - grant);
  });

  it("replaces guardian and curator, whom nobody else replaces", async () => {
    const manager = (functionName: string, args: readonly unknown[]): Call => ({
      to: at.accessManager,
      abi: accessManagerAbi,
      functionName,
      args,
    });
    for (const account of [holder, guardian, curator])
      expect(await refusal(account, manager("grantRole", [1n, account, 0]))).toBe(
        "AccessManagerUnauthorizedAccount",
      );
    const base: Call = {
      to: at.models,
      abi: modelsAbi,
      functionName: "addBase",
      args: [keccak256("0x01"), "gpt2", "tiny", "MIT"],
    };
    expect(await refusal(curator, base)).toBeUndefined();
    await decide(
      [manager("revokeRole", [2n, curator]), manager("grantRole", [2n, small, 0])],
      "Another curator",
    );
    expect(await refusal(curator, base)).toBe("AccessManagedUnauthorized");
    expect(await refusal(small, base)).toBeUndefined();
  });
});

describe("a pause", () => {
  it("is the guardian's to begin, and not to end", async () => {
    for (const call of pauseAll())
      expect(await refusal(holder, call), call.functionName).toBe("AccessManagedUnauthorized");
    for (const call of pauseAll()) await send(guardian, call);
    for (const call of unpauseAll())
      expect(await refusal(guardian, call), call.functionName).toBe("AccessManagedUnauthorized");
    // Pausing less is no way to end it either.
    await send(guardian, { to: at.datanets, abi: datanetsAbi, functionName: "pause", args: [false, false] });
    expect(await read({ to: at.datanets, abi: datanetsAbi, functionName: "paused" })).toEqual([true, true]);
    // Nor is a decision that the guardian cannot cancel.
    const cancel = { to: at.timelock, abi: timelockControllerAbi, functionName: "cancel", args: [zeroHash] };
    expect(await refusal(guardian, cancel)).toBe("AccessControlUnauthorizedAccount");
  });

  it("ends by a vote, which may take the guardian's role in the same breath", async () => {
    for (const call of pauseAll()) await send(guardian, call);
    const revoke: Call = {
      to: at.accessManager,
      abi: accessManagerAbi,
      functionName: "revokeRole",
      args: [1n, guardian],
    };
    await decide([...unpauseAll(), revoke], "Go on without this guardian");
    expect(await read({ to: at.datanets, abi: datanetsAbi, functionName: "paused" })).toEqual([false, false]);
    expect(await read({ to: at.training, abi: trainingAbi, functionName: "claimsPaused" })).toBe(false);
    for (const call of pauseAll())
      expect(await refusal(guardian, call), call.functionName).toBe("AccessManagedUnauthorized");
  });

  it("stops submissions, credits and claims of jobs", async () => {
    const submission = {
      contributor,
      datanet: 1,
      files: 1,
      sizeBytes: 100,
      terms: 1,
      leavesRoot: keccak256("0x02"),
      manifestDigest: keccak256("0x03"),
      deadline: 2 ** 40 - 1,
    };
    await fundDatanet();
    const submit: Call = {
      to: at.datanets,
      abi: datanetsAbi,
      functionName: "submit",
      args: [submission, "0x"],
    };
    expect(await refusal(contributor, submit)).toBeUndefined();
    await send(contributor, submit);
    const again: Call = { ...submit, args: [{ ...submission, leavesRoot: keccak256("0x04") }, "0x"] };
    expect(await refusal(contributor, again)).toBeUndefined();
    for (const call of pauseAll()) await send(guardian, call);
    expect(await refusal(contributor, again)).toBe("SubmissionsPaused");
    const claim: Call = { to: at.training, abi: trainingAbi, functionName: "claim", args: [1] };
    expect(await refusal(contributor, claim)).toBe("ClaimsArePaused");
    const root = await read<Hex>({
      to: at.datanets,
      abi: datanetsAbi,
      functionName: "rootOf",
      args: [contributor, submission.leavesRoot],
    });
    const finalize: Call = { to: at.datanets, abi: datanetsAbi, functionName: "finalize", args: [root] };
    expect(await refusal(contributor, finalize)).toBe("CreditsPaused");
  });

  it("keeps nobody's money: claims, stakes and unreserved funds still go home", async () => {
    const amount = parseEther("500");
    const token = { to: at.openToken, abi: openTokenAbi } as const;
    const balance = (account: Address) =>
      read<bigint>({ ...token, functionName: "balanceOf", args: [account] });
    await fundDatanet();
    await send(holder, {
      to: at.vault,
      abi: vaultAbi,
      functionName: "credit",
      args: [contributor, amount],
    });
    await send(holder, { ...token, functionName: "transfer", args: [contributor, seatRules.seatWei] });
    await send(contributor, { ...token, functionName: "approve", args: [at.seats, seatRules.seatWei] });
    await send(contributor, { to: at.seats, abi: seatsAbi, functionName: "stake", args: [text, 1] });

    for (const call of pauseAll()) await send(guardian, call);

    await send(small, { to: at.vault, abi: vaultAbi, functionName: "claim", args: [contributor] });
    expect(await balance(contributor)).toBe(amount);
    await send(contributor, { to: at.seats, abi: seatsAbi, functionName: "unstake", args: [text, 1] });
    await pass(seatRules.thawSeconds + 1);
    await send(contributor, { to: at.seats, abi: seatsAbi, functionName: "withdraw", args: [text] });
    expect(await balance(contributor)).toBe(amount + seatRules.seatWei);
    const before = await balance(holder);
    const withdraw = { to: at.datanets, abi: datanetsAbi, functionName: "withdraw" };
    await send(holder, { ...withdraw, args: [1, holder, parseEther("1000")] });
    expect(await balance(holder)).toBe(before + parseEther("1000"));
  });
});

/** Datanet 1 of the holder, with 1,000 OPEN. */
async function fundDatanet(): Promise<void> {
  const datanets = { to: at.datanets, abi: datanetsAbi };
  const all = parseEther("50000000");
  await send(holder, { to: at.openToken, abi: openTokenAbi, functionName: "approve", args: [at.vault, all] });
  const terms = [text, parseEther("1"), parseEther("0.25"), "Questions", "CC0-1.0", "Ask and answer."];
  await send(holder, { ...datanets, functionName: "create", args: terms });
  await send(holder, { ...datanets, functionName: "fund", args: [1, parseEther("1000")] });
}
