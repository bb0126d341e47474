/** Keys of rows that the chain knows by several values. */

/** A file's key: its submission's root and its place there. */
export function fileId(root: string, index: number): string {
  return `${root}-${index}`;
}

/** The key of one voter's part in one round of a docket. */
export function voteId(docket: number, round: number, voter: string): string {
  return `${docket}-${round}-${voter.toLowerCase()}`;
}

/** The key of a holder's stake in a pool. */
export function validatorId(pool: number, holder: string): string {
  return `${pool}-${holder.toLowerCase()}`;
}

/** The key of a contributor's standing in a Datanet. */
export function standingId(datanet: number, contributor: string): string {
  return `${datanet}-${contributor.toLowerCase()}`;
}

/** The key of an attestation: the item that the committee judges. */
export function attestationId(docket: number, position: number): string {
  return `${docket}-${position}`;
}

/** The key of a seat of a pool. */
export function seatId(pool: number, position: number): string {
  return `${pool}-${position}`;
}

/** The key of a log. */
export function logId(transaction: string, logIndex: number): string {
  return `${transaction}-${logIndex}`;
}

const LARGEST_INTEGER = 2 ** 31 - 1;

/** A release's id, or none: for zero, and for a number that a poster made up and no column holds. */
export function releaseOrNone(id: number): number | null {
  return id === 0 || id > LARGEST_INTEGER ? null : id;
}
