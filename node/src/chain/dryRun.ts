import { explainError } from "@openledger/sdk/errors";
import {
  type Address,
  BaseError,
  ExecutionRevertedError,
  type Hash,
  type Hex,
  InsufficientFundsError,
  type PublicClient,
  type TransactionReceipt,
} from "viem";
import type { Refusal } from "../app/errors.ts";

/** A call that may become a transaction. */
export interface Call {
  account: Address;
  to: Address;
  data: Hex;
  value: bigint;
}

/** The chain refuses a transaction: found by a dry run, which costs nothing, or after it was mined. */
export class TransactionRefusedError extends Error implements Refusal {
  override readonly name = "TransactionRefusedError";
  /** The contract's error by name, or a key of the journal's own. */
  readonly code: string;
  readonly sentence: string;
  readonly next: string;
  /** The transaction that reverted; undefined when a dry run found it out. */
  readonly hash: Hash | undefined;

  constructor(refusal: Refusal & { hash?: Hash | undefined }, cause?: unknown) {
    super(refusal.sentence, cause === undefined ? {} : { cause });
    this.code = refusal.code;
    this.sentence = refusal.sentence;
    this.next = refusal.next;
    this.hash = refusal.hash;
  }

  /** The error as the journal kept it. */
  static fromSaved(saved: unknown): TransactionRefusedError {
    return new TransactionRefusedError(saved as Refusal & { hash?: Hash });
  }

  toJSON(): Refusal & { hash: Hash | undefined } {
    return { code: this.code, sentence: this.sentence, next: this.next, hash: this.hash };
  }
}

/**
 * Tries a call on the block that is being made, and returns the gas that it is likely to use.
 *
 * @throws TransactionRefusedError with the contract's reason when it would revert or cannot be paid for.
 * @throws whatever the client throws when the node cannot be reached.
 */
export async function dryRun(client: PublicClient, call: Call): Promise<bigint> {
  try {
    await client.call({ ...call, blockTag: "pending" });
    return await client.estimateGas({ ...call, blockTag: "pending" });
  } catch (error) {
    const refused = refusalOf(error, call);
    throw refused ?? error;
  }
}

/**
 * The gas that a transaction may use at most. State may move between the estimate and the block: a submission that comes
 * to close a docket and open the next costs 60k more than estimated. Unused gas is given back.
 *
 * @param estimate What a dry run found.
 */
export function gasLimitOf(estimate: bigint): bigint {
  return (estimate * 15n) / 10n + 150_000n;
}

/** Why a mined transaction reverted, as far as the state at its block still tells. */
export async function explainRevert(
  client: PublicClient,
  call: Call,
  receipt: TransactionReceipt,
): Promise<TransactionRefusedError> {
  const hash = receipt.transactionHash;
  try {
    await client.call({ ...call, blockNumber: receipt.blockNumber });
  } catch (error) {
    const refused = refusalOf(error, call);
    if (refused !== undefined) return new TransactionRefusedError({ ...refused.toJSON(), hash }, error);
  }
  return new TransactionRefusedError({
    code: "reverted",
    sentence: `Transaction ${hash} was mined and reverted, without a reason that can still be found.`,
    next: "Look at the state of what it was about, and send it again if it is still wanted.",
    hash,
  });
}

/** The refusal for an account that does not hold what a transaction may cost. */
export function cannotPay(account: Address, cause?: unknown): TransactionRefusedError {
  return new TransactionRefusedError(
    {
      code: "insufficient-funds",
      sentence: `The account ${account} cannot pay for the gas of this transaction.`,
      next: "Send it some of the chain's own currency.",
    },
    cause,
  );
}

function refusalOf(error: unknown, call: Call): TransactionRefusedError | undefined {
  if (!(error instanceof BaseError)) return undefined;
  if (error.walk((cause) => cause instanceof InsufficientFundsError) !== null) {
    return cannotPay(call.account, error);
  }
  const reverted = error.walk(
    (cause) => cause instanceof ExecutionRevertedError || revertData(cause) !== undefined,
  );
  if (reverted === null) return undefined;
  const { name, sentence, next } = explainError(error);
  return new TransactionRefusedError({ code: name, sentence, next }, error);
}

function revertData(cause: unknown): Hex | undefined {
  const data = (cause as { data?: unknown }).data;
  return typeof data === "string" && data.startsWith("0x") ? (data as Hex) : undefined;
}
