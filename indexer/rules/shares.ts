/** The set bits of a mask of draws, among those of one voter. */
function paidDraws(coherent: number, drawIndexes: readonly number[]): number {
  return drawIndexes.filter((draw) => ((coherent >>> draw) & 1) === 1).length;
}

/** Whether the voter of these draws is paid. */
export function isPaid(coherent: number, drawIndexes: readonly number[]): boolean {
  return paidDraws(coherent, drawIndexes) > 0;
}

/**
 * What each voter gets of a docket's fees and penalties: equal shares for the paid draws, and what does not divide to
 * the voter of the first of them.
 *
 * @param coherent Bit k is set when draw k is paid.
 * @param voters The draws of each voter, in the order of their first ones.
 */
export function sharesOf(potWei: bigint, coherent: number, voters: readonly (readonly number[])[]): bigint[] {
  const draws = voters.map((drawIndexes) => paidDraws(coherent, drawIndexes));
  const total = BigInt(draws.reduce((sum, count) => sum + count, 0));
  if (total === 0n) return draws.map(() => 0n);
  const shareWei = potWei / total;
  const restWei = potWei - shareWei * total;
  const first = draws.findIndex((count) => count > 0);
  return draws.map((count, index) => shareWei * BigInt(count) + (index === first ? restWei : 0n));
}
