import type { Pool } from "./pools.ts";

/**
 * The id of the `sequence`-th docket of a pool: 4 * sequence + pool, so that the id tells the pool.
 *
 * @example
 * docketId(2, 1); // 6
 */
export function docketId(pool: Pool, sequence: number): number {
  return sequence * 4 + pool;
}

/** The pool of a docket. */
export function poolOfDocket(docket: number): Pool {
  return (docket % 4) as Pool;
}

/** A docket's number among those of its pool. */
export function sequenceOfDocket(docket: number): number {
  return Math.floor(docket / 4);
}
