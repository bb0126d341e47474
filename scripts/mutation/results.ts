/** What is known of each mutant, kept between runs so that an interrupted one goes on. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Mutant } from "./mutants.ts";
import { cacheFolder, hashOf } from "./project.ts";

export interface Known {
  /** The contracts that it was tried with. */
  contracts: string;
  /** The test that failed, with the hash of its suite. */
  killer?: { suite: string; test: string; hash: string };
  /** Hashes of the suites that it survived. */
  survived: string[];
}

const file = `${cacheFolder}results.json`;

/** The same for a mutant whose line has moved. */
export function keysOf(mutants: Mutant[]): Map<Mutant, string> {
  const seen = new Map<string, number>();
  return new Map(
    mutants.map((mutant) => {
      const key = hashOf(
        mutant.file,
        mutant.within,
        mutant.code,
        mutant.operator,
        mutant.original,
        mutant.mutated,
      );
      const count = seen.get(key) ?? 0;
      seen.set(key, count + 1);
      return [mutant, `${key}${count}`];
    }),
  );
}

export class Results {
  readonly #known: Record<string, Known>;
  #unsaved = 0;

  constructor() {
    try {
      this.#known = JSON.parse(readFileSync(file, "utf8"));
    } catch {
      this.#known = {};
    }
  }

  of(key: string): Known | undefined {
    return this.#known[key];
  }

  set(key: string, known: Known): void {
    this.#known[key] = known;
    if (++this.#unsaved >= 50) this.save();
  }

  save(): void {
    this.#unsaved = 0;
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(file, JSON.stringify(this.#known));
  }
}
