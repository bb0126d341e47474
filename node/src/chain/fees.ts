import { formatGwei, type PublicClient, parseGwei } from "viem";

/** What a transaction offers for its gas (EIP-1559). */
export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** The chain asks more for gas than the configuration allows to pay. */
export class FeeTooHighError extends Error {
  override readonly name = "FeeTooHighError";
  /** What a unit of gas costs at the moment, in wei. */
  readonly priceWei: bigint;

  constructor(priceWei: bigint, highestGwei: number) {
    super(
      `Gas costs ${formatGwei(priceWei)} gwei now, more than MAX_FEE_GWEI=${highestGwei} allows. The transaction waits.`,
    );
    this.priceWei = priceWei;
  }
}

/**
 * Fees that get a transaction mined soon: twice the newest base fee, and the tip that the node suggests.
 *
 * @param highestGwei MAX_FEE_GWEI of the configuration.
 * @throws FeeTooHighError when even the present base fee is above the highest.
 */
export async function suggestFees(
  client: PublicClient,
  baseFeePerGas: bigint,
  highestGwei: number,
): Promise<Fees> {
  const highest = parseGwei(String(highestGwei));
  const tip = await client.estimateMaxPriorityFeePerGas();
  if (baseFeePerGas + tip > highest) {
    throw new FeeTooHighError(baseFeePerGas + tip, highestGwei);
  }
  const generous = 2n * baseFeePerGas + tip;
  return { maxFeePerGas: generous < highest ? generous : highest, maxPriorityFeePerGas: tip };
}

/**
 * Fees for a transaction that takes the place of one with the same nonce. Nodes want at least a tenth more on both
 * parts; this is an eighth more, or what is suggested now, whichever is higher.
 *
 * @returns undefined when that would be more than the highest that may be paid.
 */
export function raiseFees(before: Fees, suggested: Fees, highestGwei: number): Fees | undefined {
  const raised = {
    maxFeePerGas: larger(eighthMore(before.maxFeePerGas), suggested.maxFeePerGas),
    maxPriorityFeePerGas: larger(eighthMore(before.maxPriorityFeePerGas), suggested.maxPriorityFeePerGas),
  };
  return raised.maxFeePerGas > parseGwei(String(highestGwei)) ? undefined : raised;
}

function eighthMore(value: bigint): bigint {
  return value + value / 8n + 1n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
