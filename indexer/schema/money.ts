/** What addresses earned and took home, and the feed of what happened. */
import { index, onchainTable } from "ponder";
import { eventKind, paymentKind } from "./enums.ts";

/** What an address has earned and taken home, over everything. */
export const account = onchainTable("account", (t) => ({
  address: t.hex().primaryKey(),
  earnedWei: t.bigint().notNull(),
  claimedWei: t.bigint().notNull(),
}));

/** An amount that an address earned. */
export const payment = onchainTable(
  "payment",
  (t) => ({
    id: t.text().primaryKey(),
    kind: paymentKind().notNull(),
    account: t.hex().notNull(),
    amountWei: t.bigint().notNull(),
    datanet: t.integer(),
    docket: t.doublePrecision(),
    job: t.integer(),
    time: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({ accountIndex: index().on(table.account) }),
);

/** An amount that left the Vault for the address that had earned it. */
export const claim = onchainTable(
  "claim",
  (t) => ({
    id: t.text().primaryKey(),
    account: t.hex().notNull(),
    amountWei: t.bigint().notNull(),
    time: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({ accountIndex: index().on(table.account) }),
);

/** An amount that left the Vault because its depositor took it back. */
export const withdrawal = onchainTable("withdrawal", (t) => ({
  /** `transaction-logIndex` */
  id: t.text().primaryKey(),
  controller: t.hex().notNull(),
  to: t.hex().notNull(),
  amountWei: t.bigint().notNull(),
  datanet: t.integer(),
  time: t.bigint().notNull(),
  transaction: t.hex().notNull(),
}));

/** What happened, newest last: facts only, the page writes the sentence. Ordered by `id`. */
export const event = onchainTable(
  "event",
  (t) => ({
    id: t.text().primaryKey(),
    kind: eventKind().notNull(),
    /** The address that acted or that it happened to. */
    account: t.hex(),
    pool: t.integer(),
    datanet: t.integer(),
    root: t.hex(),
    docket: t.doublePrecision(),
    job: t.integer(),
    release: t.integer(),
    amountWei: t.bigint(),
    time: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transaction: t.hex().notNull(),
  }),
  (table) => ({
    accountIndex: index().on(table.account),
    datanetIndex: index().on(table.datanet),
    docketIndex: index().on(table.docket),
    jobIndex: index().on(table.job),
  }),
);
