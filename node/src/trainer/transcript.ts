import { readFile } from "node:fs/promises";
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
  for (const text of (await readFile(path, "utf8")).split("\n")) {
    if (text === "") continue;
    const line = parseLine(text);
    if (line === undefined || line.step !== lines.length + 1) return undefined;
    lines.push(line);
    head = sha256(concat([head, toHex(text)]));
  }
  return lines.length === expected.steps && head === expected.head ? lines : undefined;
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
