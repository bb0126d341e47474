import { formatOpen } from "@openledger/sdk/openTokenFormat";

/** An amount of OPEN; the exact number of wei is in the title. */
export function Amount({ wei, decimals = 4 }: { wei: bigint; decimals?: number }) {
  return (
    <span className="amount" title={`${wei} wei`}>
      {formatOpen(wei, decimals)} OPEN
    </span>
  );
}
