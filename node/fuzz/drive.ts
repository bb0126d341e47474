import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Assignment, Report } from "./worker.ts";

/** What came of all inputs to one target. */
export interface Outcome {
  inputs: number;
  crashes: number;
  hangs: number;
  status500: number;
  seconds: number;
  /** The first failures, with the numbers by which they are found again. */
  failures: { input: number; error: string }[];
}

/** The time that the daemon gives to one file. */
const HANG_MILLISECONDS = 30_000;
const KEPT_FAILURES = 5;

/** An outcome before anything was tried. */
export function noOutcome(): Outcome {
  return { inputs: 0, crashes: 0, hangs: 0, status500: 0, seconds: 0, failures: [] };
}

/** Keeps a failure, unless there are enough to begin with. */
export function keepFailure(outcome: Outcome, input: number, error: string): void {
  if (outcome.failures.length < KEPT_FAILURES) outcome.failures.push({ input, error: error.slice(0, 1_500) });
}

/** Give a target all its inputs in processes of its own; one that hangs or dies is followed by another. */
export async function drive(name: string, seed: number, from: number, to: number): Promise<Outcome> {
  const outcome = noOutcome();
  const started = performance.now();
  for (let next = from; next < to; ) next = await driveOnce({ name, seed, from: next, to }, outcome);
  outcome.seconds = (performance.now() - started) / 1000;
  return outcome;
}

/** @returns the number of the input to go on with. */
function driveOnce(assignment: Assignment, outcome: Outcome): Promise<number> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), [], {
      execArgv: ["--disable-warning=ExperimentalWarning", "--max-old-space-size=512"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let current = assignment.from;
    let output = "";
    let done = false;
    let late = false;
    let timer: NodeJS.Timeout | undefined;
    child.stderr?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-1_000);
    });
    child.on("message", (report: Report) => {
      if ("begun" in report) {
        current = report.begun;
        outcome.inputs++;
        clearTimeout(timer);
        timer = setTimeout(() => {
          late = true;
          child.kill("SIGKILL");
        }, HANG_MILLISECONDS);
      } else if ("failed" in report) {
        outcome.crashes++;
        keepFailure(outcome, report.failed, report.error);
      } else done = true;
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (done) return resolve(assignment.to);
      if (late) outcome.hangs++;
      else outcome.crashes++;
      keepFailure(outcome, current, late ? "It hangs." : `The process ended (${signal ?? code}). ${output}`);
      resolve(current + 1);
    });
    child.send(assignment);
  });
}
