/** Runs the tests against one mutant after the other, until one fails. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Artifact } from "./compiler.ts";
import type { Mutant } from "./mutants.ts";
import { cacheFolder, hashOf, importsOf, isProduction, isTest, type Sources } from "./project.ts";
import type { Known, Results } from "./results.ts";
import { isSuite, type Options, runTests } from "./runner.ts";
import type { Schema } from "./schema.ts";

interface Baseline {
  name: string;
  passed: boolean;
  milliseconds: number;
}

interface Suite {
  artifact: Artifact;
  /** What it deploys by name. */
  deployed: Artifact[];
  id: string;
  hash: string;
  /** How long it took last time. */
  milliseconds: number;
  /** Its tests, as they go without any mutant. */
  tests?: Baseline[];
}

/** Which tests a mutant meets: those of the contracts that it is part of, or all. */
export type Reach = "own" | "all";

/** Few random inputs for each: whoever survives meets the invariants, too. */
const effort: Options = { fuzzRuns: 16, invariantRuns: 2 };
/**
 * Enough for nearly every test and for deploying what is not optimized, and soon used up by a loop that a mutant keeps from
 * ending, of which the runner would keep a trace of gigabytes.
 */
const gasLimit = 2n ** 28n;
const gasLimitOfLibraries = 2n ** 26n;
const effortFor = ({ source }: Artifact): Options => ({
  ...effort,
  gasLimit: source.includes("/libraries/") ? gasLimitOfLibraries : gasLimit,
});

/** A mutant that took the whole run down so often is noticed, by whoever runs the tests. */
const patience = 2;
/** Tests that take less are tried together, so many at once. */
const quickMilliseconds = 15;
const portion = 4;

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

  /** A suite's tests without any mutant, run once for a build. Those that fail say nothing and are left out. */
  async #baseline({ artifact, deployed }: Suite): Promise<Baseline[]> {
    const code = hashOf(...deployed.map(({ bytecode }) => bytecode));
    const file = `${cacheFolder}baseline/${hashOf(code, artifact.bytecode)}.json`;
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
    const results = await runTests(deployed, [artifact], effortFor(artifact));
    const tests = results.map(({ name, passed, milliseconds }) => ({ name, passed, milliseconds }));
    for (const { name } of tests.filter(({ passed }) => !passed)) {
      console.log(`Left out, since it fails without any mutant: ${artifact.name}.${name}`);
    }
    mkdirSync(`${cacheFolder}baseline`, { recursive: true });
    writeFileSync(file, JSON.stringify(tests));
    return tests;
  }

  /** What a suite's sources make themselves, and what they name in quotes, as in `getCode("Court.sol:Court")`. */
  #deployedBy({ source }: Artifact): Artifact[] {
    const file = source.replace("project/", "");
    const files = [file, ...importsOf(this.#sources, file)];
    const quoted = files.flatMap((name) => [...(this.#sources[name] ?? "").matchAll(/"(\w+\.sol:\w+)"/g)]);
    const named = new Set(quoted.map(([, name]) => name));
    const own = new Set(files.filter(isTest).map((name) => `project/${name}`));
    return this.#schema.build.filter(
      (artifact) => own.has(artifact.source) || named.has(`${basename(artifact.source)}:${artifact.name}`),
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
    results.begin(key);
    const current = before?.contracts === this.#contracts;
    const suites = this.#suitesFor(mutant.file, reach);
    const place = `${mutant.file} ${mutant.within}`;
    const killer = before?.killer;
    if (killer) {
      const suite = this.#suites.find(({ id }) => id === killer.suite);
      if (current && suite?.hash === killer.hash && (await this.#isSound(suite, killer.test))) {
        this.#remember(place, mutant.file, killer.suite, killer.test);
        return before;
      }
      if (suite && (await this.#failing(mutant, suite, [killer.test]))) {
        this.#remember(place, mutant.file, killer.suite, killer.test);
        return this.#record(key, results, { killer: { ...killer, hash: suite.hash }, survived: [] });
      }
    }
    if (results.crashes(key) >= patience) {
      const test = "the run itself, which ends with it";
      return this.#record(key, results, { killer: { suite: "", test, hash: "" }, survived: [] });
    }
    const survived = current ? (before?.survived ?? []) : [];
    const untried = suites.filter(({ hash }) => !survived.includes(hash));
    // What noticed the last mutants of the same function and file, one by one, and then whole suites.
    const likely = [...(this.#killers.get(place) ?? []), ...(this.#killers.get(mutant.file) ?? [])];
    const attempts = likely.map(({ suite, test }) => ({ id: suite, tests: [test] }));
    for (const suite of untried) {
      for (const tests of await this.#portionsOf(suite)) attempts.push({ id: suite.id, tests });
    }
    for (const { id, tests } of attempts) {
      const suite = untried.find((untriedSuite) => untriedSuite.id === id);
      const test = suite && (await this.#failing(mutant, suite, tests));
      if (!test) continue;
      this.#remember(place, mutant.file, id, test);
      return this.#record(key, results, { killer: { suite: id, test, hash: suite.hash }, survived: [] });
    }
    return this.#record(key, results, { survived: [...survived, ...untried.map(({ hash }) => hash)] });
  }

  #remember(place: string, file: string, suite: string, test: string): void {
    this.#kills.set(`${file} ${suite}`, (this.#kills.get(`${file} ${suite}`) ?? 0) + 1);
    for (const where of [place, file]) {
      const others = (this.#killers.get(where) ?? []).filter(
        (known) => known.test !== test || known.suite !== suite,
      );
      this.#killers.set(where, [{ suite, test }, ...others].slice(0, 4));
    }
  }

  #record(key: string, results: Results, found: Omit<Known, "contracts">): Known {
    const known = { contracts: this.#contracts, ...found };
    results.set(key, known);
    return known;
  }

  /** The first test of a suite that fails with the mutant. */
  async #failing(mutant: Mutant, suite: Suite, tests: string[]): Promise<string | undefined> {
    const names = tests.map((name) => name.replaceAll(/[^\w]/g, "\\$&"));
    const pattern = `^(${names.join("|")})$`;
    const results = await runTests(suite.deployed, [suite.artifact], {
      ...effortFor(suite.artifact),
      pattern,
      linked: mutant.id,
    });
    const failed = results.find(({ passed }) => !passed)?.name;
    return failed !== undefined && (await this.#isSound(suite, failed)) ? failed : undefined;
  }

  /** Whether a test passes without any mutant. */
  async #isSound(suite: Suite, test: string): Promise<boolean> {
    suite.tests ??= await this.#baseline(suite);
    return !suite.tests.some(({ name, passed }) => !passed && name === test);
  }

  /**
   * A suite's tests in the order in which they are tried: the quick ones some at once, the others one by one. The runner runs
   * a test that fails once more, step by step for its trace, which takes a hundred times as long.
   */
  async #portionsOf(suite: Suite): Promise<string[][]> {
    suite.tests ??= await this.#baseline(suite);
    const sound = suite.tests
      .filter(({ passed }) => passed)
      .toSorted((a, b) => a.milliseconds - b.milliseconds);
    const quick = sound
      .filter(({ milliseconds }) => milliseconds < quickMilliseconds)
      .map(({ name }) => name);
    const slow = sound
      .filter(({ milliseconds }) => milliseconds >= quickMilliseconds)
      .map(({ name }) => [name]);
    const portions = quick.flatMap((_, at) => (at % portion === 0 ? [quick.slice(at, at + portion)] : []));
    return [...portions, ...slow];
  }
}
