import { type Context, ponder } from "ponder:registry";
import { pool as pools } from "ponder:schema";
import { POOLS } from "@openledger/sdk/pools";

/** A pool's row, made at the first sign of the pool. */
export async function poolRow(context: Context, id: number): Promise<typeof pools.$inferSelect> {
  const row = await context.db.find(pools, { id });
  return row ?? (await context.db.insert(pools).values({ id, seats: 0, moment: 0n }));
}

ponder.on("Parameters:setup", async ({ context }) => {
  for (const id of POOLS.keys()) await poolRow(context, id);
});

ponder.on("Parameters:PoolRulesSet", async ({ event, context }) => {
  await poolRow(context, event.args.pool);
  await context.db.update(pools, { id: event.args.pool }).set({ ...event.args.rules });
});
