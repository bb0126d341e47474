import { cidOfDigest } from "@openledger/sdk/cid";
import { type JobSpec, MAX_JOB_SPEC_BYTES, readJobSpec } from "@openledger/sdk/jobSpec";
import { Problem } from "@openledger/sdk/problem";
import type { Hex } from "viem";
import type { ContentSources } from "../content/contentSources.ts";
import type { PostedJob } from "./jobBook.ts";

/** A job that cannot be done as it was posted, whatever anyone tries. */
export class UnfitJobError extends Error {
  override readonly name = "UnfitJobError";
}

/**
 * The spec of a job, checked against the chain: digest, base and parent.
 *
 * @throws UnfitJobError when the job contradicts its own spec.
 * @throws ContentUnavailableError when the spec cannot be fetched now.
 */
export async function fetchSpec(content: ContentSources, posted: PostedJob): Promise<JobSpec> {
  let spec: JobSpec;
  try {
    const bytes = await content.read(cidOfDigest(posted.specDigest), MAX_JOB_SPEC_BYTES);
    spec = readJobSpec(bytes, posted.specDigest);
  } catch (error) {
    if (error instanceof Problem) throw new UnfitJobError(error.sentence);
    throw error;
  }
  if (spec.base.baseDigest !== lower(posted.baseDigest)) {
    throw new UnfitJobError(`The spec names base ${spec.base.baseDigest}, the job ${posted.baseDigest}.`);
  }
  if ((spec.parentRelease ?? 0) !== posted.parentRelease) {
    throw new UnfitJobError(
      `The spec refines release ${spec.parentRelease}, the job ${posted.parentRelease}.`,
    );
  }
  return spec;
}

function lower(digest: Hex): Hex {
  return digest.toLowerCase() as Hex;
}
