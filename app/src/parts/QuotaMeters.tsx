import { DEFAULT_SUBMISSION_LIMITS } from "@openledger/sdk/quota";
import type { Quota } from "../data/account.ts";
import { countOf, formatBytes } from "../text/measures.ts";
import { formatDistance } from "../text/times.ts";
import { Meter } from "./Meter.tsx";
import { useChainTime } from "./useChainTime.ts";

type QuotaMetersProps = { quota: Quota; limits?: { filesPerDay: number; bytesPerDay: number } | undefined };

/** What an address may still submit today, and when that starts over. */
export function QuotaMeters({ quota, limits = DEFAULT_SUBMISSION_LIMITS }: QuotaMetersProps) {
  const now = useChainTime();
  return (
    <div className="stack-tight" data-testid="quota">
      <Meter
        label="Files left today"
        value={quota.filesLeft}
        maximum={limits.filesPerDay}
        text={`${countOf(quota.filesLeft, "file")} of ${limits.filesPerDay}`}
      />
      <Meter
        label="Size left today"
        value={quota.bytesLeft}
        maximum={limits.bytesPerDay}
        text={`${formatBytes(quota.bytesLeft)} of ${formatBytes(limits.bytesPerDay)}`}
      />
      <p className="small soft">
        Over all Datanets. Starts over at midnight UTC
        {now !== undefined && `, ${formatDistance(quota.resetsAt, now)}`}.
      </p>
    </div>
  );
}
