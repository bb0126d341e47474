/** What is known of each mutant, kept between runs so that an interrupted one goes on. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
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

/** By process: the mutant that it tries. */
const trying = `${cacheFolder}trying/`;
const crashed = `${cacheFolder}crashed`;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

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
  readonly #crashes: string[];
  #unsaved: Record<string, Known> = {};

  constructor() {
    this.#known = read();
    mkdirSync(trying, { recursive: true });
    for (const name of readdirSync(trying)) {
      if (isRunning(Number(name))) continue;
      const key = readFileSync(trying + name, "utf8");
      rmSync(trying + name);
      appendFileSync(crashed, `${key}\n`);
    }
    this.#crashes = existsSync(crashed) ? readFileSync(crashed, "utf8").split("\n") : [];
  }

  /** How often a run ended while it tried the mutant. */
  crashes(key: string): number {
    return this.#crashes.filter((line) => line === key).length;
  }

  /** When all were tried. */
  end(): void {
    this.save();
    rmSync(`${trying}${process.pid}`, { force: true });
  }

  of(key: string): Known | undefined {
    return this.#known[key];
  }

  /** Remembers which mutant is being tried, in case that the run ends with it. */
  begin(key: string): void {
    writeFileSync(`${trying}${process.pid}`, key);
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
