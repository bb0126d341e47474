import { cidOfDigest } from "@openledger/sdk/cid";
import { Problem } from "@openledger/sdk/problem";
import { parseReport, reportDigest } from "@openledger/sdk/report";
import { queryOptions } from "@tanstack/react-query";
import type { Hex } from "viem";
import { fetchAnswer } from "./gateway.ts";

/** What a trainer published about a run, by the digest that stands on the chain, and checked against it. */
export const reportQuery = (digest: Hex) =>
  queryOptions({
    queryKey: ["report", digest],
    queryFn: async ({ signal }) => {
      const response = await fetchAnswer(`/ipfs/${cidOfDigest(digest)}`, { signal });
      const report = parseReport(await response.json());
      if (reportDigest(report) === digest.toLowerCase()) return report;
      throw new Problem(
        "wrong-digest",
        "The gateway served another report than the attested one.",
        "Use another gateway.",
      );
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
