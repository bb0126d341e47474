/** A thread that ends its process when it takes too much memory, or when the daemon is gone: the main thread may be stuck. */
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { OVER_MEMORY } from "./overMemory.ts";

const { residentBytes, parent } = workerData as { residentBytes: number; parent: number };
const LOOK_MILLISECONDS = 25;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  if (process.memoryUsage.rss() <= residentBytes) return;
  writeSync(2, `${OVER_MEMORY}\n`);
  process.kill(process.pid, "SIGKILL");
}, LOOK_MILLISECONDS);
