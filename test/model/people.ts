import { type Address, type Hex, keccak256, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { print } from "./chain/reader.ts";
import type { Call } from "./reference/protocol.ts";

const accountOf = (name: string) => privateKeyToAccount(keccak256(stringToHex(name)));
const residentNames = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal"];
const freshNames = ["Ivy", "Joe", "Kim"];
const accounts = new Map([...residentNames, ...freshNames].map((name) => [name, accountOf(name)]));

/** Everybody who plays by name. */
const names = new Map<Address, string>([...accounts].map(([name, { address }]) => [address, name] as const));
export const residents = residentNames.map((name) => accounts.get(name)?.address as Address);
/** Keys with which nobody has done anything yet: somebody may rotate to them. */
export const freshKeys = freshNames.map((name) => accounts.get(name)?.address as Address);
export const everybody = [...residents, ...freshKeys];
export const governor = accountOf("the governor").address;
export const guardian = accountOf("the guardian").address;
names.set(governor, "the governor").set(guardian, "the guardian");

export const signerOf = (person: Address) => accounts.get(names.get(person) ?? "");

/** A text with people's names instead of their addresses. */
export function nameOf(text: string): string {
  return text
    .replaceAll(/0x[0-9a-fA-F]{40}\b/g, (address) => {
      const found = [...names].find(([known]) => known.toLowerCase() === address.toLowerCase());
      return found?.[1] ?? address;
    })
    .replaceAll(/0x[0-9a-f]{64,}/g, (hash) => `${hash.slice(0, 10)}…`);
}

export const nameValues = (values: unknown) => nameOf(print(values)).replace(/^[[{](.*)[\]}]$/s, "$1");

export function describeCall({ from, contract, function: name, args }: Call): string {
  return `${names.get(from)}: ${contract}.${name}(${nameValues(args)})`;
}

/** A hash that stands for something said. */
export const digest = (text: string): Hex => keccak256(stringToHex(text));
