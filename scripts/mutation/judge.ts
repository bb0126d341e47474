/** Runs the tests against one mutant after the other, until one fails. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Artifact } from "./compiler.ts";
import type { Mutant } from "./mutants.ts";
import { cacheFolder, hashOf, importsOf, isProduction, type Sources } from "./project.ts";
import type { Known, Results } from "./results.ts";
import { isSuite, type Options, runTests } from "./runner.ts";
import type { Schema } from "./schema.ts";

interface Suite {
  artifact: Artifact;
  /** What it deploys by name. */
  deployed: Artifact[];
  id: string;
  hash: string;
  /** How long it took last time. */
  milliseconds: number;
  /** Tests that fail without any mutant. */
  failing?: string[];
}

/** Which tests a mutant meets: those of the contracts that it is part of, or all. */
export type Reach = "own" | "all";

/** Few random inputs for each: whoever survives meets the invariants, too. */
const effort: Options = { fuzzRuns: 16, invariantRuns: 2 };

export class Judge {
  readonly #schema: Schema;
  readonly #suites: Suite[];
  readonly #contracts: string;
  readonly #sources: Sources;
  readonly #owners = new Map<string, string[]>();
  /** The tests that killed the last mutants of a function. */
  readonly #killers = new Map<string, { suite: string; test: string }[]>();
  /** How often a suite killed a mutant of a file. */
  readonly #kills = new Map<string, number>();

