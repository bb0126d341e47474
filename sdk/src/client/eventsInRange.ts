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
      if (to === from || !isRefusal(error)) throw error;
      size = (to - from + 1n) / 2n;
      continue;
    }
    yield { fromBlock: from, toBlock: to, events };
    from = to + 1n;
  }
}

/** A node that cannot be reached answers no smaller question either. */
function isRefusal(error: unknown): boolean {
  const name = (error as { name?: string }).name ?? "";
  const message = (error as { message?: string }).message ?? "";
  return (
    !/HttpRequestError|TimeoutError|SocketClosedError/.test(name) &&
    !/fetch failed|ECONNREFUSED/.test(message)
  );
}
