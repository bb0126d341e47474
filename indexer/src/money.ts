import { type Context, ponder } from "ponder:registry";
import {
  account as accounts,
  claim as claims,
  datanet as datanets,
  payment as payments,
  withdrawal as withdrawals,
} from "ponder:schema";
import { type Address, isAddressEqual } from "viem";
import { logId } from "../rules/ids.ts";
import { placeOf, record } from "./record.ts";

/** The contract that moved money, by what it moves money for. */
function kindOf(context: Context, controller: Address): "DATA" | "VOTE" | "TRAINING" | "OTHER" {
  const is = (name: "Datanets" | "Court" | "Training") => {
    const { address } = context.contracts[name];
    return typeof address === "string" && isAddressEqual(address, controller);
  };
  if (is("Datanets")) return "DATA";
  if (is("Court")) return "VOTE";
  return is("Training") ? "TRAINING" : "OTHER";
}

/** The Datanet of a Vault account, when it belongs to one. */
function datanetOf(context: Context, controller: Address, id: bigint): number | null {
  return kindOf(context, controller) === "DATA" ? Number(id) : null;
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

ponder.on("Vault:Earned", async ({ event, context }) => {
  const { controller, id, account, amountWei } = event.args;
  await context.db
    .insert(accounts)
    .values({ address: account, earnedWei: amountWei, claimedWei: 0n })
    .onConflictDoUpdate((row) => ({ earnedWei: row.earnedWei + amountWei }));
  await context.db.insert(payments).values({
    id: event.id,
    kind: kindOf(context, controller),
    account,
    amountWei,
    datanet: datanetOf(context, controller, id),
    ...placeOf(event),
  });
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
