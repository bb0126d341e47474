import { manifestBytes, manifestCid } from "@openledger/sdk/manifest";
import type { Addition } from "../content/publishedStore.ts";
import { blocksOfFile } from "../storage/fileBlocks.ts";
import type { GatewayParts } from "./parts.ts";
import type { RelayedSubmission } from "./submissionStore.ts";

/** Puts a mined submission's files and manifest where everybody can read them. Doing it again changes nothing. */
export async function publishSubmission(
  parts: Pick<GatewayParts, "store" | "staging" | "published" | "submissions">,
  { root, contributor, manifest }: RelayedSubmission,
): Promise<void> {
  const { store, staging, published, submissions } = parts;
  const added: Addition[] = [];
  for (const { cid, sha256, mediaType, sizeBytes, name } of manifest.files) {
    if (published.find(cid) !== undefined && (await store.has(cid))) continue;
    const file = await staging.find(contributor, sha256);
    if (file === undefined)
      throw new Error(`The staged file ${name} (${sha256}) of submission ${root} is missing.`);
    const stored = await store.putFile(file.path);
    if (stored !== cid) throw new Error(`The store named ${name} ${stored} instead of ${cid}.`);
    const blocks = await blocksOfFile(cid, (block) => store.getBlock(block));
    added.push({ content: { cid, mediaType, sizeBytes }, blocks });
  }
  const bytes = manifestBytes(manifest);
  const cid = manifestCid(manifest);
  const stored = await store.putBytes(bytes);
  if (stored !== cid) throw new Error(`The store named the manifest ${stored} instead of ${cid}.`);
  // All at once: whoever finds the manifest finds the files too.
  published.addAll([
    ...added,
    { content: { cid, mediaType: "application/json", sizeBytes: bytes.length }, blocks: [] },
  ]);

  const stillNeeded = new Set(
    submissions
      .unpublished()
      .filter((other) => other.root !== root && other.contributor === contributor)
      .flatMap((other) => other.manifest.files.map((file) => file.sha256)),
  );
  const digests = manifest.files.map(({ sha256 }) => sha256);
  staging.release(contributor, ...digests.filter((sha256) => !stillNeeded.has(sha256)));
}
