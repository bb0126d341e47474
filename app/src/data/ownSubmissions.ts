import type { Address, Hex } from "viem";

/** A submission that was signed in this browser, kept so that its progress is found again after a reload. */
export type OwnSubmission = { root: Hex; datanet: number; contributor: Address; names: string[]; at: number };

const KEY = "openledger.submissions";
const KEPT = 50;

/** The submissions signed in this browser, newest first. */
export function readOwnSubmissions(storage: Pick<Storage, "getItem"> = localStorage): OwnSubmission[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isOwnSubmission) : [];
  } catch {
    // What another program wrote there is no list of ours.
    return [];
  }
}

/** Keep one more submission; the oldest ones are forgotten. */
export function rememberSubmission(
  submission: OwnSubmission,
  storage: Pick<Storage, "getItem" | "setItem"> = localStorage,
): void {
  const others = readOwnSubmissions(storage).filter(({ root }) => root !== submission.root);
  try {
    storage.setItem(KEY, JSON.stringify([submission, ...others].slice(0, KEPT)));
  } catch {
    // A full or forbidden storage costs the list on this page, never the submission: the account page lists it too.
  }
}

function isOwnSubmission(value: unknown): value is OwnSubmission {
  const candidate = value as Partial<OwnSubmission> | null;
  return (
    typeof candidate?.root === "string" &&
    typeof candidate.datanet === "number" &&
    typeof candidate.contributor === "string" &&
    Array.isArray(candidate.names)
  );
}
