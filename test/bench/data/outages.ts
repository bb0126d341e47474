/** A time in which something did not work, in milliseconds of this machine's clock. */
interface Outage {
  from: number;
  to: number;
}

/** When which process was down, or a link cut. */
export class Outages {
  readonly #outages = new Map<string, Outage[]>();

  /** @returns what to call when it is over. */
  begin(name: string): () => void {
    const outage: Outage = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    const list = this.#outages.get(name) ?? [];
    this.#outages.set(name, list);
    list.push(outage);
    return () => {
      outage.to = Math.min(outage.to, Date.now());
    };
  }

  /** The longest time without any outage of these names within a window, in milliseconds. */
  longestWorking(names: readonly string[], from: number, to: number): number {
    let longest = 0;
    let workingSince = from;
    for (const outage of this.#within(names, from, to)) {
      longest = Math.max(longest, outage.from - workingSince);
      workingSince = Math.max(workingSince, outage.to);
    }
    return Math.max(longest, to - workingSince);
  }

  /** The share of a time in which there was no outage of a name. */
  workingShare(name: string, from: number, to: number): number {
    let working = 0;
    let workingSince = from;
    for (const outage of this.#within([name], from, to)) {
      working += Math.max(0, outage.from - workingSince);
      workingSince = Math.max(workingSince, outage.to);
    }
    return (working + Math.max(0, to - workingSince)) / Math.max(1, to - from);
  }

  #within(names: readonly string[], from: number, to: number): Outage[] {
    return names
      .flatMap((name) => this.#outages.get(name) ?? [])
      .filter((outage) => outage.to > from && outage.from < to)
      .toSorted((a, b) => a.from - b.from);
  }
}
