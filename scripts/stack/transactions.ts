/** Sending a person's transactions on the local chain, several in one block. */

import { explainError } from "@openledger/sdk/errors";
import {
  type Abi,
  type Account,
  type Address,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  type PublicClient,
  type TransactionReceipt,
} from "viem";
import { anvil } from "viem/chains";

/** A call of a contract's function. */
export interface Call {
  to: Address;
  abi: Abi | readonly unknown[];
  functionName: string;
  args: readonly unknown[];
}

/** Enough for any call of the demo; estimating would fail for a call that needs the one before it. */
const gas = 1_500_000n;

function dataOf(call: Call): Hex {
  return encodeFunctionData({
    abi: call.abi as Abi,
    functionName: call.functionName,
    args: call.args as unknown[],
  });
}

/**
 * Sends calls of one account in order, without waiting between them, and waits for all.
 * @throws An error that says in a sentence why a call was refused.
 */
export async function sendAll(
  client: PublicClient,
  account: Account,
  calls: Call[],
): Promise<TransactionReceipt[]> {
  if (calls.length === 0) return [];
  const wallet = createWalletClient({ account, chain: anvil, transport: http(client.transport.url) });
  const first = await client.getTransactionCount({ address: account.address, blockTag: "pending" });
  const hashes: Hex[] = [];
  for (const [index, call] of calls.entries()) {
    hashes.push(await wallet.sendTransaction({ to: call.to, data: dataOf(call), nonce: first + index, gas }));
  }
  const receipts = await Promise.all(
    hashes.map((hash) => client.waitForTransactionReceipt({ hash, timeout: 60_000 })),
  );
  for (const [index, receipt] of receipts.entries()) {
    if (receipt.status === "success") continue;
    const call = calls[index];
    if (!call) continue;
    throw new Error(
      `${call.functionName} was refused: ${await refusal(client, account, call, receipt.blockNumber)}`,
    );
  }
  return receipts;
}

/** Why the chain refuses a call, in a sentence; undefined when it does not. */
export async function refusal(
  client: PublicClient,
  account: Account,
  call: Call,
  blockNumber?: bigint,
): Promise<string | undefined> {
  try {
    await client.call({
      account,
      to: call.to,
      data: dataOf(call),
      ...(blockNumber === undefined ? {} : { blockNumber }),
    });
    return undefined;
  } catch (error) {
    return explainError(error).sentence;
  }
}
