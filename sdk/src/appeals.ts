/** Appeals as the court reckons them, without a chain. */

/** Items are judged anew twice at most. */
export const MAX_APPEALS = 2;

/** The most seats that are ever drawn for one docket. */
export const MAX_COMMITTEE = 31;

/** What an appeal costs and pays, for each member of its committee. Equal to `IParameters.AppealRules`. */
type Rules = { bondWei: bigint; feeWei: bigint };

/** What an appeal is made with. */
export type AppealTerms = {
  /** How many seats are drawn, as long as the pool has so many. */
  committeeSize: number;
  bondWei: bigint;
  /** What its voters share beside penalties, whatever they decide. */
  feeWei: bigint;
  /** What is left in the appeal pot. */
  potWei: bigint;
};

/** The seats that an appeal draws where `judgedBy` seats were drawn before: twice as many and one. */
export function appealCommitteeSize(judgedBy: number): number {
  return Math.min(2 * judgedBy + 1, MAX_COMMITTEE);
}

/**
 * What an appeal costs and pays when it is made now.
 *
 * @param parameters.judgedBy The seats drawn for the verdict that is appealed.
 * @param parameters.potWei What the appeal pot holds.
 * @example
 * appealTerms({ judgedBy: 5, rules: await readAppealRules(client, { addresses }), potWei }); // committeeSize 11
 */
export function appealTerms(parameters: { judgedBy: number; rules: Rules; potWei: bigint }): AppealTerms {
  const committeeSize = appealCommitteeSize(parameters.judgedBy);
  const members = BigInt(committeeSize);
  const askedWei = parameters.rules.feeWei * members;
  const feeWei = askedWei < parameters.potWei ? askedWei : parameters.potWei;
  return {
    committeeSize,
    bondWei: parameters.rules.bondWei * members,
    feeWei,
    potWei: parameters.potWei - feeWei,
  };
}

/** What an appeal's verdict means for its bond. */
export type AppealDecision = { changed: boolean; toAppellantWei: bigint; toPotWei: bigint };

/**
 * Whom the bond belongs to: the appellant when any grade changed, the appeal pot when none did.
 *
 * @param before The grades of the same items that were appealed, as one word.
 */
export function decideAppeal(parameters: {
  before: bigint;
  verdict: bigint;
  bondWei: bigint;
}): AppealDecision {
  const { before, verdict, bondWei } = parameters;
  const changed = before !== verdict;
  return { changed, toAppellantWei: changed ? bondWei : 0n, toPotWei: changed ? 0n : bondWei };
}
