import { createHash } from "node:crypto";
import type { Dataset } from "@openledger/sdk/jobSpec";
import type { Hex } from "viem";
import type { ChatModel } from "./chatEngine.ts";

/** What gave an answer. */
interface Provenance {
  /** Null when a base answered without an adapter. */
  release: number | null;
  model: number | null;
  base: string;
  baseDigest: Hex | null;
  adapterDigest: Hex | null;
  datasets: readonly Dataset[];
}

/** What gives the answers of a model: release, adapter, base and the data that it was trained on. */
export function provenanceOf(model: ChatModel): Provenance {
  return {
    release: model.release === 0 ? null : model.release,
    model: model.model === 0 ? null : model.model,
    base: model.base.name,
    baseDigest: model.base.baseDigest ?? null,
    adapterDigest: model.adapter?.digest ?? null,
    datasets: model.datasets,
  };
}

/** The same in headers, so that it is known before the first word. */
export function provenanceHeaders(model: ChatModel): Record<string, string> {
  const { release, baseDigest, adapterDigest, datasets } = provenanceOf(model);
  return {
    ...(release === null ? {} : { "openledger-release": String(release) }),
    ...(baseDigest === null ? {} : { "openledger-base-digest": baseDigest }),
    ...(adapterDigest === null ? {} : { "openledger-adapter-digest": adapterDigest }),
    ...(datasets.length === 0
      ? {}
      : {
          "openledger-datasets": datasets
            .map(({ datanet, versionCount, versionHead }) => `${datanet}:${versionCount}:${versionHead}`)
            .join(","),
        }),
  };
}

/** What changes when software or weights do: with equal ones, equal seeds give equal answers. */
export function systemFingerprint(model: ChatModel, engine: string): string {
  const parts = [engine, model.base.baseDigest ?? model.base.name, model.adapter?.digest ?? ""];
  return `fp_${createHash("sha256").update(parts.join(" ")).digest("hex").slice(0, 12)}`;
}
