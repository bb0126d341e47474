/** What of the demo has happened, on disk, so that a second run goes on instead of doing it again. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Results of steps by the step's name. */
export class DemoRecord {
  readonly #path: string;
  readonly #results: Record<string, unknown>;

  constructor(directory: string) {
    this.#path = join(directory, "demo.json");
    this.#results = existsSync(this.#path) ? JSON.parse(readFileSync(this.#path, "utf8")) : {};
  }

  /** Whether a step was done before. */
  has(step: string): boolean {
    return step in this.#results;
  }

  /** The result of a step, done now or earlier. */
  async once<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
    if (step in this.#results) return this.#results[step] as Result;
    const result = await work();
    this.#results[step] = result ?? null;
    const draft = `${this.#path}.new`;
    writeFileSync(draft, JSON.stringify(this.#results, null, 2));
    renameSync(draft, this.#path);
    return result;
  }
}
