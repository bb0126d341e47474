import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import type { SubmitCall } from "@openledger/sdk/gasPayment";
import { Problem } from "@openledger/sdk/problem";
import { rootOfSubmission } from "@openledger/sdk/submission";
import { type Abi, type Address, decodeFunctionData, type Hex } from "viem";
import type { Call } from "../wallet/sendCall.ts";

/**
 * Read the call that a gateway names for paying oneself, and make sure that it does no more than put this submission
 * before the court: a wallet shows its owner little more than bytes.
 *
 * @throws {Problem} `other-call` when it goes to another contract, calls something else or is about another submission.
 */
export function readSubmitCall(named: SubmitCall, datanets: Address, root: Hex): Call {
  try {
    const { functionName, args } = decodeFunctionData({ abi: datanetsAbi, data: named.data });
    const isSubmission = functionName === "submit" || functionName === "submitListed";
    if (
      isSubmission &&
      named.to.toLowerCase() === datanets.toLowerCase() &&
      rootOfSubmission(args[0]).toLowerCase() === root.toLowerCase()
    )
      return { address: datanets, abi: datanetsAbi as Abi, functionName, args };
  } catch {
    // What cannot be read is no call of this contract.
  }
  throw new Problem(
    "other-call",
    "The gateway named a transaction that is not the one for this submission.",
    "Do not send it. Contribute over another gateway, and tell whoever runs this one.",
  );
}
