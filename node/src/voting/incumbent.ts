/** A vote of this account on the chain. */
export interface VoteEvent {
  /** Chain time of its block. */
  at: number;
  /** Whether this daemon's journal signed it. */
  isOwn: boolean;
}

/** For how long a vote on the chain says that the daemon that made it is still there. */
const LEASE_SECONDS = 60 * 60;

/**
 * Of two daemons with one key, whether this is the one that stays: the one whose vote stands first on the chain in the
 * hour before the stranger's last. Both see the same votes in the same order and each calls the other's foreign, so that
 * they come to opposite answers.
 *
 * @param events The account's votes in the order of the chain, up to `stranger`.
 * @param stranger The last vote that this journal did not sign.
 */
export function isIncumbent(events: readonly VoteEvent[], stranger: VoteEvent): boolean {
  return events.find(({ at }) => at > stranger.at - LEASE_SECONDS)?.isOwn === true;
}
