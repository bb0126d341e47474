/** A process of its own around a journal, so that tests can kill it: sends one transaction and prints its hash. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { type Address, createPublicClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { openDatabase } from "../app/database.ts";
import { lockDirectory } from "../app/lock.ts";
import { Journal } from "../chain/journal.ts";

const { RPC_URL = "", DATA_DIR = "", PRIVATE_KEY = "", TO = "" } = process.env;
const lock = lockDirectory(DATA_DIR);
const journal = new Journal({
  client: createPublicClient({ chain: foundry, transport: http(RPC_URL, { retryCount: 0 }), cacheTime: 0 }),
  account: privateKeyToAccount(PRIVATE_KEY as `0x${string}`),
  database: openDatabase(join(DATA_DIR, "node.sqlite")),
  log: pino({ level: "silent" }),
  config: { CONFIRMATIONS: 1, REPLACE_AFTER_SECONDS: 60, MAX_FEE_GWEI: 1000 },
  signal: new AbortController().signal,
});
const receipt = journal.send({
  key: "pay",
  to: TO as Address,
  data: "0x",
  value: 1n,
  description: "Pay one wei",
});
let done = false;
receipt.finally(() => {
  done = true;
});
while (!done) {
  await journal.advance();
  await sleep(50);
}
process.stdout.write(`${(await receipt).transactionHash}\n`);
lock.release();
