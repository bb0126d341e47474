/** The process that judges files one after the other: hostile ones can stall, fill or crash only this process. */
import { Worker } from "node:worker_threads";
import sharp from "sharp";
import { sentenceOf } from "../files/refusal.ts";
import { type Assay, type AssayRequest, assay } from "./assay.ts";
import type { AssayAnswer } from "./assayProcess.ts";
import type { Guarded } from "./guard.ts";
import type { GuardLimits } from "./guardWords.ts";
import { reject } from "./opinion.ts";

// No picture is decoded twice, and a pool has a process for each core that it may use.
sharp.cache(false);
sharp.concurrency(1);

// Ctrl-C in a terminal reaches every process of the group; the daemon decides when this one ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", () => process.exit(0));

let work: Promise<void> = Promise.resolve();
let files = 0;
/** The number of the file that is worked on, for the guard; 0 between files. */
const file = new Int32Array(new SharedArrayBuffer(4));
process.on("message", (message: AssayRequest | GuardLimits) => {
  if ("residentBytes" in message) watch(message);
  else {
    work = work.then(async () => {
      Atomics.store(file, 0, ++files);
      const answer = await answerTo(message);
      Atomics.store(file, 0, 0);
      process.send?.(answer);
    });
  }
});
process.send?.("ready");

function watch(limits: GuardLimits): void {
  const guard = new Worker(new URL("./guard.ts", import.meta.url), {
    workerData: { ...limits, parent: process.ppid, file } satisfies Guarded,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  guard.unref();
}

async function answerTo(request: AssayRequest): Promise<AssayAnswer> {
  try {
    return { assay: await assay(request) };
  } catch (error) {
    // The disk's failures are not the file's fault; whatever else was thrown came from what is in the file.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) return { failure: sentenceOf(error) };
    return { assay: unjudgeable(sentenceOf(error)) };
  }
}

function unjudgeable(sentence: string): Assay {
  const detail = `The file could not be judged: ${sentence}`;
  return {
    inspection: { mediaType: "application/octet-stream", sizeBytes: 0, reason: "unreadable", detail },
    opinion: reject("unreadable", detail),
  };
}
