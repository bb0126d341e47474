import { parametersAbi } from "@openledger/sdk/abi/parameters";
import { queryOptions } from "@tanstack/react-query";
import type { Deployment } from "./deployment.ts";

/** What one address may submit, as governance has set it. */
export const submissionLimitsQuery = ({ client, addresses, chainId }: Deployment) =>
  queryOptions({
    queryKey: ["submission-limits", chainId],
    queryFn: () =>
      client.readContract({
        address: addresses.parameters,
        abi: parametersAbi,
        functionName: "submissionLimits",
      }),
    staleTime: 300_000,
  });

/** How training jobs are leased and checked. */
export const trainingRulesQuery = ({ client, addresses, chainId }: Deployment) =>
  queryOptions({
    queryKey: ["training-rules", chainId],
    queryFn: () =>
      client.readContract({
        address: addresses.parameters,
        abi: parametersAbi,
        functionName: "trainingRules",
      }),
    staleTime: 300_000,
  });

/** What an appeal costs and pays, for each member of its committee. */
export const appealRulesQuery = ({ client, addresses, chainId }: Deployment) =>
  queryOptions({
    queryKey: ["appeal-rules", chainId],
    queryFn: () =>
      client.readContract({
        address: addresses.parameters,
        abi: parametersAbi,
        functionName: "appealRules",
      }),
    staleTime: 300_000,
  });
