import { defineConfig } from "vitest/config";

/** How long a condition is waited for that comes at once, unless the machine is busy. */
const expectation = { poll: { timeout: 60_000 } };

/** Parts that keep their tests beside their source: quick, with nothing of the real stack running. */
const parts = ["sdk", "node", "app", "indexer", "scripts"].map((name) => ({
  test: {
    name,
    include: [`${name}/**/*.test.{ts,tsx}`],
    exclude: ["**/node_modules/**", "**/dist/**"],
    environment: "node" as const,
    // Far above what anything takes: a busy machine is no failure, and what hangs still ends.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: expectation,
  },
}));

/**
 * Suites that cross parts. Those that start processes or chains run one file at a time, so that two stacks never
 * compete for the machine's cores.
 */
const suites = [
  { name: "test/contracts", testTimeout: 60_000, fileParallelism: true },
  { name: "test/differential", testTimeout: 60_000, fileParallelism: true },
  { name: "test/package", testTimeout: 180_000, fileParallelism: true },
  { name: "test/model", testTimeout: 1_200_000, fileParallelism: true },
  { name: "test/voting", testTimeout: 600_000, fileParallelism: false },
  { name: "test/e2e", testTimeout: 600_000, fileParallelism: false },
  { name: "test/faults", testTimeout: 600_000, fileParallelism: false },
  { name: "test/court", testTimeout: 600_000, fileParallelism: false },
].map(({ name, testTimeout, fileParallelism }, turn) => ({
  test: {
    name,
    include: [`${name}/**/*.test.ts`],
    exclude: ["**/node_modules/**"],
    environment: "node" as const,
    pool: "forks" as const,
    testTimeout,
    hookTimeout: testTimeout,
    expect: expectation,
    fileParallelism,
    // One suite after the other, behind the parts.
    sequence: { groupOrder: turn + 1 },
  },
}));

export default defineConfig({
  test: {
    projects: [...parts, ...suites],
    watch: false,
    passWithNoTests: true,
    maxWorkers: 2,
  },
});
