import type { Pool } from "./pools.ts";

/** Set in the id of an appeal's docket. Above the 32 bits of JavaScript's bit operators: ids are reckoned with, not masked. */
const APPEAL = 2 ** 39;

/**
 * The id of the `sequence`-th docket of a pool: 4 * sequence + pool, so that the id tells the pool.
 *
 * @example
 * docketId(2, 1); // 6
 */
export function docketId(pool: Pool, sequence: number): number {
  return sequence * 4 + pool;
}

/**
 * The id of the docket of the `sequence`-th appeal, whose items one pool judges anew.
 *
 * @example
 * appealId(0, 1); // 549_755_813_892
 */
export function appealId(pool: Pool, sequence: number): number {
  return APPEAL + docketId(pool, sequence);
}

/** Whether a docket judges an appeal. */
export function isAppeal(docket: number): boolean {
  return docket >= APPEAL;
}

/** The pool of a docket. */
export function poolOfDocket(docket: number): Pool {
  return (docket % 4) as Pool;
}

/** A docket's number among those of its pool; an appeal's among all appeals. */
export function sequenceOfDocket(docket: number): number {
  return Math.floor((docket % APPEAL) / 4);
}
