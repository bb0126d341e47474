import type { DemoAccount } from "@openledger/sdk/localAccounts";
import { type Chain, createWalletClient, http } from "viem";
import { createConnector } from "wagmi";
import { loadDemoAccounts } from "./demoAccounts.ts";

const CHOICE = "openledger.demoAccount";

/** The connector's id, by which the wallet menu knows it. */
export const DEMO_CONNECTOR_ID = "demo";

/** Remember which demo account the next connection uses. */
export function chooseDemoAccount(index: number): void {
  localStorage.setItem(CHOICE, String(index));
}

/**
 * A wallet for the local chain alone, backed by the public test mnemonic: it signs in the page, without asking.
 * It must never be offered on another chain.
 */
export function demoConnector(chain: Chain) {
  return createConnector<unknown>((config) => {
    let chosen: DemoAccount["account"] | undefined;

    async function open() {
      if (chosen) return chosen;
      const accounts = await loadDemoAccounts();
      const wanted = Number(localStorage.getItem(CHOICE));
      const found = accounts.find(({ index }) => index === wanted) ?? accounts[0];
      if (!found) throw new Error("The local chain has no demo account.");
      chosen = found.account;
      return chosen;
    }
    const client = async () =>
      createWalletClient({
        account: await open(),
        chain,
        transport: http(chain.rpcUrls.default.http[0]),
        pollingInterval: 500,
      });

    return {
      id: DEMO_CONNECTOR_ID,
      name: "Demo account",
      type: DEMO_CONNECTOR_ID,
      async connect() {
        chosen = undefined;
        const { address } = await open();
        return { accounts: [address] as never, chainId: chain.id };
      },
      async disconnect() {
        chosen = undefined;
        localStorage.removeItem(CHOICE);
      },
      getAccounts: async () => [(await open()).address],
      getChainId: async () => chain.id,
      getProvider: client,
      getClient: client,
      isAuthorized: async () => localStorage.getItem(CHOICE) !== null,
      onAccountsChanged: () => undefined,
      onChainChanged: () => undefined,
      onDisconnect: () => config.emitter.emit("disconnect"),
    };
  });
}
