/** What nobody has is asked for again after so long, and twice as long each time. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
/** Before a deadline it is asked for at least this often. */
const LONGEST_URGENT_WAIT_MS = 2_000;
/** Content of what is decided is of use for finding later copies only: it is not asked for more often than this. */
const MOST_ATTEMPTS_WHEN_DECIDED = 5;

/** When to ask again for content that nobody had. */
export class FetchSchedule {
  readonly #waiting = new Map<string, { attempts: number; failedAt: number; wait: number }>();
  readonly #now: () => number;

  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  /**
   * Whether it is time to ask for a submission's content.
   *
   * @param isDecided Whether the court needs no opinion of it any more. It does again when somebody appeals.
   * @param isUrgent Whether this account has to vote on it now.
   */
  isDue(root: string, isDecided: boolean, isUrgent = false): boolean {
    const waiting = this.#waiting.get(root);
    if (waiting === undefined) return true;
    const isOver = waiting.failedAt + waiting.wait <= this.#now();
    if (isUrgent) return waiting.failedAt + Math.min(waiting.wait, LONGEST_URGENT_WAIT_MS) <= this.#now();
    return isDecided ? waiting.attempts < MOST_ATTEMPTS_WHEN_DECIDED && isOver : isOver;
  }

  /** Whether it was asked for, and nobody had it. */
  hasFailed(root: string): boolean {
    return this.#waiting.has(root);
  }

  /** How many submissions' content nobody had. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Nobody had it. */
  failed(root: string): void {
    const attempts = (this.#waiting.get(root)?.attempts ?? 0) + 1;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
    this.#waiting.set(root, { attempts, failedAt: this.#now(), wait });
  }

  /** It is here, or can never be. */
  done(root: string): void {
    this.#waiting.delete(root);
  }
}
