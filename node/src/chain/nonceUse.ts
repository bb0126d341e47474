import type { Address, Hash, PublicClient } from "viem";

/** The block in which an account's nonce was used up. */
export interface NonceUse {
  block: bigint;
  /** The transaction that used it; undefined when it was none of the account's own, such as an EIP-7702 authorization. */
  hash: Hash | undefined;
}

/**
 * Finds what used a nonce of an account, by the account's counts at earlier blocks: first in growing steps back from the
 * newest block, then by halving. It takes about 2 log2(n) requests for a block n blocks ago.
 *
 * @returns undefined when the nonce is not used as of `head`.
 * @throws what the node answered, when it does not keep counts of blocks that old.
 */
export async function findNonceUse(
  client: PublicClient,
  account: Address,
  nonce: number,
  head: bigint,
): Promise<NonceUse | undefined> {
  const isUsedAt = async (blockNumber: bigint) =>
    (await client.getTransactionCount({ address: account, blockNumber })) > nonce;
  if (!(await isUsedAt(head))) return undefined;
  let used = head;
  let free = head;
  for (let step = 1n; free > 0n; step *= 2n) {
    free = free > step ? free - step : 0n;
    if (!(await isUsedAt(free))) break;
    used = free;
  }
  while (used - free > 1n) {
    const middle = (used + free) / 2n;
    if (await isUsedAt(middle)) used = middle;
    else free = middle;
  }
  const { transactions } = await client.getBlock({ blockNumber: used, includeTransactions: true });
  const own = transactions.find(
    (one) => one.from.toLowerCase() === account.toLowerCase() && one.nonce === nonce,
  );
  return { block: used, hash: own?.hash };
}
