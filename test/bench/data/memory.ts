import { readdirSync, readFileSync } from "node:fs";

/** Memory of a process and all of its children at one moment. */
export interface MemorySample {
  /** Since the sampling began. */
  seconds: number;
  /** Sum of the resident sets: pages that several processes share are counted in each. */
  rssMb: number;
  processes: number;
}

const SAMPLE_MS = 500;

/** Looks at the memory of a process group from time to time. Works on Linux, where a group's leader has its number. */
export class MemoryWatch {
  readonly samples: MemorySample[] = [];
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;

  /** @param leader Tells the process id of the group's leader; undefined while there is none. */
  constructor(leader: () => number | undefined) {
    const look = () => {
      const group = leader();
      if (group !== undefined) this.samples.push({ seconds: this.#seconds(), ...groupMemory(group) });
    };
    look();
    this.#timer = setInterval(look, SAMPLE_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The highest sum that was seen. */
  get highestMb(): number {
    return Math.max(...this.samples.map(({ rssMb }) => rssMb));
  }

  #seconds(): number {
    return Math.round((performance.now() - this.#started) / 100) / 10;
  }
}

function groupMemory(group: number): { rssMb: number; processes: number } {
  let kilobytes = 0;
  let processes = 0;
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // Behind the name in parentheses: state, parent, group.
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]) !== group) continue;
      const [, resident = "0"] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      kilobytes += Number(resident);
      processes += 1;
    } catch {
      // It ended in between.
    }
  }
  return { rssMb: Math.round(kilobytes / 102.4) / 10, processes };
}
