import { rm } from "node:fs/promises";
import { MAX_ARTIFACT_BYTES } from "@openledger/sdk/artifact";
import type { Hex } from "viem";
import type { ContentSources } from "../content/contentSources.ts";

/** An artifact whose bytes are not those that its trainer named. */
export class WrongArtifactError extends Error {
  override readonly name = "WrongArtifactError";
}

/**
 * Save an artifact to disk, and make sure that it is the one with a sha256.
 *
 * @throws WrongArtifactError when the file that the CID names has another; nothing is left on the disk then.
 * @throws ContentUnavailableError when nobody serves it now.
 */
export async function saveArtifact(
  content: ContentSources,
  { cid, digest }: { cid: string; digest: Hex },
  path: string,
): Promise<void> {
  const { sha256 } = await content.save(cid, path, MAX_ARTIFACT_BYTES);
  if (sha256 === digest.toLowerCase()) return;
  await rm(path, { force: true });
  throw new WrongArtifactError(`${cid} has the sha256 ${sha256}, not ${digest}.`);
}
