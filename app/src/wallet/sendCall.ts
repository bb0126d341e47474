import { Problem } from "@openledger/sdk/problem";
import type { Abi, Address, TransactionReceipt } from "viem";
import type { Config } from "wagmi";
import { getConnection, simulateContract, waitForTransactionReceipt, writeContract } from "wagmi/actions";
import { ensureChain } from "./ensureChain.ts";

/** A call that changes the chain. */
export type Call = { address: Address; abi: Abi; functionName: string; args: readonly unknown[] };

/**
 * Try a call, send it from the connected wallet and wait until it is mined.
 *
 * @throws Whatever the contract, the wallet or the chain refused with; `explainError` words it.
 */
export async function sendCall(config: Config, chainId: number, call: Call): Promise<TransactionReceipt> {
  await ensureChain(config, chainId);
  const { address: account } = getConnection(config);
  // The simulation gives the contract's own error; a wallet would only show that "the transaction may fail".
  await simulateContract(config, { ...call, ...(account ? { account } : {}) });
  const hash = await writeContract(config, call);
  const receipt = await waitForTransactionReceipt(config, { hash });
  if (receipt.status !== "success") {
    throw new Problem(
      "reverted",
      "The transaction was mined, but the contract refused it.",
      "Something changed in between. Reload the page and try again.",
      { values: { hash } },
    );
  }
  return receipt;
}
