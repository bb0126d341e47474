import { formatUnits, parseUnits } from "viem";
import { Problem } from "./problem.ts";

/** Decimals of OPEN. */
export const OPEN_DECIMALS = 18;

/**
 * An amount of OPEN for people: groups of three digits, at most `decimals` digits after the point, rounded down.
 * An amount that is not zero never reads as zero.
 *
 * @example
 * formatOpen(1_234_500_000_000_000_000_000n); // "1,234.5"
 */
export function formatOpen(amountWei: bigint, decimals = 4): string {
  const negative = amountWei < 0n;
  const absolute = negative ? -amountWei : amountWei;
  const unit = 10n ** BigInt(OPEN_DECIMALS - decimals);
  if (absolute > 0n && absolute < unit) return `${negative ? ">-" : "<"}${formatUnits(unit, OPEN_DECIMALS)}`;
  const [whole = "0", fraction] = formatUnits((absolute / unit) * unit, OPEN_DECIMALS).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${negative ? "-" : ""}${grouped}${fraction ? `.${fraction}` : ""}`;
}

/** `formatOpen` with the token's name behind it. */
export function formatOpenAmount(amountWei: bigint, decimals = 4): string {
  return `${formatOpen(amountWei, decimals)} OPEN`;
}

/**
 * Wei from what a person typed.
 *
 * @throws {Problem} `bad-amount` for text that is not an amount of at most 18 decimals.
 * @example
 * parseOpen("1,234.5"); // 1234500000000000000000n
 */
export function parseOpen(text: string): bigint {
  const plain = text.trim().replace(/,(?=\d{3}(\D|$))/g, "");
  if (!/^\d+(\.\d{1,18})?$/.test(plain)) {
    throw new Problem(
      "bad-amount",
      `${JSON.stringify(text)} is not an amount of OPEN.`,
      "Write a number like 12.5.",
      {
        values: { text },
      },
    );
  }
  return parseUnits(plain, OPEN_DECIMALS);
}
