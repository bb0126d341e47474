/** What nobody has is asked for again after so long, and twice as long each time. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
/** Content of what is decided is of use for finding later copies only: it is not asked for more often than this. */
const MOST_ATTEMPTS_WHEN_DECIDED = 5;

/** When to ask again for content that nobody had. */
export class FetchSchedule {
  readonly #waiting = new Map<string, { attempts: number; dueAt: number }>();
  readonly #now: () => number;

  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  /**
   * Whether it is time to ask for a submission's content.
   *
   * @param isDecided Whether the court needs no opinion of it any more. It does again when somebody appeals.
   */
  isDue(root: string, isDecided: boolean): boolean {
    const waiting = this.#waiting.get(root);
    if (waiting === undefined) return true;
    return isDecided
      ? waiting.attempts < MOST_ATTEMPTS_WHEN_DECIDED && waiting.dueAt <= this.#now()
      : waiting.dueAt <= this.#now();
  }

  /** Nobody had it. */
  failed(root: string): void {
    const attempts = (this.#waiting.get(root)?.attempts ?? 0) + 1;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
    this.#waiting.set(root, { attempts, dueAt: this.#now() + wait });
  }

  /** It is here, or can never be. */
  done(root: string): void {
    this.#waiting.delete(root);
  }
}
