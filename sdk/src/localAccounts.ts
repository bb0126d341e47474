import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { Problem } from "./problem.ts";

/** The local chain's id; demo accounts exist nowhere else. */
export const LOCAL_CHAIN_ID = 31337;

/** The test mnemonic that every development chain knows. Everybody can spend what these accounts hold. */
export const LOCAL_MNEMONIC = "test test test test test test test test test test test junk";

/** What a demo account is for. */
export type LocalRole =
  | "governance"
  | "relayer"
  | "contributor"
  | "validator"
  | "trainer"
  | "builder"
  | "datanetOwner"
  | "chat";

/** First index and number of the accounts of each role. */
export const LOCAL_ROLES: Readonly<Record<LocalRole, { first: number; count: number }>> = {
  governance: { first: 0, count: 1 },
  relayer: { first: 1, count: 1 },
  contributor: { first: 2, count: 8 },
  validator: { first: 10, count: 7 },
  trainer: { first: 17, count: 3 },
  builder: { first: 20, count: 1 },
  datanetOwner: { first: 21, count: 1 },
  chat: { first: 22, count: 1 },
};

/** A demo account. Its key is public, which its label says. */
export type DemoAccount = { role: LocalRole; index: number; label: string; account: HDAccount };

/**
 * The demo accounts of a role.
 *
 * @throws {Problem} `local-only` on any chain but the local one, where these keys would be everybody's.
 * @example
 * const [first] = localAccounts(31337, "contributor");
 */
export function localAccounts(chainId: number, role: LocalRole): DemoAccount[] {
  requireLocal(chainId);
  const { first, count } = LOCAL_ROLES[role];
  return Array.from({ length: count }, (_, offset) => ({
    role,
    index: first + offset,
    label: `${count === 1 ? role : `${role} ${offset + 1}`} (local only)`,
    account: mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex: first + offset }),
  }));
}

/** Every demo account, by index. */
export function allLocalAccounts(chainId: number): DemoAccount[] {
  return (Object.keys(LOCAL_ROLES) as LocalRole[]).flatMap((role) => localAccounts(chainId, role));
}

/** The private key of a demo account, for the environment of a daemon of its own. */
export function localPrivateKey({ account }: DemoAccount): `0x${string}` {
  const key = account.getHdKey().privateKey;
  if (key === null)
    throw new Problem("no-key", "The demo account has no private key.", "Use an account of localAccounts.");
  return `0x${Array.from(key, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function requireLocal(chainId: number): void {
  if (chainId !== LOCAL_CHAIN_ID) {
    throw new Problem(
      "local-only",
      `Demo accounts exist on the local chain ${LOCAL_CHAIN_ID} only, not on chain ${chainId}.`,
      "Connect a wallet of your own.",
      { values: { chainId } },
    );
  }
}
