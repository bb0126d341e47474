import { type Address, type Client, erc20Abi } from "viem";
import { readContract } from "viem/actions";
import { vaultAbi } from "../abi/vault.ts";
import type { Addresses } from "../addresses.ts";

/** What an address has earned, and what of it waits to be claimed. */
export type Earnings = { earnedWei: bigint; claimedWei: bigint; claimableWei: bigint };

/** An address's earnings over all Datanets, dockets and jobs. */
export async function readEarnings(
  client: Client,
  { addresses, account }: { addresses: Pick<Addresses, "vault">; account: Address },
): Promise<Earnings> {
  const [earnedWei, claimedWei] = await readContract(client, {
    address: addresses.vault,
    abi: vaultAbi,
    functionName: "earnedBy",
    args: [account],
  });
  return { earnedWei, claimedWei, claimableWei: earnedWei - claimedWei };
}

/** The money of an account of the Vault; a Datanet's is `{ controller: addresses.datanets, id: datanet }`. */
export async function readVaultAccount(
  client: Client,
  {
    addresses,
    controller,
    id,
  }: { addresses: Pick<Addresses, "vault">; controller: Address; id: number | bigint },
): Promise<{ availableWei: bigint; reservedWei: bigint }> {
  const [availableWei, reservedWei] = await readContract(client, {
    address: addresses.vault,
    abi: vaultAbi,
    functionName: "accountOf",
    args: [controller, BigInt(id)],
  });
  return { availableWei, reservedWei };
}

/** The OPEN that an address holds. */
export function readOpenBalance(
  client: Client,
  { addresses, account }: { addresses: Pick<Addresses, "openToken">; account: Address },
): Promise<bigint> {
  return readContract(client, {
    address: addresses.openToken,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [account],
  });
}

/** The OPEN that a spender, such as the Vault, may still take from an address. */
export function readOpenAllowance(
  client: Client,
  {
    addresses,
    account,
    spender,
  }: { addresses: Pick<Addresses, "openToken">; account: Address; spender: Address },
): Promise<bigint> {
  return readContract(client, {
    address: addresses.openToken,
    abi: erc20Abi,
    functionName: "allowance",
    args: [account, spender],
  });
}
