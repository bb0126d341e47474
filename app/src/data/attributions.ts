import { Problem } from "@openledger/sdk/problem";
import type { Hex } from "viem";
import { authorization, type Message } from "./completions.ts";
import { fetchAnswer } from "./gateway.ts";

/** Which data shaped an answer. Shares are in millionths of the whole. */
export type Attribution = {
  method: string;
  /** By file, the largest share first. */
  shares: { sha256: Hex; sharePpm: number }[];
  /** The records that shaped it most, with what stands word for word in the answer too. */
  examples: {
    sha256: Hex;
    index: number;
    sharePpm: number;
    text: string;
    /** Words that stand in both: as the answer writes them, and where they begin in answer and record. */
    spans: { text: string; answer: number; example: number }[];
  }[];
};

/**
 * Ask which data shaped an answer of a release.
 *
 * @returns undefined when the release keeps no index of its data.
 */
export async function fetchAttribution(
  asked: { release: number; messages: Message[]; answer: string },
  apiKey: string,
  signal: AbortSignal,
): Promise<Attribution | undefined> {
  try {
    const response = await fetchAnswer("/chat/v1/attributions", {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization(apiKey) },
      body: JSON.stringify(asked),
      signal,
    });
    return (await response.json()) as Attribution;
  } catch (error) {
    if (error instanceof Problem && error.code === "no-attribution-index") return undefined;
    throw error;
  }
}
