/** A thread that reads one PDF or Word document and ends: a hostile document can stall or fill only this thread. */
import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { checkArchive } from "./archive.ts";
import { Refusal, sentenceOf } from "./refusal.ts";

const { path, kind } = workerData as { path: string; kind: "pdf" | "docx" };

async function pdfText(bytes: Buffer): Promise<string> {
  const { extractText, getDocumentProxy } = await import("unpdf");
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  const { text } = await extractText(document, { mergePages: false });
  return text.join("\n\n");
}

async function docxText(bytes: Buffer): Promise<string> {
  checkArchive(bytes);
  const { default: mammoth } = await import("mammoth");
  return (await mammoth.extractRawText({ buffer: bytes })).value;
}

try {
  const bytes = await readFile(path);
  const text = kind === "pdf" ? await pdfText(bytes) : await docxText(bytes);
  parentPort?.postMessage({ text });
} catch (error) {
  const reason = error instanceof Refusal ? error.reason : "unreadable";
  parentPort?.postMessage({ reason, detail: sentenceOf(error) });
}
