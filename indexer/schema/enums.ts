/** What a column may say. */
import { onchainEnum } from "ponder";

/** COLLECTING, DRAWING (closed, waiting for its seed), DRAWN (committing until `commitEnds`, revealing until `revealEnds`), SETTLED. */
export const docketPhase = onchainEnum("docketPhase", ["COLLECTING", "DRAWING", "DRAWN", "SETTLED"]);

/** JUDGING until the docket has a verdict, SETTLED until somebody finalizes it, FINALIZED once it is paid. */
export const submissionState = onchainEnum("submissionState", ["JUDGING", "SETTLED", "FINALIZED"]);

export const fileState = onchainEnum("fileState", ["JUDGING", "ACCEPTED", "REJECTED"]);

export const jobStatus = onchainEnum("jobStatus", ["OPEN", "LEASED", "ATTESTED", "ACCEPTED", "CANCELLED"]);

export const attestationState = onchainEnum("attestationState", [
  "JUDGING",
  "SETTLED",
  "ACCEPTED",
  "REJECTED",
]);

/** What an amount was paid for. CREDIT is paid by somebody outside, ROTATION moved from a key that was replaced. */
export const paymentKind = onchainEnum("paymentKind", [
  "DATA",
  "VOTE",
  "TRAINING",
  "REFUND",
  "BOND",
  "FINDER",
  "CREDIT",
  "ROTATION",
]);

export const eventKind = onchainEnum("eventKind", [
  "DATANET_CREATED",
  "DATANET_FUNDED",
  "TERMS_SET",
  "DUPLICATE_PROVEN",
  "KEY_ROTATED",
  "SUBMITTED",
  "FINALIZED",
  "DOCKET_CLOSED",
  "DOCKET_DRAWN",
  "COMMITTED",
  "REVEALED",
  "DOCKET_SETTLED",
  "NO_QUORUM",
  "APPEALED",
  "APPEAL_DECIDED",
  "STAKED",
  "UNSTAKED",
  "SLASHED",
  "JOB_POSTED",
  "JOB_CLAIMED",
  "LEASE_EXPIRED",
  "ATTESTED",
  "JOB_ACCEPTED",
  "ATTESTATION_REJECTED",
  "JOB_CANCELLED",
  "RELEASED",
  "CLAIMED",
]);
