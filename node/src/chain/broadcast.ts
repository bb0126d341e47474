import { explainError } from "@openledger/sdk/errors";
import { BaseError, type Hex, keccak256, type PublicClient } from "viem";
import { isUnreachable } from "./unreachable.ts";

/** Whether the chain took signed bytes; when not, the node's own words and what they mean. */
export type BroadcastOutcome = { accepted: true } | { accepted: false; reason: string; sentence: string };

/**
 * Gives signed bytes to the chain. Giving the same bytes twice is the same as once: a node that already knows them
 * answers with an error, and what counts is whether it knows them, not how it words that.
 *
 * @throws when the node cannot be reached.
 */
export async function broadcast(client: PublicClient, raw: Hex): Promise<BroadcastOutcome> {
  try {
    await client.request({ method: "eth_sendRawTransaction", params: [raw] }, { retryCount: 0 });
    return { accepted: true };
  } catch (error) {
    if (isUnreachable(error)) throw error;
    const known = await client.request({ method: "eth_getTransactionByHash", params: [keccak256(raw)] });
    if (known !== null) return { accepted: true };
    const reason = error instanceof BaseError ? error.details || error.shortMessage : String(error);
    return { accepted: false, reason, sentence: explainError(error).sentence };
  }
}
