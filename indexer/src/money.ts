import { type Context, ponder } from "ponder:registry";
import {
  account as accounts,
  claim as claims,
  datanet as datanets,
  contributorKey as keys,
  payment as payments,
  withdrawal as withdrawals,
} from "ponder:schema";
import { type Address, isAddressEqual } from "viem";
import { logId } from "../rules/ids.ts";
import { type Log, placeOf, record } from "./record.ts";

/** The Datanet of a Vault account, when it belongs to one. */
function datanetOf(context: Context, controller: Address, id: bigint): number | null {
  const { address } = context.contracts.Datanets;
  return typeof address === "string" && isAddressEqual(address, controller) ? Number(id) : null;
}

type Earning = Omit<typeof payments.$inferInsert, "id" | "time" | "block" | "transaction">;

/** Credit an account. The Vault itself tells of no earning: whoever pays says so in its own event, once an account. */
export async function earn(context: Context, log: Log, earning: Earning): Promise<void> {
  const { account, amountWei } = earning;
  if (amountWei === 0n) return;
  await context.db
    .insert(accounts)
    .values({ address: account, earnedWei: amountWei, claimedWei: 0n })
    .onConflictDoUpdate((row) => ({ earnedWei: row.earnedWei + amountWei }));
  await context.db.insert(payments).values({ id: `${log.id}-${account}`, ...placeOf(log), ...earning });
}

ponder.on("Vault:Deposited", async ({ event, context }) => {
  const { controller, id, from, amountWei } = event.args;
  const datanet = datanetOf(context, controller, id);
  if (datanet === null) return;
  await context.db.update(datanets, { id: datanet }).set((row) => ({
    fundedWei: row.fundedWei + amountWei,
    availableWei: row.availableWei + amountWei,
  }));
  await record(context, event, { kind: "DATANET_FUNDED", account: from, datanet, amountWei });
});

ponder.on("Vault:Withdrawn", async ({ event, context }) => {
  const { controller, id, to, amountWei } = event.args;
  const datanet = datanetOf(context, controller, id);
  const { time, transaction } = placeOf(event);
  const key = logId(transaction, event.log.logIndex);
  await context.db
    .insert(withdrawals)
    .values({ id: key, controller, to, amountWei, datanet, time, transaction });
  if (datanet === null) return;
  await context.db
    .update(datanets, { id: datanet })
    .set((row) => ({ availableWei: row.availableWei - amountWei }));
});

ponder.on("Vault:Credited", async ({ event, context }) => {
  const { account, amountWei } = event.args;
  await earn(context, event, { kind: "CREDIT", account, amountWei });
});

ponder.on("Vault:Rotated", async ({ event, context }) => {
  const { identity, oldKey, newKey, amountWei } = event.args;
  const since = event.block.timestamp;
  const retired = { identity, retired: true };
  await context.db
    .insert(keys)
    .values({ key: oldKey, ...retired, since })
    .onConflictDoUpdate(retired);
  await context.db.insert(keys).values({ key: newKey, identity, retired: false, since });
  // What moves counts as claimed by the old key and as earned by the new one.
  await context.db
    .insert(accounts)
    .values({ address: oldKey, earnedWei: 0n, claimedWei: amountWei })
    .onConflictDoUpdate((row) => ({ claimedWei: row.claimedWei + amountWei }));
  await earn(context, event, { kind: "ROTATION", account: newKey, amountWei });
  await record(context, event, { kind: "KEY_ROTATED", account: newKey, amountWei });
});

ponder.on("OpenToken:Transfer", async ({ event, context }) => {
  const { to: account, value: amountWei } = event.args;
  // OPEN leaves the Vault in two ways only; a withdrawal says so in the log right before its transfer.
  const before = logId(event.transaction.hash, event.log.logIndex - 1);
  if ((await context.db.find(withdrawals, { id: before })) !== null) return;
  await context.db
    .insert(accounts)
    .values({ address: account, earnedWei: 0n, claimedWei: amountWei })
    .onConflictDoUpdate((row) => ({ claimedWei: row.claimedWei + amountWei }));
  await context.db.insert(claims).values({ id: event.id, account, amountWei, ...placeOf(event) });
  await record(context, event, { kind: "CLAIMED", account, amountWei });
});
