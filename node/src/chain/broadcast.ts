import { type Hex, HttpRequestError, keccak256, type PublicClient, TimeoutError } from "viem";

/** Whether the chain took signed bytes; when not, the node's own words. */
export type BroadcastOutcome = { accepted: true } | { accepted: false; reason: string };

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
    if (error instanceof HttpRequestError || error instanceof TimeoutError) throw error;
    const known = await client.request({ method: "eth_getTransactionByHash", params: [keccak256(raw)] });
    if (known !== null) return { accepted: true };
    return { accepted: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
