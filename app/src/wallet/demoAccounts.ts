import type { DemoAccount } from "@openledger/sdk/localAccounts";
import { anvil } from "viem/chains";

/** The roles that a person may play. Daemons keep their own accounts to themselves: two senders of one account would race. */
const PLAYABLE = ["contributor", "builder", "datanetOwner"] as const;

/** The demo accounts of the local chain. The word list behind them is large, so it is loaded only when asked for. */
export async function loadDemoAccounts(): Promise<DemoAccount[]> {
  const { localAccounts } = await import("@openledger/sdk/localAccounts");
  return PLAYABLE.flatMap((role) => localAccounts(anvil.id, role));
}
