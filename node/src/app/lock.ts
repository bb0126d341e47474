import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "./errors.ts";

/** Holds a data directory for one process. */
export interface DirectoryLock {
  release(): void;
}

/** When the kernel started a process, so that a reused pid is not taken for the old process; empty where unknown. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function isHeld(text: string): boolean {
  const [pidText = "", start = ""] = text.trim().split(" ");
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  const started = startOf(pid);
  return start === "" || started === "" || started === start;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Makes the refusal from the process that holds a lock. */
type Refuse = (pid: string) => UserError;

function pidOf(holder: string): string {
  return holder.trim().split(" ")[0] ?? "";
}

/**
 * Takes a data directory for this process, so that two daemons never share a journal.
 * A lock that a dead process left is taken over.
 *
 * @throws UserError when a living process holds it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  return lock(
    directory,
    (pid) =>
      new UserError({
        code: "data-dir-in-use",
        sentence: `The data directory ${directory} is in use by process ${pid}.`,
        next: "Stop that process, or give this daemon another DATA_DIR.",
      }),
  );
}

/**
 * Takes an account's votes for this process among all of this user's on this machine, whatever their data directories:
 * two of them would replace each other's commitments.
 *
 * @param account Names the account and its chain; fit for a file's name.
 * @throws UserError when a living process has it.
 */
export function lockAccount(account: string): DirectoryLock {
  return lock(
    join(tmpdir(), `openledger-voters-${process.getuid?.() ?? "user"}`, account),
    (pid) =>
      new UserError({
        code: "key-in-use",
        sentence: `Process ${pid} on this machine votes with the same key already.`,
        next: "Let only one daemon run with a key: stop that process first, or give this one another key.",
      }),
  );
}

function lock(directory: string, refuse: Refuse): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "lock");
  const own = join(directory, `lock.${process.pid}`);
  const stale = `${own}.stale`;
  writeFileSync(own, `${process.pid} ${startOf(process.pid)}\n`);
  try {
    for (;;) {
      try {
        // A link appears with its content at once; nobody can read a half-written lock.
        linkSync(own, path);
        return { release: () => release(path) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = read(path);
      if (holder === undefined) continue;
      if (isHeld(holder)) throw refuse(pidOf(holder));
      takeAway(path, stale, refuse);
    }
  } finally {
    unlinkSync(own);
  }
}

function takeAway(path: string, stale: string, refuse: Refuse): void {
  try {
    renameSync(path, stale);
  } catch {
    return;
  }
  const taken = read(stale) ?? "";
  if (isHeld(taken)) {
    // Somebody else took the stale lock over between our look and our rename: give it back.
    linkSync(stale, path);
    unlinkSync(stale);
    throw refuse(pidOf(taken));
  }
  unlinkSync(stale);
}

function release(path: string): void {
  const holder = read(path);
  if (holder?.startsWith(`${process.pid} `)) unlinkSync(path);
}
