import { commitmentOf, deriveSalt } from "@openledger/sdk/commitment";
import { packReasons, packWord } from "@openledger/sdk/grades";
import { reasonOf } from "@openledger/sdk/reasons";
import type { Chain } from "../chain/chain.ts";
import type { Docket } from "./docketBook.ts";
import type { ItemOpinion, SavedVote } from "./voteStore.ts";

/**
 * The vote that opinions amount to. Salt and commitment come from the key alone, so that the same opinions give the
 * same vote again on an empty disk.
 */
export async function castBallot(
  chain: Chain,
  docket: Docket,
  opinions: readonly ItemOpinion[],
): Promise<Omit<SavedVote, "decidedAt">> {
  const sorted = [...opinions].sort((a, b) => a.item - b.item);
  const word = packWord(sorted.map(({ grade }) => grade));
  const reasons = packReasons(
    word,
    sorted.length,
    (item) => reasonOf(sorted[item]?.reason ?? "unreadable").code,
  );
  const place = { chainId: chain.chainId, court: chain.addresses.court, docket: docket.id };
  const salt = await deriveSalt(chain.account, { ...place, round: docket.round });
  const commitment = commitmentOf({ ...place, voter: chain.account.address, word, reasons, salt });
  return { docket: docket.id, round: docket.round, word, reasons, salt, commitment, opinions: sorted };
}
