import { formatEther } from "viem";

/** Write an amount of the chain's own coin with two digits that count, rounded up: "0.00031 ETH". */
export function formatCoins(wei: bigint, symbol: string): string {
  const digits = wei.toString().length;
  const unit = digits > 2 ? 10n ** BigInt(digits - 2) : 1n;
  const rounded = ((wei + unit - 1n) / unit) * unit;
  return `${formatEther(rounded)}\u00a0${symbol}`;
}
