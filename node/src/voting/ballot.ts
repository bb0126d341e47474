import { commitmentOf, deriveSalt } from "@openledger/sdk/commitment";
import { packReasons, packWord } from "@openledger/sdk/grades";
import { reasonOf } from "@openledger/sdk/reasons";
import type { Hex } from "viem";
import type { Chain } from "../chain/chain.ts";
import type { Docket } from "./docketBook.ts";
import type { ItemOpinion, SavedVote } from "./voteStore.ts";

/** What opinions say on the chain: the grades as one word, and a reason byte for each rejected item. */
export function wordOf(opinions: readonly ItemOpinion[]): { word: bigint; reasons: Hex } {
  const sorted = [...opinions].sort((a, b) => a.item - b.item);
  const word = packWord(sorted.map(({ grade }) => grade));
  const reasons = packReasons(
    word,
    sorted.length,
    (item) => reasonOf(sorted[item]?.reason ?? "unreadable").code,
  );
  return { word, reasons };
}

/**
 * The vote that opinions amount to. Salt and commitment come from the key alone, so that the same opinions give the
 * same vote again on an empty disk.
 */
export async function castBallot(
  chain: Chain,
  docket: Docket,
  opinions: readonly ItemOpinion[],
): Promise<Pick<SavedVote, "docket" | "round" | "word" | "reasons" | "salt" | "commitment" | "opinions">> {
  const { word, reasons } = wordOf(opinions);
  const place = { chainId: chain.chainId, court: chain.addresses.court, docket: docket.id };
  const salt = await deriveSalt(chain.account, { ...place, round: docket.round });
  const commitment = commitmentOf({ ...place, voter: chain.account.address, word, reasons, salt });
  const sorted = [...opinions].sort((a, b) => a.item - b.item);
  return { docket: docket.id, round: docket.round, word, reasons, salt, commitment, opinions: sorted };
}
