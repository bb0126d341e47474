/**
 * A thread that ends its process when it takes too much memory, works too long on one file, or when the daemon is gone:
 * the main thread may be stuck.
 */
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { type GuardLimits, OVER_MEMORY, OVER_TIME } from "./guardWords.ts";

/** What the main thread gives to its guard. */
export interface Guarded extends GuardLimits {
  parent: number;
  /** The number of the file that is worked on; 0 between files. */
  file: Int32Array;
}

const LOOK_MILLISECONDS = 25;
const STDERR = 2;

const { residentBytes, cpuMilliseconds, parent, file } = workerData as Guarded;
let worked = 0;
let cpuBefore = process.cpuUsage();

setInterval(() => {
  if (process.ppid !== parent) end();
  if (process.memoryUsage.rss() > residentBytes) end(OVER_MEMORY);
  const current = Atomics.load(file, 0);
  if (current !== worked) {
    worked = current;
    cpuBefore = process.cpuUsage();
  } else if (current !== 0) {
    const { user, system } = process.cpuUsage(cpuBefore);
    if ((user + system) / 1000 > cpuMilliseconds) end(OVER_TIME);
  }
}, LOOK_MILLISECONDS);

function end(why?: string): void {
  if (why !== undefined) writeSync(STDERR, `${why}\n`);
  process.kill(process.pid, "SIGKILL");
}
