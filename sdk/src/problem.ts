/**
 * An error that a person can act on: what is wrong, with the values, and what to do next.
 *
 * @example
 * throw new Problem("unknown-chain", "There is no OpenLedger deployment known for chain 5.", "Set OPENLEDGER_ADDRESSES.");
 */
export class Problem extends Error {
  override readonly name = "Problem";
  /** A stable key for programs. */
  readonly code: string;
  /** What the reader can do about it, as a plain sentence. */
  readonly next: string;
  /** The values that the sentence speaks of. */
  readonly values: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    sentence: string,
    next: string,
    options: { values?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.next = next;
    this.values = options.values ?? {};
  }

  /** The same text as `message`: the plain sentence. */
  get sentence(): string {
    return this.message;
  }
}
