import { createReadStream } from "node:fs";
import { concat, type Hex, sha256, toHex } from "viem";

/** One step of a run, as its transcript tells it. */
export interface TranscriptLine {
  step: number;
  lossMicronats: number;
  /** The held-out loss after it, where it was measured. */
  evaluationMicronats: number | null;
  checkpointDigest: Hex | null;
  /** Rows that were computed at once. */
  microBatch: number;
}

/** No line is longer: seven names, a digest, and numbers of sixteen digits. */
const LONGEST_LINE = 512;

/**
 * The lines of a transcript file, when its hash chain leads from the recipe's digest to `head` over exactly `steps` steps.
 * Undefined when it does not.
 */
export async function readTranscript(
  path: string,
  expected: { recipeDigest: Hex; head: Hex; steps: number },
): Promise<TranscriptLine[] | undefined> {
  const lines: TranscriptLine[] = [];
  let head = expected.recipeDigest;
  for await (const text of textLines(path)) {
    if (text === "") continue;
    const line = text === undefined ? undefined : parseLine(text);
    if (text === undefined || line === undefined || line.step !== lines.length + 1) return undefined;
    // Whatever a stranger wrote behind the last step is not read.
    if (line.step > expected.steps) return undefined;
    lines.push(line);
    head = sha256(concat([head, toHex(text)]));
  }
  return lines.length === expected.steps && head === expected.head ? lines : undefined;
}

/**
 * What is wrong with how many rows a run says it computed at once; undefined when it began with whole batches and only
 * ever halved them, as a trainer whose memory runs out does.
 */
export function batchFault(lines: readonly TranscriptLine[], batchSize: number): string | undefined {
  let rows = batchSize;
  for (const { step, microBatch } of lines) {
    while (rows > 1 && rows !== microBatch) rows = Math.ceil(rows / 2);
    if (rows !== microBatch) return `step ${step} computed ${microBatch} rows at once`;
  }
  return undefined;
}

/** The lines of a file, and undefined in the place of one that is too long, after which there are no more. */
async function* textLines(path: string): AsyncGenerator<string | undefined> {
  let rest = "";
  for await (const piece of createReadStream(path, "utf8")) {
    const texts = `${rest}${piece}`.split("\n");
    rest = texts.pop() ?? "";
    for (const text of texts) yield text.length > LONGEST_LINE ? undefined : text;
    if (rest.length > LONGEST_LINE) {
      yield undefined;
      return;
    }
  }
  yield rest;
}

function parseLine(text: string): TranscriptLine | undefined {
  try {
    const line: TranscriptLine = JSON.parse(text);
    const isWhole =
      Number.isInteger(line.step) &&
      Number.isInteger(line.lossMicronats) &&
      Number.isInteger(line.microBatch) &&
      (line.evaluationMicronats === null || Number.isInteger(line.evaluationMicronats)) &&
      (line.checkpointDigest === null || /^0x[0-9a-f]{64}$/.test(line.checkpointDigest));
    return isWhole ? line : undefined;
  } catch {
    return undefined;
  }
}
