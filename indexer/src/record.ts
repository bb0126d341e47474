import type { Context, Event } from "ponder:registry";
import { event as events } from "ponder:schema";

/** What a log handler knows of where it stands in the chain. */
export type Log = Pick<Event<"Court:Settled">, "id" | "block" | "transaction">;

type Facts = Omit<typeof events.$inferInsert, "id" | "time" | "block" | "transaction">;

/** Add a line to what happened. */
export async function record(context: Context, log: Log, facts: Facts): Promise<void> {
  await context.db.insert(events).values({ id: log.id, ...placeOf(log), ...facts });
}

/** Time, block and transaction of a log, as most rows keep them. */
export function placeOf(log: Log) {
  return { time: log.block.timestamp, block: log.block.number, transaction: log.transaction.hash };
}
