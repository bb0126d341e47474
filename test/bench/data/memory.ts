import { readdirSync, readFileSync } from "node:fs";

/** Memory of a process and all of its children at one moment. */
export interface MemorySample {
  /** Since the sampling began. */
  seconds: number;
  /** Resident memory of all of them; pages that they share count once. */
  rssMb: number;
  /** The process's own, as `ps` tells it. */
  ownMb: number;
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

function groupMemory(group: number): Omit<MemorySample, "seconds"> {
  let kilobytes = 0;
  let shared = 0;
  let own = 0;
  let processes = 0;
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // Behind the name in parentheses: state, parent, group.
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]) !== group) continue;
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      const sum = (pattern: RegExp) =>
        [...rollup.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);
      kilobytes += sum(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm);
      // What they share is mostly Node itself: the most that one of them shares is about what all of them do.
      shared = Math.max(shared, sum(/^Shared_(?:Clean|Dirty):\s+(\d+) kB/gm));
      if (Number(pid) === group) own = sum(/^Rss:\s+(\d+) kB/gm);
      processes += 1;
    } catch {
      // It ended in between.
    }
  }
  return { rssMb: megabytes(kilobytes + shared), ownMb: megabytes(own), processes };
}

function megabytes(kilobytes: number): number {
  return Math.round(kilobytes / 102.4) / 10;
}
