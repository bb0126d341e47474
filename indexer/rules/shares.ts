/** A voter's claim to a docket's fees. */
export type Claimant = {
  /** How many of the committee's draws it holds. */
  weight: number;
  paid: boolean;
};

/** Whether the voter of these draws is paid: the court marks the first of them. */
export function isPaid(coherent: number, drawIndexes: readonly number[]): boolean {
  return drawIndexes.some((draw) => ((coherent >>> draw) & 1) === 1);
}

/**
 * What each voter gets of a docket's fees and penalties: equal shares a draw, and what does not divide to the first
 * who is paid.
 *
 * @param voters In the order of their first draws.
 */
export function sharesOf(potWei: bigint, voters: readonly Claimant[]): bigint[] {
  const draws = voters.reduce((sum, { weight, paid }) => sum + (paid ? weight : 0), 0);
  if (draws === 0) return voters.map(() => 0n);
  const shareWei = potWei / BigInt(draws);
  const restWei = potWei - shareWei * BigInt(draws);
  const first = voters.findIndex(({ paid }) => paid);
  return voters.map(({ weight, paid }, index) =>
    paid ? shareWei * BigInt(weight) + (index === first ? restWei : 0n) : 0n,
  );
}