  constructor(schema: Schema, sources: Sources) {
    this.#schema = schema;
    this.#sources = sources;
    const production = Object.keys(sources).filter(isProduction).sort();
    this.#contracts = hashOf(...production.map((name) => sources[name] ?? ""));
    this.#suites = schema.build.filter(isSuite).map((artifact) => ({
      artifact,
      deployed: this.#deployedBy(artifact),
      id: `${artifact.source}:${artifact.name}`,
      hash: this.#hashOf(artifact),
      milliseconds: artifact.source.includes("/invariants/") ? 1e6 : 0,
    }));
  }

  /** The tests of a suite that fail without any mutant, too, and so say nothing. Run once for a build. */
  async #baseline({ artifact, deployed }: Suite): Promise<string[]> {
    const code = hashOf(...deployed.map(({ bytecode }) => bytecode));
    const file = `${cacheFolder}baseline/${hashOf(code, artifact.bytecode)}.json`;
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
    const results = await runTests(deployed, [artifact], effort);
    const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
    for (const name of failed)
      console.log(`Left out, since it fails without any mutant: ${artifact.name}.${name}`);
    mkdirSync(`${cacheFolder}baseline`, { recursive: true });
    writeFileSync(file, JSON.stringify(failed));
    return failed;
  }

  /** The contracts whose names a suite's sources have in quotes, as in `getCode("Court.sol:Court")`. */
  #deployedBy({ source }: Artifact): Artifact[] {
    const file = source.replace("project/", "");
    const texts = [file, ...importsOf(this.#sources, file)].map((name) => this.#sources[name] ?? "");
    const named = new Set(
      texts.flatMap((text) => [...text.matchAll(/"(\w+\.sol:\w+)"/g)].map(([, name]) => name)),
    );
    return this.#schema.build.filter((artifact) =>
      named.has(`${basename(artifact.source)}:${artifact.name}`),
    );
  }

  #hashOf({ source, name }: Artifact): string {
    const file = source.replace("project/", "");
    const imported = [...importsOf(this.#sources, file)].filter((path) => !isProduction(path)).sort();
    return hashOf(name, ...[file, ...imported].map((path) => this.#sources[path] ?? path));
  }

  /** The contracts that a file's code is part of, and their tests. */
  #isOwn(file: string, suite: Suite): boolean {
    let owners = this.#owners.get(file);
    if (!owners) {
      const importing = Object.keys(this.#sources).filter(
        (name) => isProduction(name) && importsOf(this.#sources, name).has(file),
      );
      owners = [file, ...importing].map((name) => basename(name, ".sol"));
      this.#owners.set(file, owners);
    }
    return (
      owners.some((owner) => basename(suite.artifact.source).startsWith(owner)) &&
      !suite.artifact.source.includes("/invariants/")
    );
  }

  /** Those that killed a file's mutants before come first, then the quick ones. */
  #suitesFor(file: string, reach: Reach): Suite[] {
    const rank = (suite: Suite) => (this.#kills.get(`${file} ${suite.id}`) ?? 0) * 100 - suite.milliseconds;
    return this.#suites
      .filter((suite) => reach === "all" || this.#isOwn(file, suite))
      .toSorted((a, b) => rank(b) - rank(a));
  }

  /** Whether some test notices the mutant: some test of its own contract's, or of all. */
  async judge(mutant: Mutant, key: string, results: Results, reach: Reach): Promise<Known> {
    const before = results.of(key);
    const current = before?.contracts === this.#contracts;
    const suites = this.#suitesFor(mutant.file, reach);
    const place = `${mutant.file} ${mutant.within}`;
    const killer = before?.killer;
    if (killer) {
      const suite = this.#suites.find(({ id }) => id === killer.suite);
      if (current && suite?.hash === killer.hash) {
        this.#remember(place, mutant.file, killer.suite, killer.test);
        return before;
      }
      if (suite && (await this.#failing(mutant, suite, [killer.test]))) {
        this.#remember(place, mutant.file, killer.suite, killer.test);
        return this.#record(key, results, { killer: { ...killer, hash: suite.hash }, survived: [] });
      }
    }
    const survived = current ? (before?.survived ?? []) : [];
    const untried = suites.filter(({ hash }) => !survived.includes(hash));
    // What noticed the last mutants of the same function, before whole suites.
    const likely = Map.groupBy(this.#killers.get(place) ?? [], ({ suite }) => suite);
    const quick = [...likely].map(([id, tests]) => ({ id, only: tests.map(({ test }) => test) }));
    const attempts = [...quick, ...untried.map(({ id }) => ({ id, only: undefined }))];
    for (const { id, only } of attempts) {
      const suite = untried.find((untriedSuite) => untriedSuite.id === id);
      const test = suite && (await this.#failing(mutant, suite, only));
      if (!test) continue;
      this.#remember(place, mutant.file, id, test);
      return this.#record(key, results, { killer: { suite: id, test, hash: suite.hash }, survived: [] });
    }
    return this.#record(key, results, { survived: [...survived, ...untried.map(({ hash }) => hash)] });
  }

  #remember(place: string, file: string, suite: string, test: string): void {
    this.#kills.set(`${file} ${suite}`, (this.#kills.get(`${file} ${suite}`) ?? 0) + 1);
    const others = (this.#killers.get(place) ?? []).filter(
      (known) => known.test !== test || known.suite !== suite,
    );
    this.#killers.set(place, [{ suite, test }, ...others].slice(0, 4));
  }

  #record(key: string, results: Results, found: Omit<Known, "contracts">): Known {
    const known = { contracts: this.#contracts, ...found };
    results.set(key, known);
    return known;
  }

  /** The first test of a suite that fails with the mutant. */
  async #failing(mutant: Mutant, suite: Suite, only?: string[]): Promise<string | undefined> {
    const names = only?.map((name) => name.replaceAll(/[^\w]/g, "\\$&"));
    const pattern = names && { pattern: `^(${names.join("|")})$` };
    const started = Date.now();
    const { deployed, artifact } = suite;
    const results = await runTests(deployed, [artifact], { ...effort, ...pattern, linked: mutant.id });
    if (!only && suite.milliseconds < 1e6) suite.milliseconds = Date.now() - started;
    const failed = results.filter(({ passed }) => !passed);
    if (failed.length === 0) return undefined;
    suite.failing ??= await this.#baseline(suite);
    return failed.find(({ name }) => !suite.failing?.includes(name))?.name;
  }
}
