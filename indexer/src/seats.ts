import { type Context, ponder } from "ponder:registry";
import { pool as pools, seatChange, seat as seats, validator as validators } from "ponder:schema";
import { COMPUTE } from "@openledger/sdk/pools";
import { and, desc, eq, lte } from "ponder";
import { type Address, isAddressEqual, zeroAddress } from "viem";
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

/** Seat `holder` at a position, or nobody (zero); whoever sat there before loses the seat. */
async function sit(
  context: Context,
  change: { pool: number; position: number; moment: bigint; time: bigint; holder: Address },
): Promise<void> {
  const { pool, position, moment, time, holder } = change;
  const id = seatId(pool, position);
  const before = (await context.db.find(seats, { id }))?.holder ?? zeroAddress;
  const row = { id, pool, position, holder, moment };
  await context.db.insert(seats).values(row).onConflictDoUpdate(row);
  const changeRow = { id: `${id}-${moment}`, pool, position, moment, holder, time };
  await context.db.insert(seatChange).values(changeRow).onConflictDoUpdate(changeRow);
  const count = async (address: Address, by: number) => {
    if (isAddressEqual(address, zeroAddress)) return;
    await changeValidator(context, { pool, holder: address, time }, (one) => ({ seats: one.seats + by }));
  };
  await count(before, -1);
  await count(holder, 1);
  const { seats: taken } = await poolRow(context, pool);
  const occupied = (address: Address) => (isAddressEqual(address, zeroAddress) ? 0 : 1);
  await context.db
    .update(pools, { id: pool })
    .set({ moment, seats: taken + occupied(holder) - occupied(before) });
}

ponder.on("Seats:SeatTaken", async ({ event, context }) => {
  const { pool, holder, position, moment } = event.args;
  await sit(context, { pool, position, holder, moment: BigInt(moment), time: event.block.timestamp });
});

ponder.on("Seats:SeatLeft", async ({ event, context }) => {
  const { pool, position, moment } = event.args;
  const time = event.block.timestamp;
  await sit(context, { pool, position, holder: zeroAddress, moment: BigInt(moment), time });
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
  await changeValidator(context, key, (row) => ({ thawingWei: row.thawingWei - amountWei }));
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

ponder.on("Seats:Locked", async ({ event, context }) => {
  const { holder, amountWei } = event.args;
  const key = { pool: COMPUTE, holder, time: event.block.timestamp };
  await changeValidator(context, key, (row) => ({ lockedWei: row.lockedWei + amountWei }));
});

ponder.on("Seats:Unlocked", async ({ event, context }) => {
  const { holder, amountWei } = event.args;
  const key = { pool: COMPUTE, holder, time: event.block.timestamp };
  await changeValidator(context, key, (row) => ({ lockedWei: row.lockedWei - amountWei }));
});
