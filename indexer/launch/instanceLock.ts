import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "@openledger/sdk/problem";

/** How the indexer before this one ended. */
export type Predecessor = "none" | "killed";

/**
 * Take a folder for this process alone: the embedded database must never be opened twice. The lock is given back when
 * the process exits; one that was killed leaves it behind, which the next one notices.
 *
 * @throws {Problem} `already-running` when another indexer works in the folder.
 */
export function takeInstanceLock(directory: string): Predecessor {
  const file = join(directory, "indexer.pid");
  const owner = readOwner(file);
  if (owner !== undefined && isIndexer(owner)) {
    throw new Problem(
      "already-running",
      `Another indexer (process ${owner}) works in ${directory}.`,
      "Stop it, or give this one a DATA_DIR of its own.",
    );
  }
  writeFileSync(file, String(process.pid));
  process.once("exit", () => rmSync(file, { force: true }));
  return owner === undefined ? "none" : "killed";
}

function readOwner(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isIndexer(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    // The system gives the number of a dead process to any new one: only an indexer counts.
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("start.ts");
  } catch {
    return true;
  }
}
