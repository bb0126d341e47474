import type { ErrorText } from "./errorCatalogue.ts";

/** Errors of Attribution and of servers' pools. */
export const ATTRIBUTION_ERRORS: readonly ErrorText[] = [
  // Deposits
  {
    signature: "error EmptyAmount()",
    sentence: "The amount is zero.",
    next: "Give an amount above zero.",
  },
  {
    signature: "error InsufficientDeposit(address user, uint256 depositWei, uint256 neededWei)",
    sentence: "{user} has {depositWei:open} deposited, and {neededWei:open} is needed.",
    next: "Ask for less, or deposit more first.",
  },
  {
    signature: "error NothingRequested(address user)",
    sentence: "{user} has no withdrawal waiting.",
    next: "Request one first; if there was one, receipts have used up the deposit.",
  },
  {
    signature: "error WithdrawalNotDue(address user, uint40 availableAt)",
    sentence:
      "The withdrawal of {user} waits until {availableAt:time}, so that servers can redeem their receipts.",
    next: "Withdraw after that time.",
  },
  // Servers and receipts
  {
    signature: "error AlreadyRegistered(address server, address pool)",
    sentence: "{server} is a chat server already; its pool is {pool}.",
    next: "Use that pool, or register another account.",
  },
  {
    signature: "error UnknownServer(address server)",
    sentence: "{server} is not a registered chat server.",
    next: "Ask the server's operator to register it.",
  },
  {
    signature: "error BadName(uint256 sizeBytes, uint256 maximum)",
    sentence: "A name of {sizeBytes:bytes} cannot be used; 1 to {maximum} bytes can.",
    next: "Choose another name.",
  },
  {
    signature: "error CloneArgumentsTooLong()",
    sentence: "The name does not fit the code of a pool.",
    next: "Choose a shorter name.",
  },
  {
    signature: "error ReceiptFromFuture(uint40 issuedAt)",
    sentence: "The receipt says that it is of {issuedAt:time}, which is still to come.",
    next: "Set the clock, or redeem it after that time.",
  },
  {
    signature: "error ReceiptExpired(uint40 issuedAt, uint256 lastSecond)",
    sentence: "The receipt of {issuedAt:time} could be redeemed until {lastSecond:time}.",
    next: "Ask the user for a new receipt: it covers everything before it.",
  },
  {
    signature:
      "error NothingToRedeem(address user, address server, uint40 model, uint256 redeemedWei, uint256 depositWei)",
    sentence:
      "{user} has paid {server} {redeemedWei:exactOpen} for model {model} and has {depositWei:exactOpen} left: nothing of this receipt can be paid.",
    next: "Redeem a receipt with a higher amount, or wait for the user to deposit more.",
  },
  // Roots
  {
    signature: "error EmptyProposal()",
    sentence: "The root, or the amount that it distributes, is zero.",
    next: "Give a root and its total.",
  },
  {
    signature: "error WrongPeriod(uint40 model, uint40 period, uint40 expected)",
    sentence: "The next root of model {model} is of period {expected}, not {period}.",
    next: "Read the model's pot again, then propose the next period.",
  },
  {
    signature: "error RootPending(uint40 model, uint40 proposal)",
    sentence: "Root {proposal} of model {model} waits to become active.",
    next: "Check it, and challenge it where it is wrong; propose the next one after it.",
  },
  {
    signature: "error NoPendingRoot(uint40 model)",
    sentence: "No root of model {model} waits to become active.",
    next: "Propose one.",
  },
  {
    signature:
      "error TotalOutOfRange(uint40 model, uint256 totalWei, uint256 minimumWei, uint256 maximumWei)",
    sentence:
      "A root of model {model} distributes {minimumWei:exactOpen} to {maximumWei:exactOpen}, not {totalWei:exactOpen}.",
    next: "Build the list from what the model's pot has received by now.",
  },
  {
    signature: "error RootNotDue(uint40 proposal, uint40 activatesAt)",
    sentence: "Root {proposal} can be challenged until {activatesAt:time}.",
    next: "Activate it after that time.",
  },
  {
    signature: "error ChallengesOpen(uint40 proposal, uint256 openChallenges)",
    sentence: "{openChallenges} challenges of root {proposal} have no verdict yet.",
    next: "Wait for their dockets, then resolve the challenges.",
  },
  // Challenges and claims
  {
    signature: "error NotPending(uint40 proposal, uint8 status)",
    sentence: "Root {proposal} is {status:proposal}, and not waiting.",
    next: "Read the model's pot again: it names the root that waits.",
  },
  {
    signature: "error ChallengeTooLate(uint40 proposal, uint40 activatesAt)",
    sentence: "Root {proposal} could be challenged until {activatesAt:time}.",
    next: "Check the next root in time.",
  },
  {
    signature: "error AlreadyChallenged(uint40 challenge)",
    sentence: "Challenge {challenge} put this leaf before the court.",
    next: "Wait for its verdict; anyone may appeal it.",
  },
  {
    signature: "error InvalidProof(uint40 model, address contributor, uint256 cumulativeWei)",
    sentence:
      "The root of model {model} has no leaf that owes {contributor} {cumulativeWei:exactOpen}, or the proof is not of it.",
    next: "Read the list of the root that is asked, and build the proof again.",
  },
  {
    signature: "error UnknownChallenge(uint40 challenge)",
    sentence: "There is no challenge {challenge}.",
    next: "Use the number of a Challenged event.",
  },
  {
    signature: "error AlreadyResolved(uint40 challenge)",
    sentence: "The verdict on challenge {challenge} was executed.",
    next: "There is nothing left to do.",
  },
  {
    signature:
      "error NothingOwed(uint40 model, address contributor, uint256 cumulativeWei, uint256 claimedWei)",
    sentence:
      "Of {cumulativeWei:exactOpen} for model {model} {contributor} was paid {claimedWei:exactOpen}; nothing is left to pay.",
    next: "Wait for the next root.",
  },
  // Pools
  {
    signature: "error NotAttribution(address caller)",
    sentence: "{caller} brings no rewards to a pool; the Attribution contract does.",
    next: "Send OPEN to the pool instead to make its stakers a present.",
  },
  {
    signature: "error ERC4626ExceededMaxDeposit(address receiver, uint256 assets, uint256 max)",
    sentence: "{receiver} can be given shares for {max:open} at most, not for {assets:open}.",
    next: "Stake less.",
  },
  {
    signature: "error ERC4626ExceededMaxMint(address receiver, uint256 shares, uint256 max)",
    sentence: "{receiver} can be given {max} shares at most, not {shares}.",
    next: "Stake less.",
  },
  {
    signature: "error ERC4626ExceededMaxRedeem(address owner, uint256 shares, uint256 max)",
    sentence: "{owner} has {max} shares, and {shares} were to be redeemed.",
    next: "Redeem at most what the account holds.",
  },
  {
    signature: "error ERC4626ExceededMaxWithdraw(address owner, uint256 assets, uint256 max)",
    sentence: "The shares of {owner} are worth {max:open}, and {assets:open} was to be withdrawn.",
    next: "Withdraw less; new rewards are released over a week.",
  },
];
