import type { Abi, Address, Client, ContractEventName, GetContractEventsReturnType } from "viem";
import { getContractEvents } from "viem/actions";

/** How many blocks one request asks for unless told otherwise; most public nodes allow this. */
export const DEFAULT_CHUNK_BLOCKS = 2_000n;

/** What to look for and where. */
export type EventsInRange<abi extends Abi, eventName extends ContractEventName<abi>> = {
  address: Address;
  abi: abi;
  eventName: eventName;
  args?: Record<string, unknown>;
  fromBlock: bigint;
  toBlock: bigint;
  chunkBlocks?: bigint;
};

/** Events of one kind, in the order of the chain. */
export type EventsOf<abi extends Abi, eventName extends ContractEventName<abi>> = GetContractEventsReturnType<
  abi,
  eventName,
  true,
  bigint,
  bigint
>;

/**
 * Events between two blocks, both included, asked for in bounded pieces. A piece that the node refuses is halved, down
 * to a single block.
 *
 * @throws What the node answered, when it refuses even a single block.
 * @example
 * const events = await eventsInRange(client, {
 *   address: court, abi: courtAbi, eventName: "Revealed", args: { docket: 4 }, fromBlock: 0n, toBlock: head,
 * });
 */
export async function eventsInRange<const abi extends Abi, eventName extends ContractEventName<abi>>(
  client: Client,
  parameters: EventsInRange<abi, eventName>,
): Promise<EventsOf<abi, eventName>> {
  const events: unknown[] = [];
  for await (const chunk of eventChunks(client, parameters)) events.push(...chunk.events);
  return events as EventsOf<abi, eventName>;
}

/** `eventsInRange`, piece by piece, for a reader that saves its progress. */
export async function* eventChunks<const abi extends Abi, eventName extends ContractEventName<abi>>(
  client: Client,
  parameters: EventsInRange<abi, eventName>,
): AsyncGenerator<{ fromBlock: bigint; toBlock: bigint; events: EventsOf<abi, eventName> }> {
  const { fromBlock, toBlock, chunkBlocks = DEFAULT_CHUNK_BLOCKS, ...filter } = parameters;
  let size = chunkBlocks;
  let from = fromBlock;
  while (from <= toBlock) {
    const to = from + size - 1n < toBlock ? from + size - 1n : toBlock;
    let events: EventsOf<abi, eventName>;
    try {
      events = (await getContractEvents(client, {
        ...filter,
        fromBlock: from,
        toBlock: to,
        strict: true,
      } as never)) as unknown as EventsOf<abi, eventName>;
    } catch (error) {
      // Nodes limit ranges or the size of an answer in their own words, so every refusal is met with a smaller range.
      if (to === from || !isRangeRefusal(error)) throw error;
      size = (to - from + 1n) / 2n;
      continue;
    }
    yield { fromBlock: from, toBlock: to, events };
    from = to + 1n;
  }
}

/** What a server says with these to any request, however small. */
const NOT_ABOUT_RANGE = [401, 403, 404, 408, 429];

/**
 * Whether a node refused a range of blocks that it might answer in smaller pieces. A node that cannot be reached, or was
 * asked too often, answers no smaller question either.
 */
export function isRangeRefusal(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause as Error) {
    const { name, code, status, message } = cause as Error & { code?: unknown; status?: unknown };
    if (name === "HttpRequestError") {
      return typeof status === "number" && status >= 400 && status < 500 && !NOT_ABOUT_RANGE.includes(status);
    }
    if (/TimeoutError|SocketClosedError|RestingError|OtherChainError|BlockNotFoundError/.test(name))
      return false;
    if (/fetch failed|ECONNREFUSED/.test(message)) return false;
    if (code === 429 || code === -32007 || /too many requests|rate limit|per second/i.test(message))
      return false;
  }
  return true;
}
