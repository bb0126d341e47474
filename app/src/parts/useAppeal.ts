import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { Problem } from "@openledger/sdk/problem";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { erc20Abi, type Hex } from "viem";
import { useConfig } from "wagmi";
import { getConnection } from "wagmi/actions";
import { sendCall } from "../wallet/sendCall.ts";
import { useDeployment } from "./deploymentContext.ts";

/** Let the Vault take the bond where it may not yet, and appeal a submission's verdict. */
export function useAppeal(root: Hex) {
  const { chainId, addresses, client } = useDeployment();
  const config = useConfig();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (bondWei: bigint) => {
      const owner = getConnection(config).address;
      if (!owner) throw new Problem("no-wallet", "No wallet is connected.", "Connect one and try again.");
      const token = { address: addresses.openToken, abi: erc20Abi } as const;
      const args = [owner, addresses.vault] as const;
      const allowed = await client.readContract({ ...token, functionName: "allowance", args });
      if (allowed < bondWei) {
        await sendCall(config, chainId, {
          ...token,
          functionName: "approve",
          args: [addresses.vault, bondWei],
        });
      }
      await sendCall(config, chainId, {
        address: addresses.datanets,
        abi: datanetsAbi,
        functionName: "appeal",
        args: [root],
      });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["appeals", root] }),
  });
}
