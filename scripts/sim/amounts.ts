import { formatEther } from "viem";

/** An amount in OPEN, for expectations and reports; what is moved stays in wei. */
export function openOf(amountWei: bigint): number {
  return Number(formatEther(amountWei));
}
