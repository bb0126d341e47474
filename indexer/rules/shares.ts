/** What a docket pays out, and to which draws. */
export type Payout = {
  /** Fees and penalties together. */
  feeWei: bigint;
  /** Bit k is set when the voter of draw k is paid. */
  coherent: number;
  /** Draws of the committee. */
  draws: number;
};

/** What each draw is paid: equal shares for the coherent, what does not divide to the first of them. */
export function sharesOf({ feeWei, coherent, draws }: Payout): bigint[] {
  const paid = Array.from({ length: draws }, (_, draw) => ((coherent >>> draw) & 1) === 1);
  const count = BigInt(paid.filter(Boolean).length);
  if (count === 0n) return paid.map(() => 0n);
  const share = feeWei / count;
  const first = paid.indexOf(true);
  return paid.map((isPaid, draw) => (isPaid ? share + (draw === first ? feeWei - share * count : 0n) : 0n));
}
