import { trainingAbi } from "@openledger/sdk/abi/training";
import { type JobSpec, jobSpecDigest } from "@openledger/sdk/jobSpec";
import { Problem } from "@openledger/sdk/problem";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { erc20Abi, type Hex, parseEventLogs } from "viem";
import { useConfig } from "wagmi";
import { getConnection } from "wagmi/actions";
import { postJson } from "../data/gateway.ts";
import { sendCall } from "../wallet/sendCall.ts";
import { useDeployment } from "./deploymentContext.ts";

/** A job to post. */
export type NewJob = { spec: JobSpec; priceWei: bigint; totalWei: bigint; seconds: number };

/** Publish the spec, let the Vault take the total where it may not yet, post the job. Gives the job's number. */
export function usePostJob() {
  const { chainId, addresses, client } = useDeployment();
  const config = useConfig();
  const [stage, setStage] = useState("");
  const mutation = useMutation({
    mutationFn: async ({ spec, priceWei, totalWei, seconds }: NewJob): Promise<number> => {
      const owner = getConnection(config).address;
      if (!owner) throw new Problem("no-wallet", "No wallet is connected.", "Connect one and try again.");
      setStage("Publishing the spec");
      const specDigest = jobSpecDigest(spec);
      const published = await postJson<{ specDigest: Hex }>("/v1/specs", spec);
      if (published.specDigest.toLowerCase() !== specDigest) {
        throw new Problem(
          "other-spec",
          "The gateway published another spec than yours.",
          "Do not post this job; use another gateway.",
        );
      }
      const token = { address: addresses.openToken, abi: erc20Abi } as const;
      const allowed = await client.readContract({
        ...token,
        functionName: "allowance",
        args: [owner, addresses.vault],
      });
      if (allowed < totalWei) {
        setStage("Approving the total");
        await sendCall(config, chainId, {
          ...token,
          functionName: "approve",
          args: [addresses.vault, totalWei],
        });
      }
      setStage("Posting the job");
      const { timestamp } = await client.getBlock({ blockTag: "latest" });
      const deadline = Number(timestamp) + seconds;
      const receipt = await sendCall(config, chainId, {
        address: addresses.training,
        abi: trainingAbi,
        functionName: "post",
        args: [specDigest, spec.base.baseDigest, spec.parentRelease ?? 0, priceWei, deadline],
      });
      const [posted] = parseEventLogs({ abi: trainingAbi, eventName: "JobPosted", logs: receipt.logs });
      if (!posted)
        throw new Problem(
          "no-event",
          "The job was posted, but its number is not in the receipt.",
          "Look at the list of jobs.",
        );
      return Number(posted.args.job);
    },
  });
  return { ...mutation, stage };
}
