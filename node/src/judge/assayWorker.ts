/** The process that judges files one after the other: hostile ones can stall, fill or crash only this process. */
import { Worker } from "node:worker_threads";
import { sentenceOf } from "../files/refusal.ts";
import { type Assay, type AssayRequest, assay } from "./assay.ts";
import type { AssayAnswer } from "./assayProcess.ts";
import { reject } from "./opinion.ts";

// Ctrl-C in a terminal reaches every process of the group; the daemon decides when this one ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", () => process.exit(0));

let work: Promise<void> = Promise.resolve();
process.on("message", (message: AssayRequest | { residentBytes: number }) => {
  if ("residentBytes" in message) watch(message.residentBytes);
  else {
    work = work.then(async () => {
      const answer = await answerTo(message);
      process.send?.(answer);
    });
  }
});
process.send?.("ready");

function watch(residentBytes: number): void {
  const guard = new Worker(new URL("./memoryGuard.ts", import.meta.url), {
    workerData: { residentBytes, parent: process.ppid },
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
