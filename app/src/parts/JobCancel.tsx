import { trainingAbi } from "@openledger/sdk/abi/training";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useConfig, useConnection } from "wagmi";
import type { Job } from "../data/jobs.ts";
import { sendCall } from "../wallet/sendCall.ts";
import { Amount } from "./Amount.tsx";
import { useDeployment } from "./deploymentContext.ts";
import { Failure } from "./Failure.tsx";

/** For a job that nobody finished in time: its poster takes the money back. */
export function JobCancel({ job, now }: { job: Job; now: number | undefined }) {
  const { addresses, chainId } = useDeployment();
  const config = useConfig();
  const { address } = useConnection();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () =>
      sendCall(config, chainId, {
        address: addresses.training,
        abi: trainingAbi,
        functionName: "cancel",
        args: [job.id],
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["job", job.id] }),
  });
  const late = job.status === "OPEN" && now !== undefined && now > job.deadline;
  if (!late || address?.toLowerCase() !== job.poster.toLowerCase()) return null;
  return (
    <div className="notice notice-warn">
      <p>
        <strong>Nobody finished this job in time.</strong> Take back{" "}
        <Amount wei={job.priceWei + job.checkFeeWei} />.
      </p>
      <button
        type="button"
        className="button button-small"
        disabled={cancel.isPending || cancel.isSuccess}
        onClick={() => cancel.mutate()}
      >
        {cancel.isPending ? "Taking it back…" : "Take the money back"}
      </button>
      {cancel.isError && <Failure error={cancel.error} />}
    </div>
  );
}
