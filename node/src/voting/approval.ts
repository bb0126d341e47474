import type { Docket } from "./docketBook.ts";
import type { DecidedBy, ItemOpinion } from "./voteStore.ts";

/** A vote as the daemon proposes it. */
export interface Draft {
  opinions: ItemOpinion[];
  /** Whether every item was judged. */
  complete: boolean;
  /** There is no more time to wait for anybody. */
  isLastMoment: boolean;
}

/** Who has the last word on a vote. */
export interface Approvals {
  /** The vote to commit to, or undefined while somebody has yet to decide. Called at every look. */
  approve(docket: Docket, draft: Draft): (DecidedBy & { opinions: ItemOpinion[] }) | undefined;
}

/** The daemon decides alone. */
export const approveAll: Approvals = {
  approve: (_docket, { opinions }) => ({ opinions, decidedBy: "daemon", changes: [] }),
};
