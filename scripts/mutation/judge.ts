/** Runs the tests against one mutant after the other, until one fails. */
import { basename } from "node:path";
import type { Artifact } from "./compiler.ts";
import type { Mutant } from "./mutants.ts";
import { hashOf, importsOf, isProduction, type Sources } from "./project.ts";
import type { Known, Results } from "./results.ts";
import { isSuite, type Options, runTests } from "./runner.ts";
import type { Schema } from "./schema.ts";

interface Suite {
  artifact: Artifact;
  id: string;
  hash: string;
  milliseconds: number;
}

/** Few random inputs for each: whoever survives meets the invariants, too. */
const effort: Options = { fuzzRuns: 16, invariantRuns: 2 };

export class Judge {
  readonly #schema: Schema;
  readonly #suites: Suite[] = [];
  readonly #excluded: string[] = [];
  readonly #contracts: string;
  readonly #sources: Sources;
  /** How often a suite killed a mutant of a file. */
  readonly #kills = new Map<string, number>();

  constructor(schema: Schema, sources: Sources) {
    this.#schema = schema;
    this.#sources = sources;
    const production = Object.keys(sources).filter(isProduction).sort();
    this.#contracts = hashOf(...production.map((name) => sources[name] ?? ""));
  }

  /** Runs every suite without a mutant; tests that fail even so say nothing and are left out. */
  async prepare(): Promise<string[]> {
    for (const artifact of this.#schema.build.filter(isSuite)) {
      const results = await runTests(this.#schema.build, [artifact], effort);
      const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
      this.#excluded.push(...failed.map((name) => `${artifact.name}.${name}`));
      this.#suites.push({
        artifact,
        id: `${artifact.source}:${artifact.name}`,
        hash: this.#hashOf(artifact),
        milliseconds: results.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      });
    }
    return this.#excluded;
  }

  #hashOf({ source, name }: Artifact): string {
    const file = source.replace("project/", "");
    const imported = [...importsOf(this.#sources, file)].filter((path) => !isProduction(path)).sort();
    return hashOf(name, ...[file, ...imported].map((path) => this.#sources[path] ?? path));
  }

  /** A file's own suites first, then those that killed its mutants before, then the quick ones. */
  #suitesFor(file: string): Suite[] {
    const own = basename(file, ".sol");
    const rank = (suite: Suite) =>
      Number(basename(suite.artifact.source).startsWith(own)) * 1e6 +
      (this.#kills.get(`${file} ${suite.id}`) ?? 0) * 100 -
      suite.milliseconds;
    return this.#suites.toSorted((a, b) => rank(b) - rank(a));
  }

  /** Whether some test notices the mutant. */
  async judge(mutant: Mutant, key: string, results: Results): Promise<Known> {
    const before = results.of(key);
    const current = before?.contracts === this.#contracts;
    const suites = this.#suitesFor(mutant.file);
    const killer = before?.killer;
    if (killer) {
      const suite = suites.find(({ id }) => id === killer.suite);
      if (current && suite?.hash === killer.hash) return before;
      if (suite && (await this.#failing(mutant, suite, killer.test))) {
        return this.#record(key, results, { killer: { ...killer, hash: suite.hash }, survived: [] });
      }
    }
    const survived = current ? before.survived : [];
    for (const suite of suites) {
      if (survived.includes(suite.hash)) continue;
      const test = await this.#failing(mutant, suite);
      if (test) {
        const count = `${mutant.file} ${suite.id}`;
        this.#kills.set(count, (this.#kills.get(count) ?? 0) + 1);
        return this.#record(key, results, {
          killer: { suite: suite.id, test, hash: suite.hash },
          survived: [],
        });
      }
    }
    return this.#record(key, results, { survived: suites.map(({ hash }) => hash) });
  }

  #record(key: string, results: Results, found: Omit<Known, "contracts">): Known {
    const known = { contracts: this.#contracts, ...found };
    results.set(key, known);
    return known;
  }

  /** The first test of a suite that fails with the mutant. */
  async #failing(mutant: Mutant, { artifact }: Suite, only?: string): Promise<string | undefined> {
    const pattern = only === undefined ? {} : { pattern: `^${only.replaceAll(/[^\w]/g, "\\$&")}$` };
    const found = await runTests(this.#schema.build, [artifact], {
      ...effort,
      ...pattern,
      linked: mutant.id,
    });
    return found.find(({ passed, name }) => !passed && !this.#excluded.includes(`${artifact.name}.${name}`))
      ?.name;
  }
}
