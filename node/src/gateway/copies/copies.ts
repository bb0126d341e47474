import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { Piscina } from "piscina";
import type { Hex } from "viem";
import type { CopiesPlaces, IndexedSubmission, WaitingSubmission } from "./copiesThread.ts";
import type { Repeated, RepeatQuestion } from "./foresight.ts";

/** The index of published files, held by a thread of its own: what is asked first is answered first. */
export class Copies {
  readonly #thread: Piscina;

  /** @param places The gateway's database must have its tables when `waiting` is asked. */
  constructor(places: CopiesPlaces, log: Logger) {
    this.#thread = new Piscina({
      filename: fileURLToPath(new URL("./copiesThread.ts", import.meta.url)),
      // One, since the index has one writer; it stays, since it has the index's inner pages in memory.
      minThreads: 1,
      maxThreads: 1,
      workerData: places,
      // A list of files leaves little garbage behind, and what there is would otherwise be kept for long.
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 512 },
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    // The gateway goes on without it: another thread is started, and whoever asked meanwhile asks again.
    this.#thread.on("error", (error) => log.error({ err: error }, "the index of copies failed"));
  }

  /** The first submissions in the order of the chain that the gateway published and the index lacks. */
  waiting(most: number): Promise<WaitingSubmission[]> {
    return this.#thread.run(most, { name: "waiting" });
  }

  /** Adds a submission's files; a second time changes nothing. */
  index(submission: IndexedSubmission): Promise<void> {
    return this.#thread.run(submission, { name: "index" });
  }

  /** Notes the final grades of a submission, whether it is indexed or not. */
  setGrades(root: Hex, grades: bigint): Promise<void> {
    return this.#thread.run({ root, grades }, { name: "setGrades" });
  }

  /** For each file of a list what it repeats, among everything published for the pool and among the list itself. */
  repeated(question: RepeatQuestion): Promise<(Repeated | undefined)[]> {
    return this.#thread.run(question, { name: "repeated" });
  }

  /** Ends the thread when it has done what it is at. */
  close(): Promise<void> {
    return this.#thread.close({ force: true });
  }
}
