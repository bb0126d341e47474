import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProcessDefinition } from "./processes.ts";

const main = fileURLToPath(new URL("../../node/src/main.ts", import.meta.url));

/** A daemon of the node package on this machine. */
export interface LocalDaemon {
  role: string;
  name: string;
  /** The folder of the stack: the daemon keeps its data in one of its own below. */
  directory: string;
  port: number;
  env: Record<string, string>;
  /** Options of Node itself. */
  nodeOptions?: string[];
}

/**
 * Several daemons share this machine: each keeps a small nursery of new objects and few heaps of its C library, which
 * halves what it takes under load and costs little time.
 */
const SMALL_MEMORY = {
  // In megabytes. Below two gigabytes of them V8 lets garbage take no more than what is in use.
  nodeOptions: ["--max-semi-space-size=4", "--max-old-space-size=1024"],
  // In bytes: larger pieces are given back to the system as soon as they are free.
  env: { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "32768", MALLOC_TRIM_THRESHOLD_: "65536" },
} as const;

/** The process of a daemon in one role, ready when it says so itself. */
export function daemonProcess(daemon: LocalDaemon): ProcessDefinition {
  const { role, name, directory, port, env, nodeOptions = [] } = daemon;
  return {
    name,
    command: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", ...SMALL_MEMORY.nodeOptions, ...nodeOptions, main, role],
    env: {
      ...SMALL_MEMORY.env,
      DATA_DIR: join(directory, name),
      HOST: "127.0.0.1",
      PORT: String(port),
      LOG_LEVEL: process.env.LOG_LEVEL ?? "info",
      ...env,
    },
    ready: () => answers(`http://127.0.0.1:${port}/readyz`),
  };
}

/** Whether something answers at an address without an error. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.body?.cancel();
  return response.ok;
}
