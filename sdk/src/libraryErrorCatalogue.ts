import type { ErrorText } from "./errorCatalogue.ts";

/** Errors of the OpenZeppelin contracts that the protocol's contracts are made of. */
export const LIBRARY_ERRORS: readonly ErrorText[] = [
  // ERC-20, permit, votes
  {
    signature: "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
    sentence: "{sender} holds {balance:open}, and {needed:open} is needed.",
    next: "Get more OPEN, or use a smaller amount.",
  },
  {
    signature: "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
    sentence: "{spender} may spend {allowance:open} of this account, and {needed:open} is needed.",
    next: "Approve that contract for the amount, then try again.",
  },
  {
    signature: "error ERC20InvalidApprover(address approver)",
    sentence: "{approver} cannot approve spending.",
    next: "Use an account of your own.",
  },
  {
    signature: "error ERC20InvalidReceiver(address receiver)",
    sentence: "OPEN cannot be sent to {receiver}.",
    next: "Give another receiver.",
  },
  {
    signature: "error ERC20InvalidSender(address sender)",
    sentence: "OPEN cannot be sent from {sender}.",
    next: "Use an account of your own.",
  },
  {
    signature: "error ERC20InvalidSpender(address spender)",
    sentence: "{spender} cannot be approved to spend OPEN.",
    next: "Approve the Vault, Seats or Training contract.",
  },
  {
    signature: "error ERC20ExceededSafeSupply(uint256 increasedSupply, uint256 cap)",
    sentence: "The supply of {increasedSupply:open} would be over what votes can count ({cap:open}).",
    next: "Mint less; the supply of OPEN is fixed.",
  },
  {
    signature: "error ERC2612ExpiredSignature(uint256 deadline)",
    sentence: "The permit was good until {deadline:time} only.",
    next: "Sign a new permit and send it at once.",
  },
  {
    signature: "error ERC2612InvalidSigner(address signer, address owner)",
    sentence: "The permit was signed by {signer}, not by {owner}.",
    next: "Sign with the owner's wallet on the right chain; a used permit cannot be used again.",
  },
  {
    signature: "error InvalidAccountNonce(address account, uint256 currentNonce)",
    sentence: "The signature uses another number than the next one of {account}, which is {currentNonce}.",
    next: "Sign again.",
  },
  {
    signature: "error VotesExpiredSignature(uint256 expiry)",
    sentence: "The delegation was good until {expiry:time} only.",
    next: "Sign the delegation again.",
  },
  {
    signature: "error ERC5805FutureLookup(uint256 timepoint, uint48 clock)",
    sentence: "Votes at {timepoint} are not known yet; the clock stands at {clock}.",
    next: "Ask for a time in the past.",
  },
  {
    signature: "error ERC6372InconsistentClock()",
    sentence: "The token's clock does not agree with its own description.",
    next: "Report this: the contract was deployed wrongly.",
  },
  {
    signature: "error CheckpointUnorderedInsertion()",
    sentence: "An older entry would be written into a history after a newer one.",
    next: "Report this: the contract met a time that ran backwards.",
  },
  {
    signature: "error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)",
    sentence: "The value {value} does not fit into {bits} bits.",
    next: "Use a smaller value.",
  },
  {
    signature: "error SafeCastOverflowedIntToUint(int256 value)",
    sentence: "The value {value} is negative where only positive ones are allowed.",
    next: "Use a positive value.",
  },
  {
    signature: "error SafeCastOverflowedUintToInt(uint256 value)",
    sentence: "The value {value} is too large.",
    next: "Use a smaller value.",
  },
  {
    signature: "error SafeCastOverflowedIntDowncast(uint8 bits, int256 value)",
    sentence: "The value {value} does not fit into {bits} bits.",
    next: "Use a smaller value.",
  },
  {
    signature: "error SafeERC20FailedOperation(address token)",
    sentence: "The token {token} refused the transfer.",
    next: "Check balance and approval of the token.",
  },
  // ERC-721
  {
    signature: "error ERC721NonexistentToken(uint256 tokenId)",
    sentence: "There is no model {tokenId}.",
    next: "Choose one from the list of models.",
  },
  {
    signature: "error ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)",
    sentence: "Model {tokenId} belongs to {owner}, not to {sender}.",
    next: "Use the owner's account.",
  },
  {
    signature: "error ERC721InsufficientApproval(address operator, uint256 tokenId)",
    sentence: "{operator} may not move model {tokenId}.",
    next: "Let the owner approve that account, or use the owner's account.",
  },
  {
    signature: "error ERC721InvalidApprover(address approver)",
    sentence: "{approver} may not approve others for this model.",
    next: "Use the owner's account.",
  },
  {
    signature: "error ERC721InvalidOperator(address operator)",
    sentence: "{operator} cannot be approved for models.",
    next: "Give another account.",
  },
  {
    signature: "error ERC721InvalidOwner(address owner)",
    sentence: "{owner} cannot own models.",
    next: "Give another account.",
  },
  {
    signature: "error ERC721InvalidReceiver(address receiver)",
    sentence: "{receiver} cannot receive a model.",
    next: "Give an ordinary account, or a contract that takes ERC-721 tokens.",
  },
  {
    signature: "error ERC721InvalidSender(address sender)",
    sentence: "A model cannot be sent from {sender}.",
    next: "Use the owner's account.",
  },
  // Access
  {
    signature: "error AccessManagedUnauthorized(address caller)",
    sentence: "{caller} may not do this; it is for governance.",
    next: "Make a proposal, or use an account with the role.",
  },
  {
    signature: "error AccessManagedRequiredDelay(address caller, uint32 delay)",
    sentence: "{caller} has to schedule this {delay} seconds ahead.",
    next: "Schedule it with the AccessManager and execute it after the delay.",
  },
  {
    signature: "error AccessManagedInvalidAuthority(address authority)",
    sentence: "{authority} cannot be the authority: it is not a contract.",
    next: "Give the address of an AccessManager.",
  },
  {
    signature: "error AccessManagerAlreadyScheduled(bytes32 operationId)",
    sentence: "Operation {operationId} is already scheduled.",
    next: "Execute it once its delay is over.",
  },
  {
    signature: "error AccessManagerNotScheduled(bytes32 operationId)",
    sentence: "Operation {operationId} is not scheduled.",
    next: "Schedule it first.",
  },
  {
    signature: "error AccessManagerNotReady(bytes32 operationId)",
    sentence: "The delay of operation {operationId} is not over.",
    next: "Execute it later.",
  },
  {
    signature: "error AccessManagerExpired(bytes32 operationId)",
    sentence: "Operation {operationId} was scheduled too long ago.",
    next: "Schedule it again.",
  },
  {
    signature: "error AccessManagerLockedRole(uint64 roleId)",
    sentence: "Role {roleId} cannot be changed.",
    next: "Use another role.",
  },
  {
    signature: "error AccessManagerBadConfirmation()",
    sentence: "The role was given up with another account's confirmation.",
    next: "Confirm with the account that gives up the role.",
  },
  {
    signature: "error AccessManagerUnauthorizedAccount(address msgsender, uint64 roleId)",
    sentence: "{msgsender} lacks role {roleId}.",
    next: "Use an account with that role.",
  },
  {
    signature: "error AccessManagerUnauthorizedCall(address caller, address target, bytes4 selector)",
    sentence: "{caller} may not call {selector} of {target}.",
    next: "Use an account with the role for that function.",
  },
  {
    signature: "error AccessManagerUnauthorizedConsume(address target)",
    sentence: "{target} may not use up scheduled operations.",
    next: "Call through the managed contract.",
  },
  {
    signature:
      "error AccessManagerUnauthorizedCancel(address msgsender, address caller, address target, bytes4 selector)",
    sentence: "{msgsender} may not cancel the call of {selector} of {target} that {caller} scheduled.",
    next: "Use the scheduler's or a guardian's account.",
  },
  {
    signature: "error AccessManagerInvalidInitialAdmin(address initialAdmin)",
    sentence: "{initialAdmin} cannot be the first administrator.",
    next: "Give an account that exists.",
  },
  {
    signature: "error OwnableUnauthorizedAccount(address account)",
    sentence: "{account} is not the owner.",
    next: "Use the owner's account.",
  },
  {
    signature: "error OwnableInvalidOwner(address owner)",
    sentence: "{owner} cannot be the owner.",
    next: "Give an account that exists.",
  },
  // General
  {
    signature: "error ReentrancyGuardReentrantCall()",
    sentence: "A contract called back while its call was still running.",
    next: "Use an ordinary account, or a receiver that does not call back.",
  },
  {
    signature: "error EnforcedPause()",
    sentence: "This is paused.",
    next: "Wait until it is resumed; payouts still work.",
  },
  {
    signature: "error ExpectedPause()",
    sentence: "This is possible only during a pause.",
    next: "Nothing to do: everything runs.",
  },
  {
    signature: "error ECDSAInvalidSignature()",
    sentence: "The signature is not valid.",
    next: "Sign again.",
  },
  {
    signature: "error ECDSAInvalidSignatureLength(uint256 length)",
    sentence: "The signature has an impossible length of {length} bytes.",
    next: "Sign again.",
  },
  {
    signature: "error ECDSAInvalidSignatureS(bytes32 s)",
    sentence: "The signature is not in its one valid form (s is {s}).",
    next: "Sign again with a current wallet.",
  },
  {
    signature: "error InvalidShortString()",
    sentence: "A text is stored wrongly.",
    next: "Report this: the contract was deployed wrongly.",
  },
  {
    signature: "error StringTooLong(string str)",
    sentence: "The text {str} is too long.",
    next: "Use at most 31 characters.",
  },
  {
    signature: "error StringsInsufficientHexLength(uint256 value, uint256 length)",
    sentence: "The value {value} does not fit into {length} hexadecimal bytes.",
    next: "Report this: a contract asked for too short a text.",
  },
  {
    signature: "error AddressEmptyCode(address target)",
    sentence: "There is no contract at {target}.",
    next: "Check that you are on the right chain and that the addresses belong to it.",
  },
  {
    signature: "error FailedCall()",
    sentence: "A call to another contract failed without a reason.",
    next: "Check the receiver, then try again.",
  },
  {
    signature: "error InsufficientBalance(uint256 balance, uint256 needed)",
    sentence: "The contract holds {balance} wei of the chain's coin, and {needed} is needed.",
    next: "Use a smaller amount.",
  },
  {
    signature: "error FailedDeployment()",
    sentence: "A contract could not be deployed.",
    next: "Deploy again with more gas.",
  },
];
