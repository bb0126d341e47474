import { type Hex, sha256 } from "viem";
import { leavesOf, leavesRootOf, submissionRoot } from "../leaves.ts";
import { type Manifest, readManifest } from "../manifest.ts";
import { Problem } from "../problem.ts";

/** What is wrong with bytes that claim to be a file of a manifest; the values are keys of `REASONS`. */
export type ContentFault = "declared-size" | "bytes-differ";

/**
 * Compare bytes with what was signed. The size is checked first, since it is cheaper and tells more.
 *
 * @returns undefined when the bytes are the file.
 * @example
 * verifyContent(bytes, manifest.files[0]) ?? "fine";
 */
export function verifyContent(
  bytes: Uint8Array,
  file: { sha256: Hex; sizeBytes: number },
): ContentFault | undefined {
  if (bytes.length !== file.sizeBytes) return "declared-size";
  return verifyDigest(sha256(bytes), bytes.length, file);
}

/** `verifyContent` for a reader that hashed a stream and counted its bytes. */
export function verifyDigest(
  digest: Hex,
  sizeBytes: number,
  file: { sha256: Hex; sizeBytes: number },
): ContentFault | undefined {
  if (sizeBytes !== file.sizeBytes) return "declared-size";
  return digest.toLowerCase() === file.sha256.toLowerCase() ? undefined : "bytes-differ";
}

/** What the chain says of a submission: its key, and the digest in its event. */
export type SubmissionOnChain = {
  root: Hex;
  manifestDigest: Hex;
  contributor?: Hex;
  datanet?: number;
  files?: number;
  terms?: number;
};

/**
 * A manifest from bytes that somebody served, checked against everything that the chain says of the submission.
 *
 * @throws {Problem} `wrong-digest`, `bad-manifest`, or `wrong-root` when the manifest's leaves give another root.
 */
export function verifyManifest(bytes: Uint8Array, onChain: SubmissionOnChain): Manifest {
  const manifest = readManifest(bytes, onChain.manifestDigest);
  const leavesRoot = leavesRootOf(leavesOf(manifest.contributor, manifest.files));
  const root = submissionRoot(manifest.contributor, leavesRoot);
  const same =
    root === onChain.root.toLowerCase() &&
    (onChain.contributor === undefined ||
      manifest.contributor.toLowerCase() === onChain.contributor.toLowerCase()) &&
    (onChain.datanet === undefined || manifest.datanet === onChain.datanet) &&
    (onChain.terms === undefined || manifest.terms === onChain.terms) &&
    (onChain.files === undefined || manifest.files.length === onChain.files);
  if (!same) {
    throw new Problem(
      "wrong-root",
      `The manifest's files give the root ${root} for ${manifest.contributor} in Datanet ${manifest.datanet} under its terms ${manifest.terms}, which is not submission ${onChain.root}.`,
      "Treat every file of the submission as unavailable: its contributor signed a manifest that does not fit.",
      { values: { root, expected: onChain.root } },
    );
  }
  return manifest;
}
