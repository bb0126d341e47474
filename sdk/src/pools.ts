import { Problem } from "./problem.ts";

/** The four pools of seats, by the number that the contracts use. */
export const POOLS = ["TEXT", "IMAGE", "AUDIO", "COMPUTE"] as const;

/** A pool's name. */
export type PoolName = (typeof POOLS)[number];

/** A pool's number on the chain. */
export type Pool = 0 | 1 | 2 | 3;

export const TEXT = 0;
export const IMAGE = 1;
export const AUDIO = 2;
export const COMPUTE = 3;

/** The most items that one docket holds. */
export const MAX_ITEMS = 128;

/**
 * A pool's name.
 *
 * @throws {Problem} `unknown-pool` for a number that is no pool.
 * @example
 * poolName(3); // "COMPUTE"
 */
export function poolName(pool: number): PoolName {
  const name = POOLS[pool];
  if (name === undefined) throw unknownPool(pool);
  return name;
}

/**
 * A pool's number from its name, in any case.
 *
 * @throws {Problem} `unknown-pool` for a name that is no pool.
 * @example
 * poolOf("text"); // 0
 */
export function poolOf(name: string): Pool {
  const pool = (POOLS as readonly string[]).indexOf(name.trim().toUpperCase());
  if (pool < 0) throw unknownPool(name);
  return pool as Pool;
}

function unknownPool(pool: number | string): Problem {
  return new Problem(
    "unknown-pool",
    `There is no pool ${JSON.stringify(pool)}.`,
    `Use one of ${POOLS.join(", ")}.`,
    {
      values: { pool },
    },
  );
}
