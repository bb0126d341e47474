const shift = "The operands stand as Yul's shl and shr want them: the number of bits first.";
const ours =
  "Calls only contracts of the protocol, fixed at deployment, none of which calls outside; OPEN has no hooks.";
const packed =
  "Compares a status, a count or a field of a packed word, none of which anybody can nudge by a wei.";
const zero = "Zero is the value meant.";

/** Why a finding is none: by Slither's detector, then by the place where it sees something. */
export const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "arbitrary-send-erc20": {
    "Vault.deposit": "Datanets alone calls, and names its own caller.",
    "Vault.depositFees":
      "The court and Attribution alone call, and name an appellant who calls them, or themselves.",
    "Vault.depositReserved": "Training alone calls, and names its own caller.",
  },
  "incorrect-shift": {
    "Committee.positions": shift,
    "Rounds._mayRepeat": shift,
    "Wilson._sqrtUp": shift,
  },
  "uninitialized-state": {
    "Seats._accounts":
      "A mapping; written through the storage references that stake, unstake and slash take.",
  },
  "divide-before-multiply": {
    "Training.post": "Multiplied back to find out whether the price is a whole number of thousandths.",
  },
  "incorrect-equality": {
    "Court._charge": packed,
    "Court.admit": packed,
    "Court.close": packed,
    "Court.committee": packed,
    "Court.docketOf": packed,
    "Court.settle": packed,
    "Court.voteOf": packed,
    "Deposits._spend": "A deposit that is used up: a ledger's number, not a balance.",
    "Dockets._ballotOf": packed,
    "Dockets._phaseOf": packed,
    "FutureBlockhash._looksRandom": "Whether two hashes are equal is the question.",
    "Receipts._use": "A deposit that is used up: a ledger's number, not a balance.",
    "ServerPool._deposit": "Shares are made by deposits alone: a gift of OPEN changes no supply.",
    "ServerPool.lockedWei": "Shares are made by deposits alone: a gift of OPEN changes no supply.",
    "Training.isAccepted": packed,
    "Training.settle": packed,
  },
  "reentrancy-no-eth": {
    "Court.settle": ours,
    "Datanets._finalize": ours,
    "Datanets._submit": ours,
    "Training._reject": `${ours} Seats tells Training the new stake, which touches no job.`,
    "Training.attest": ours,
  },
  "uninitialized-local": {
    "Challenges.resolve.forfeitedWei": zero,
    "Challenges.resolve.paidWei": zero,
    "Datanets._finalize.finderWei": zero,
    "Datanets.finalize.duplicates": zero,
    "Datanets.finalizeMany.duplicates": zero,
    "Datanets.finalizeMany.isFinal": "Set in the first turn, when the docket differs from none.",
    "Datanets.finalizeMany.known": zero,
    "Datanets.finalizeMany.verdict": "Set in the first turn, when the docket differs from none.",
    "Datanets.finalizeMany.withDuplicates": zero,
    "Grades._majorities.high": zero,
    "Grades._majorities.low": zero,
  },
  "unused-return": {
    "Court.draw": "Only the number of seats matters there, not the moment.",
    "Datanets._requireSigned": "The third value only details why a signature is malformed.",
    "Datanets.finalizeMany": "What is final is settled.",
    "Duplicates._payFinders": "A finder has no score, so that the identity does not matter.",
    "Receipts._requireSigned": "The third value only details why a signature is malformed.",
    "Seats._occupy": "The history's values before and after are known.",
  },
};
