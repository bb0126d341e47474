import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Attestation } from "@openledger/sdk/attestation";
import { cidOfDigest } from "@openledger/sdk/cid";
import { type JobSpec, MAX_JOB_SPEC_BYTES, readJobSpec } from "@openledger/sdk/jobSpec";
import { MAX_REPORT_BYTES, type Report, readReport } from "@openledger/sdk/report";
import type { Hex } from "viem";
import type { ContentSources } from "../content/contentSources.ts";
import { completeAdapterFolder, WEIGHTS_FILE } from "./adapterFolder.ts";
import { saveArtifact } from "./artifact.ts";

/** What a release is made of, as its event tells it. */
export interface ReleasedAdapter {
  specDigest: Hex;
  attestation: Attestation;
}

/**
 * Fetch the adapter of a release into a folder that PEFT loads. Report, spec and weights are each checked against the
 * digest that stands on the chain.
 *
 * @returns the job's spec, and where the index of its data is, if its trainer published one.
 */
export async function fetchReleaseAdapter(
  content: ContentSources,
  released: ReleasedAdapter,
  folder: string,
): Promise<{ spec: JobSpec; attribution: Report["attribution"] }> {
  const { attestation, specDigest } = released;
  const spec = readJobSpec(await content.read(cidOfDigest(specDigest), MAX_JOB_SPEC_BYTES), specDigest);
  const report = readReport(
    await content.read(cidOfDigest(attestation.reportDigest), MAX_REPORT_BYTES),
    attestation,
  );
  await mkdir(folder, { recursive: true });
  const download = join(folder, "download");
  await saveArtifact(content, { cid: report.adapterCid, digest: attestation.adapterDigest }, download);
  await rename(download, join(folder, WEIGHTS_FILE));
  await rm(download, { force: true });
  await completeAdapterFolder(folder, spec);
  return { spec, attribution: report.attribution };
}
