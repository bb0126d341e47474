import type { Address, Hex } from "viem";

/** Why the gateway does not pay for a submission's transaction. A key never changes its meaning. */
const GAS_REASONS = {
  "relaying-off": {
    sentence: "This gateway does not pay for submissions.",
    next: "Send the submission from your own wallet; the gateway keeps the files and publishes them once it is mined.",
  },
  "budget-address": {
    sentence: "What the gateway pays for one address in a day is used up.",
    next: "Pay for this submission yourself, or send it again after midnight UTC.",
  },
  "budget-ip": {
    sentence: "What the gateway pays for submissions from your network in a day is used up.",
    next: "Pay for this submission yourself, or send it again after midnight UTC.",
  },
  "budget-day": {
    sentence: "The gateway's budget for today is used up.",
    next: "Pay for this submission yourself, or send it again after midnight UTC.",
  },
  "gas-price": {
    sentence: "Gas costs more at the moment than the gateway may pay.",
    next: "Pay for this submission yourself, or send it again when gas is cheaper.",
  },
  "relayer-empty": {
    sentence: "The gateway's account has no coins left to pay for gas.",
    next: "Pay for this submission yourself, or send it again once the gateway was refilled.",
  },
  "own-choice": {
    sentence: "You chose to pay for this submission yourself.",
    next: "Send it from your own wallet; the gateway keeps the files and publishes them once it is mined.",
  },
} as const;

/** The name of a reason for which the gateway does not pay. */
export type GasReasonKey = keyof typeof GAS_REASONS;

/** Every such name. */
export const GAS_REASON_KEYS = Object.keys(GAS_REASONS) as GasReasonKey[];

/** The call that puts a signed submission before the court, whoever sends it. */
export type SubmitCall = { to: Address; data: Hex };

/** Who pays for a submission's transaction, and about how much, as a gateway tells it. */
export type GasPayment = {
  paidBy: "gateway" | "contributor";
  /** Why the gateway does not pay; absent when it does. */
  reason?: { key: GasReasonKey; sentence: string; next: string };
  /** Chain time in Unix seconds at which the gateway's budget begins anew, when that is what is used up. */
  resetsAt?: number;
  /** Gas that the transaction is likely to use. */
  gas: number;
  /** What that costs at the moment, in wei of the chain's own coin, as a decimal string. */
  feeWei: string;
  /** What to send to pay oneself; present once the submission is signed and not known to be mined. */
  call?: SubmitCall;
  /** Chain time in Unix seconds until which it can be mined and the gateway waits for it. */
  expiresAt?: number;
};

/** A reason with its words. */
export function gasReason(key: GasReasonKey): NonNullable<GasPayment["reason"]> {
  return { key, ...GAS_REASONS[key] };
}
