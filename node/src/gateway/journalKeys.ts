import { concat, type Hex, keccak256 } from "viem";

/** The journal's key of the transaction that submits a root. */
export function submitKey(root: Hex): string {
  return `submit:${root}`;
}

/** Whether a transaction in the journal submits a root. */
export function isSubmitKey(key: string): boolean {
  return key.startsWith("submit:");
}

/** The root that a transaction's key in the journal stands for. */
export function rootOfKey(key: string): Hex {
  return key.slice("submit:".length) as Hex;
}

/** The journal's key of a sweep that finalizes these roots. */
export function sweepKey(roots: readonly Hex[]): string {
  return `finalize:${keccak256(concat(roots.toSorted()))}`;
}
