import type { ReasonKey } from "@openledger/sdk/reasons";

/** A file that cannot be taken, with the one reason and the detail that a person needs to mend it. */
export class Refusal extends Error {
  readonly reason: ReasonKey;

  constructor(reason: ReasonKey, detail: string) {
    super(detail);
    this.name = "Refusal";
    this.reason = reason;
  }
}

/** The sentence of an unknown failure, on one line and of bounded length. */
export function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, " ").slice(0, 300);
}
