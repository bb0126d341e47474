/** The part of a docket that grows while it collects. */
export type Collecting = { phase: string; items: number; feeWei: bigint };

/** Items that a claimant put into a docket. */
export type Added = { position: number; count: number; feeWei: bigint };

/**
 * A docket with more items in it. The one that fills a docket closes it in the same transaction, and then the closing,
 * which tells the totals, comes first.
 */
export function addItems(docket: Collecting, added: Added): { items: number; feeWei: bigint } {
  if (docket.phase !== "COLLECTING") return { items: docket.items, feeWei: docket.feeWei };
  return { items: added.position + added.count, feeWei: docket.feeWei + added.feeWei };
}
