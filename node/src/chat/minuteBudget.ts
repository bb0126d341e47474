/** What an asker may still take, and when all of it is back. */
export interface BudgetState {
  limit: number;
  remaining: number;
  resetSeconds: number;
}

/** Askers that are remembered at once; those whose budget is full again are forgotten first. */
const MOST_ASKERS = 20_000;
const MINUTE_MS = 60_000;

/**
 * Budgets that fill evenly, a minute's worth in a minute, by asker. What is taken in advance for an answer whose length
 * is not known is settled when it is.
 */
export class MinuteBudget {
  readonly #now: () => number;
  readonly #spent = new Map<string, { amount: number; at: number }>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Take an amount; false when it is more than is left. */
  take(asker: string, amount: number, limit: number): boolean {
    const spent = this.#spentOf(asker, limit);
    if (spent + amount > limit) return false;
    this.#keep(asker, spent + amount);
    return true;
  }

  /** Give back a part of what was taken, or, when negative, take more than is left: it is missing the next time. */
  settle(asker: string, amount: number, limit: number): void {
    this.#keep(asker, Math.max(0, this.#spentOf(asker, limit) - amount));
  }

  /** How an asker stands. */
  stateOf(asker: string, limit: number): BudgetState {
    const spent = this.#spentOf(asker, limit);
    return {
      limit,
      remaining: Math.max(0, Math.floor(limit - spent)),
      resetSeconds: Math.ceil((60 * spent) / limit),
    };
  }

  /** Seconds until an amount can be taken. */
  waitSeconds(asker: string, amount: number, limit: number): number {
    const missing = this.#spentOf(asker, limit) + amount - limit;
    return Math.max(1, Math.ceil((60 * missing) / limit));
  }

  #spentOf(asker: string, limit: number): number {
    const kept = this.#spent.get(asker);
    if (kept === undefined) return 0;
    return Math.max(0, kept.amount - (limit * (this.#now() - kept.at)) / MINUTE_MS);
  }

  #keep(asker: string, amount: number): void {
    // The one that asked last stands last: the first is the one that waited longest.
    this.#spent.delete(asker);
    if (amount === 0) return;
    this.#spent.set(asker, { amount, at: this.#now() });
    if (this.#spent.size <= MOST_ASKERS) return;
    for (const first of this.#spent.keys()) {
      this.#spent.delete(first);
      break;
    }
  }
}
