import { cidOfDigest } from "@openledger/sdk/cid";
import { readJobSpec } from "@openledger/sdk/jobSpec";
import { queryOptions } from "@tanstack/react-query";
import type { Hex } from "viem";
import { fetchAnswer } from "./gateway.ts";

/** A job's spec by its digest, checked against it. Content never changes, so it is read once. */
export const specQuery = (specDigest: Hex) =>
  queryOptions({
    queryKey: ["spec", specDigest],
    queryFn: async ({ signal }) => {
      const response = await fetchAnswer(`/ipfs/${cidOfDigest(specDigest)}`, { signal });
      return readJobSpec(new Uint8Array(await response.arrayBuffer()), specDigest);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
