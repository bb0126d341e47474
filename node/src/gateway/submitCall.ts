import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import type { SubmitCall } from "@openledger/sdk/gasPayment";
import type { Submission } from "@openledger/sdk/typedData";
import { encodeFunctionData, type Hex } from "viem";
import type { Chain } from "../chain/chain.ts";

/**
 * The call that puts a signed submission before the court.
 *
 * @param listProof That the contributor is on the Datanet's list; empty for one that is open to all.
 */
export function submitCall(
  chain: Pick<Chain, "addresses">,
  submission: Submission,
  signature: Hex,
  listProof: readonly Hex[],
): SubmitCall {
  const data =
    listProof.length === 0
      ? encodeFunctionData({ abi: datanetsAbi, functionName: "submit", args: [submission, signature] })
      : encodeFunctionData({
          abi: datanetsAbi,
          functionName: "submitListed",
          args: [submission, signature, listProof],
        });
  return { to: chain.addresses.datanets, data };
}
