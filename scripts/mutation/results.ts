/** What is known of each mutant, kept between runs so that an interrupted one goes on. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
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

function read(): Record<string, Known> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

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
  #unsaved: Record<string, Known> = {};

  constructor() {
    this.#known = read();
  }

  of(key: string): Known | undefined {
    return this.#known[key];
  }

  set(key: string, known: Known): void {
    this.#known[key] = known;
    this.#unsaved[key] = known;
    if (Object.keys(this.#unsaved).length >= 50) this.save();
  }

  /** Runs over different files may go on beside each other: what another has saved stays. */
  save(): void {
    mkdirSync(cacheFolder, { recursive: true });
    const beside = `${file}.${process.pid}`;
    writeFileSync(beside, JSON.stringify({ ...read(), ...this.#unsaved }));
    renameSync(beside, file);
    this.#unsaved = {};
  }
}
