/** The demo's people: the local accounts of the sdk, with names to tell a story by. */
import {
  LOCAL_CHAIN_ID,
  type LocalRole,
  localAccounts,
  localPrivateKey,
} from "@openledger/sdk/localAccounts";
import type { HDAccount } from "viem/accounts";

/** A person of the demo. */
export interface Person {
  name: string;
  account: HDAccount;
  privateKey: `0x${string}`;
}

const contributorNames = ["Ada", "Ben", "Chloe", "Dmitri", "Emeka", "Farah", "Goro", "Hana"];

function people(role: LocalRole, name: (index: number) => string): Person[] {
  return localAccounts(LOCAL_CHAIN_ID, role).map((local, index) => ({
    name: name(index),
    account: local.account,
    privateKey: localPrivateKey(local),
  }));
}

function single(role: LocalRole, name: string): Person {
  const [person] = people(role, () => name);
  if (!person) throw new Error(`The sdk has no local account for ${role}.`);
  return person;
}

/** Deploys, and governs the local chain. */
export const deployer = single("governance", "governance");
/** Pays the gas of relayed submissions. */
export const relayer = single("relayer", "gateway");
/** Eight people who contribute files. */
export const contributors = people(
  "contributor",
  (index) => contributorNames[index] ?? `contributor-${index + 1}`,
);
/** Those of them who hold OPEN to appeal with. */
export const appellants = contributors.filter(({ name }) => ["Chloe", "Emeka", "Goro"].includes(name));
/** Seven people who validate. */
export const validators = people("validator", (index) => `validator-${index + 1}`);
/** Three trainer nodes. */
export const trainers = people("trainer", (index) => `trainer-${index + 1}`);
/** Posts training jobs. */
export const builder = single("builder", "builder");
/** Owns the Datanets. */
export const datanetOwner = single("datanetOwner", "owner");
/** Serves the models. */
export const chatServer = single("chat", "chat");

const everybody = [
  deployer,
  relayer,
  ...contributors,
  ...validators,
  ...trainers,
  builder,
  datanetOwner,
  chatServer,
];

/** The name of a demo account, or the shortened address. */
export function nameOf(address: string): string {
  const found = everybody.find(({ account }) => account.address.toLowerCase() === address.toLowerCase());
  return found?.name ?? `${address.slice(0, 6)}…${address.slice(-4)}`;
}
