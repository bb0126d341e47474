import type { Owed } from "@openledger/sdk/attribution";
import { type Address, isAddressEqual } from "viem";
import { ContentUnavailableError } from "../content/contentSources.ts";
import { type Opinion, reject } from "../judge/opinion.ts";
import type { Challenged } from "./challengeBook.ts";
import type { OwedLists, ProposedRoot } from "./owedLists.ts";

/**
 * Judges challenged leaves: whether the list should say what the leaf says, recomputed from the chain. What cannot be
 * recomputed now gets no opinion: a guess could cost somebody a bond, and an absent vote costs this node only a little.
 */
export class ChallengeJudge {
  readonly #lists: Pick<OwedLists, "find" | "expected" | "published">;

  constructor(lists: Pick<OwedLists, "find" | "expected" | "published">) {
    this.#lists = lists;
  }

  /**
   * @returns undefined while the chain node does not tell of the proposal.
   * @throws ContentUnavailableError when something that is needed cannot be fetched now. `unavailableOpinion` says what
   * that means when there is no more time.
   */
  async judge(challenged: Challenged): Promise<Opinion | undefined> {
    const found = await this.#lists.find(challenged.proposal);
    if (found === undefined) return undefined;
    const { proposed, active } = found;
    const owedWei = amountOf(await this.#lists.expected(proposed, active), challenged.contributor);
    if (challenged.cumulativeWei > 0n) return judgeLeaf(challenged, owedWei);
    return owedWei === 0n
      ? right(`Model ${proposed.model} owes ${challenged.contributor} nothing.`)
      : this.#judgeMissing(challenged, proposed, owedWei);
  }

  async #judgeMissing(challenged: Challenged, proposed: ProposedRoot, owedWei: bigint): Promise<Opinion> {
    const { contributor } = challenged;
    let list: Owed[] | undefined;
    try {
      list = await this.#lists.published(proposed);
    } catch (error) {
      if (error instanceof ContentUnavailableError) throw new WithheldListError(error.message);
      throw error;
    }
    if (list === undefined)
      return reject("wrong-shares", `What was published is not the list of the root ${proposed.root}.`);
    if (amountOf(list, contributor) === 0n)
      return reject("wrong-shares", `${contributor} is owed ${owedWei} wei and stands nowhere in the list.`);
    return right(`${contributor} stands in the published list.`);
  }
}

/** The list of a challenged root cannot be had: while that may pass it is waited for, in the end it is a fault. */
class WithheldListError extends ContentUnavailableError {}

/** What a challenge's judgement says when there is no more time to fetch what is missing. */
export function unavailableOpinion(error: unknown): Opinion | undefined {
  return error instanceof WithheldListError
    ? reject("wrong-shares", `The list of the root cannot be had: ${error.message}`)
    : undefined;
}

function judgeLeaf({ contributor, cumulativeWei }: Challenged, owedWei: bigint): Opinion {
  return cumulativeWei === owedWei
    ? right(`${contributor} is owed ${owedWei} wei, as the leaf says.`)
    : reject("wrong-shares", `${contributor} is owed ${owedWei} wei, and the leaf says ${cumulativeWei}.`);
}

function right(why: string): Opinion {
  return { grade: 3, why };
}

function amountOf(list: readonly Owed[], contributor: Address): bigint {
  return list.find((owed) => isAddressEqual(owed.contributor, contributor))?.cumulativeWei ?? 0n;
}
