import type { JobSpec } from "@openledger/sdk/jobSpec";
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import type { Hex } from "viem";
import { adapterShapeQuery } from "./adapters.ts";
import { releasesQuery } from "./releases.ts";
import { reportQuery } from "./reports.ts";
import { specQuery } from "./specs.ts";

/** Earlier releases of a base that are looked at. */
const MOST_LOOKED_AT = 5;

/**
 * About how many parameters an adapter has: those of an earlier release on the same base and layers, times the ranks'
 * ratio. Null where there is no such release yet.
 */
export const adapterSizeQuery = (
  queries: QueryClient,
  baseDigest: Hex,
  lora: Pick<JobSpec["lora"], "rank" | "targets" | "useDora">,
) =>
  queryOptions({
    queryKey: ["adapter-size", baseDigest, lora.rank, lora.targets, lora.useDora],
    queryFn: async () => {
      const releases = await queries.ensureQueryData(releasesQuery());
      const candidates = releases.filter((release) => release.baseDigest === baseDigest);
      for (const release of candidates.slice(0, MOST_LOOKED_AT)) {
        const spec = await queries.ensureQueryData(specQuery(release.specDigest));
        if (spec.lora.targets !== lora.targets || spec.lora.useDora !== lora.useDora) continue;
        const report = await queries.ensureQueryData(reportQuery(release.reportDigest));
        const { parameters } = await queries.ensureQueryData(adapterShapeQuery(report.adapterCid));
        return Math.round((parameters * lora.rank) / spec.lora.rank);
      }
      return null;
    },
    retry: false,
    staleTime: 60_000,
  });
