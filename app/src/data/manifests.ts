import { cidOfDigest } from "@openledger/sdk/cid";
import { queryOptions } from "@tanstack/react-query";
import type { Hex } from "viem";
import { fetchAnswer, getJson } from "./gateway.ts";

/** The part of a manifest that a page shows. */
export type ShownManifest = {
  files: { name: string; mediaType: string; sizeBytes: number; sha256: Hex; cid: string }[];
};

/** A published manifest by its digest. Content never changes, so it is read once. */
export const manifestQuery = (manifestDigest: Hex) =>
  queryOptions({
    queryKey: ["manifest", manifestDigest],
    queryFn: ({ signal }) => getJson<ShownManifest>(`/ipfs/${cidOfDigest(manifestDigest)}`, signal),
    enabled: manifestDigest.length === 66,
    staleTime: Number.POSITIVE_INFINITY,
    // A submission is in the index a moment before its gateway has published its manifest.
    retry: 6,
    retryDelay: 2_000,
  });

/** How much of a text file a preview reads. */
const PREVIEW_CHARACTERS = 2_000;

/** The beginning of a text file. */
export const textPreviewQuery = (cid: string) =>
  queryOptions({
    queryKey: ["text-preview", cid],
    queryFn: async ({ signal }) => {
      const text = await (await fetchAnswer(`/ipfs/${cid}`, { signal })).text();
      return { text: text.slice(0, PREVIEW_CHARACTERS), cut: text.length > PREVIEW_CHARACTERS };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
