import type { SubmitCall } from "@openledger/sdk/gasPayment";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Hex } from "viem";
import { useConfig } from "wagmi";
import { readSubmitCall } from "../data/payment.ts";
import { sendCall } from "../wallet/sendCall.ts";
import { useDeployment } from "./deploymentContext.ts";

/** Send a submission from the connected wallet. The gateway sees it on the chain and publishes the files. */
export function usePayment(root: Hex) {
  const { chainId, addresses } = useDeployment();
  const config = useConfig();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (named: SubmitCall) =>
      sendCall(config, chainId, readSubmitCall(named, addresses.datanets, root)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["submission", root] }),
  });
}
