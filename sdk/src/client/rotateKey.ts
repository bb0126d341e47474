import { type Address, type Client, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import { datanetsAbi } from "../abi/datanets.ts";
import { vaultAbi } from "../abi/vault.ts";
import type { Addresses } from "../addresses.ts";
import type { ContractCall } from "./call.ts";

type Where = { addresses: Pick<Addresses, "datanets"> };

/**
 * The old key asks to be replaced. After `readContributorRules(…).rotationSeconds` the new key accepts; until it has,
 * the old key may cancel.
 *
 * @param newKey An address that has never been a contributor.
 * @example
 * await oldWallet.writeContract(rotateKey({ addresses, newKey }));
 */
export function rotateKey({ addresses, newKey }: Where & { newKey: Address }): ContractCall {
  return { address: addresses.datanets, abi: datanetsAbi, functionName: "rotateKey", args: [newKey] };
}

/** The old key takes its request back. */
export function cancelRotation({ addresses }: Where): ContractCall {
  return { address: addresses.datanets, abi: datanetsAbi, functionName: "cancelRotation", args: [] };
}

/** The new key takes the old one's place: score, unclaimed earnings and later credit come along. */
export function acceptRotation({ addresses, oldKey }: Where & { oldKey: Address }): ContractCall {
  return { address: addresses.datanets, abi: datanetsAbi, functionName: "acceptRotation", args: [oldKey] };
}

/**
 * By which key a contributor asked to be replaced, and from when that key may accept.
 *
 * @returns undefined when there is no such request.
 */
export async function readRotation(
  client: Client,
  { addresses, oldKey }: Where & { oldKey: Address },
): Promise<{ newKey: Address; readyAt: number } | undefined> {
  const [newKey, readyAt] = await readContract(client, {
    address: addresses.datanets,
    abi: datanetsAbi,
    functionName: "rotationOf",
    args: [oldKey],
  });
  return newKey === zeroAddress ? undefined : { newKey, readyAt };
}

/** The first key of a contributor, under which score and earnings stand, and the key that they have now. */
export async function readIdentity(
  client: Client,
  { addresses, key }: { addresses: Pick<Addresses, "vault">; key: Address },
): Promise<{ identity: Address; currentKey: Address }> {
  const vault = { address: addresses.vault, abi: vaultAbi } as const;
  const identity = await readContract(client, { ...vault, functionName: "identityOf", args: [key] });
  const currentKey = await readContract(client, { ...vault, functionName: "keyOf", args: [identity] });
  return { identity, currentKey };
}
