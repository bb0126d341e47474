import { Worker } from "node:worker_threads";
import type { ReasonKey } from "@openledger/sdk/reasons";
import { Refusal, sentenceOf } from "./refusal.ts";

const TIME_LIMIT_MS = 30_000;

/** The text of a PDF or Word document. Throws a Refusal when it cannot be read or a PDF has no text layer. */
export async function documentText(path: string, kind: "pdf" | "docx"): Promise<string> {
  const text = await readInThread(path, kind);
  if (text.trim() === "") {
    throw kind === "pdf"
      ? new Refusal(
          "no-text-layer",
          "The PDF holds no text, only pictures of it. Run text recognition first.",
        )
      : new Refusal("empty", "The document holds no text.");
  }
  return text;
}

function readInThread(path: string, kind: "pdf" | "docx"): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./document-worker.ts", import.meta.url), {
      workerData: { path, kind },
      resourceLimits: { maxOldGenerationSizeMb: 512 },
      // PDF.js writes its warnings about odd fonts to the console; they are not for the node's log.
      stdout: true,
      stderr: true,
    });
    const timer = setTimeout(() => {
      reject(new Refusal("unreadable", "Reading the document took longer than 30 seconds."));
      void worker.terminate();
    }, TIME_LIMIT_MS);
    worker.once("message", (answer: { text: string } | { reason: ReasonKey; detail: string }) => {
      clearTimeout(timer);
      if ("text" in answer) resolve(answer.text);
      else reject(new Refusal(answer.reason, answer.detail));
      void worker.terminate();
    });
    worker.once("error", (error) => {
      clearTimeout(timer);
      reject(new Refusal("unreadable", `The document could not be read: ${sentenceOf(error)}`));
    });
  });
}
