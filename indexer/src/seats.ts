import { type Context, ponder } from "ponder:registry";
import { pool as pools, seatChange, seat as seats, validator as validators } from "ponder:schema";
import { and, desc, eq, lte } from "ponder";
import { type Address, zeroAddress } from "viem";
import { seatId, validatorId } from "../rules/ids.ts";
import { poolRow } from "./pools.ts";
import { record } from "./record.ts";

type Validator = typeof validators.$inferSelect;

/** Change a holder's row in a pool, making it at its first sign. */
export async function changeValidator(
  context: Context,
  key: { pool: number; holder: Address; time: bigint },
  change: (row: Validator) => Partial<Validator>,
): Promise<void> {
  const id = validatorId(key.pool, key.holder);
  const row = (await context.db.find(validators, { id })) ?? emptyValidator(id, key);
  const changed = { ...row, ...change(row) };
  await context.db.insert(validators).values(changed).onConflictDoUpdate(changed);
}

function emptyValidator(id: string, key: { pool: number; holder: Address; time: bigint }): Validator {
  return {
    id,
    pool: key.pool,
    holder: key.holder,
    activeWei: 0n,
    lockedWei: 0n,
    thawingWei: 0n,
    thawsAt: 0n,
    seats: 0,
    drawn: 0,
    commits: 0,
    reveals: 0,
    coherent: 0,
    absences: 0,
    earnedWei: 0n,
    slashedWei: 0n,
    since: key.time,
  };
}

/** Who sat at a position when the pool's change counter stood at `moment`. */
export async function holderAt(
  context: Context,
  pool: number,
  position: number,
  moment: bigint,
): Promise<Address> {
  const now = await context.db.find(seats, { id: seatId(pool, position) });
  if (now === null) return zeroAddress;
  if (now.moment <= moment) return now.holder;
  const [then] = await context.db.sql
    .select({ holder: seatChange.holder })
    .from(seatChange)
    .where(and(eq(seatChange.pool, pool), eq(seatChange.position, position), lte(seatChange.moment, moment)))
    .orderBy(desc(seatChange.moment))
    .limit(1);
  return then?.holder ?? zeroAddress;
}

type SeatChange = { pool: number; position: number; moment: bigint; time: bigint; holder: Address };

/** Note who sits at a position from now on; zero for nobody. */
async function seatHolder(context: Context, change: SeatChange): Promise<void> {
  const { pool, position, moment, time, holder } = change;
  const id = seatId(pool, position);
  const row = { pool, position, holder, moment };
  await context.db
    .insert(seats)
    .values({ id, ...row })
    .onConflictDoUpdate(row);
  await context.db.insert(seatChange).values({ id: `${id}-${moment}`, ...row, time });
}

ponder.on("Seats:SeatTaken", async ({ event, context }) => {
  const { pool, holder, position } = event.args;
  const moment = BigInt(event.args.moment);
  const time = event.block.timestamp;
  await seatHolder(context, { pool, position, moment, time, holder });
  const { seats: taken } = await poolRow(context, pool);
  // A position below the end is filled by the holder of the last seat, whose number of seats stays.
  if (position < taken) return;
  await context.db.update(pools, { id: pool }).set({ moment, seats: position + 1 });
  await changeValidator(context, { pool, holder, time }, (row) => ({ seats: row.seats + 1 }));
});

ponder.on("Seats:SeatLeft", async ({ event, context }) => {
  const { pool, holder } = event.args;
  const moment = BigInt(event.args.moment);
  const time = event.block.timestamp;
  // Whichever position was left, the last one is empty afterwards.
  const last = (await poolRow(context, pool)).seats - 1;
  await seatHolder(context, { pool, position: last, moment, time, holder: zeroAddress });
  await context.db.update(pools, { id: pool }).set({ moment, seats: last });
  await changeValidator(context, { pool, holder, time }, (row) => ({ seats: row.seats - 1 }));
});

ponder.on("Seats:Staked", async ({ event, context }) => {
  const { pool, holder, amountWei } = event.args;
  const key = { pool, holder, time: event.block.timestamp };
  await changeValidator(context, key, (row) => ({ activeWei: row.activeWei + amountWei }));
  await record(context, event, { kind: "STAKED", account: holder, pool, amountWei });
});

ponder.on("Seats:Unstaked", async ({ event, context }) => {
  const { pool, holder, amountWei, thawsAt } = event.args;
  const key = { pool, holder, time: event.block.timestamp };
  await changeValidator(context, key, (row) => ({
    activeWei: row.activeWei - amountWei,
    thawingWei: row.thawingWei + amountWei,
    thawsAt: BigInt(thawsAt),
  }));
  await record(context, event, { kind: "UNSTAKED", account: holder, pool, amountWei });
});

ponder.on("Seats:Withdrawn", async ({ event, context }) => {
  const { pool, holder, amountWei } = event.args;
  const key = { pool, holder, time: event.block.timestamp };
  await changeValidator(context, key, (row) => ({
    thawingWei: row.thawingWei - amountWei,
    thawsAt: 0n,
  }));
});

ponder.on("Seats:Slashed", async ({ event, context }) => {
  const { pool, holder, amountWei } = event.args;
  const key = { pool, holder, time: event.block.timestamp };
  await changeValidator(context, key, (row) => {
    const thawingWei = amountWei > row.activeWei ? amountWei - row.activeWei : 0n;
    return {
      activeWei: row.activeWei - (amountWei - thawingWei),
      thawingWei: row.thawingWei - thawingWei,
      slashedWei: row.slashedWei + amountWei,
    };
  });
  await record(context, event, { kind: "SLASHED", account: holder, pool, amountWei });
});
