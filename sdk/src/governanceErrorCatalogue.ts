import type { ErrorText } from "./errorCatalogue.ts";

/** Errors of the Governor, the Timelock, the vesting wallets and the allocation of OPEN. */
export const GOVERNANCE_ERRORS: readonly ErrorText[] = [
  {
    signature: "error AllocationsAreNotTheSupply(uint256 allocatedWei, uint256 supplyWei)",
    sentence: "The allocations add up to {allocatedWei:open}, and the supply is {supplyWei:open}.",
    next: "Correct the amounts in scripts/deploy/parameters.ts, then deploy again.",
  },
  {
    signature: "error InvalidCliffDuration(uint64 cliffSeconds, uint64 durationSeconds)",
    sentence:
      "A cliff of {cliffSeconds} seconds is longer than the {durationSeconds} seconds of the vesting.",
    next: "Choose a shorter cliff.",
  },
  // Governor
  {
    signature: "error GovernorAlreadyCastVote(address voter)",
    sentence: "{voter} has voted on this proposal.",
    next: "A vote cannot be changed.",
  },
  {
    signature: "error GovernorAlreadyQueuedProposal(uint256 proposalId)",
    sentence: "Proposal {proposalId} waits in the Timelock already.",
    next: "Execute it once its delay is over.",
  },
  {
    signature: "error GovernorDisabledDeposit()",
    sentence: "The Governor takes no deposits: the Timelock holds the treasury.",
    next: "Send it to the Timelock.",
  },
  {
    signature: "error GovernorInsufficientProposerVotes(address proposer, uint256 votes, uint256 threshold)",
    sentence: "{proposer} had {votes:open} of votes a moment ago, and a proposal needs {threshold:open}.",
    next: "Have more OPEN delegated to this account, or ask a holder of more to propose.",
  },
  {
    signature: "error GovernorInvalidProposalLength(uint256 targets, uint256 calldatas, uint256 values)",
    sentence: "The proposal names {targets} targets, {calldatas} calls and {values} values.",
    next: "Name one of each for every call, and at least one call.",
  },
  {
    signature: "error GovernorInvalidQuorumFraction(uint256 quorumNumerator, uint256 quorumDenominator)",
    sentence: "A quorum of {quorumNumerator} in {quorumDenominator} is more than everything.",
    next: "Choose a smaller share.",
  },
  {
    signature: "error GovernorInvalidSignature(address voter)",
    sentence: "The signature of this vote is not that of {voter}.",
    next: "Sign again with the voter's account.",
  },
  {
    signature: "error GovernorInvalidVoteParams()",
    sentence: "This kind of vote takes no further values.",
    next: "Vote without them.",
  },
  {
    signature: "error GovernorInvalidVoteType()",
    sentence: "This is no way to vote.",
    next: "Use 0 against, 1 for, 2 abstain.",
  },
  {
    signature: "error GovernorInvalidVotingPeriod(uint256 votingPeriod)",
    sentence: "A vote cannot last {votingPeriod} seconds.",
    next: "Choose at least a second.",
  },
  {
    signature: "error GovernorNonexistentProposal(uint256 proposalId)",
    sentence: "There is no proposal {proposalId}.",
    next: "Its number follows from its calls and its text: give exactly those of the proposal.",
  },
  {
    signature: "error GovernorOnlyExecutor(address account)",
    sentence: "{account} may not do this; the Timelock may, after a vote.",
    next: "Make a proposal.",
  },
  {
    signature:
      "error GovernorPreventLateQuorumVoteExtensionTooLarge(uint256 newVoteExtension, uint256 maxVoteExtension)",
    sentence:
      "A vote cannot go on for {newVoteExtension} seconds after its quorum, {maxVoteExtension} at most.",
    next: "Choose a shorter time.",
  },
  {
    signature: "error GovernorProposalQueueingFailed(uint256 proposalId)",
    sentence: "Proposal {proposalId} could not be handed to the Timelock.",
    next: "Check that the Governor still proposes to the Timelock.",
  },
  {
    signature: "error GovernorProposalQueueingNotRequired(uint256 proposalId)",
    sentence: "Proposal {proposalId} need not wait.",
    next: "Execute it.",
  },
  {
    signature: "error GovernorRestrictedProposer(address proposer)",
    sentence: "{proposer} may not make this proposal: its text reserves it for another.",
    next: "Propose with the account that the text names.",
  },
  {
    signature: "error GovernorUnableToCancel(uint256 proposalId, address account)",
    sentence: "{account} may not cancel proposal {proposalId}.",
    next: "Only its proposer can, before the vote begins.",
  },
  {
    signature:
      "error GovernorUnexpectedProposalState(uint256 proposalId, uint8 current, bytes32 expectedStates)",
    sentence:
      "Proposal {proposalId} is in state {current}, in which this is not possible (allowed: {expectedStates}).",
    next: "Read its state: 0 waiting, 1 voting, 2 cancelled, 3 defeated, 4 succeeded, 5 queued, 6 expired, 7 executed.",
  },
  // Timelock
  {
    signature: "error AccessControlBadConfirmation()",
    sentence: "The role was given up with another account's confirmation.",
    next: "Confirm with the account that gives up the role.",
  },
  {
    signature: "error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
    sentence: "{account} lacks the Timelock's role {neededRole}.",
    next: "Make a proposal: the Governor alone proposes to the Timelock.",
  },
  {
    signature: "error TimelockInsufficientDelay(uint256 delay, uint256 minDelay)",
    sentence: "A delay of {delay} seconds is too short; {minDelay} are needed.",
    next: "Choose at least that.",
  },
  {
    signature: "error TimelockInvalidOperationLength(uint256 targets, uint256 payloads, uint256 values)",
    sentence: "The operation names {targets} targets, {payloads} calls and {values} values.",
    next: "Name one of each for every call.",
  },
  {
    signature: "error TimelockUnauthorizedCaller(address caller)",
    sentence: "{caller} may not do this; the Timelock may, after a vote.",
    next: "Make a proposal.",
  },
  {
    signature: "error TimelockUnexecutedPredecessor(bytes32 predecessorId)",
    sentence: "Operation {predecessorId} has to be carried out before.",
    next: "Execute that one first.",
  },
  {
    signature: "error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates)",
    sentence:
      "Operation {operationId} is not in a state for this (allowed: {expectedStates}): its delay runs, or it is done.",
    next: "Wait until its delay is over; nothing is carried out twice.",
  },
  {
    signature: "error AccessManagerLockedFunction(bytes4 selector)",
    sentence: "The role of {selector} cannot be changed.",
    next: "Use another function.",
  },
];
