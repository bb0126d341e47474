import { type Address, bytesToHex, type Hex } from "viem";
import { leavesOf, leavesRootOf, submissionRoot } from "./leaves.ts";
import { type Manifest, manifestDigest, manifestSizeBytes, parseManifest } from "./manifest.ts";
import { Problem } from "./problem.ts";
import { type Submission, submissionTypedData } from "./typedData.ts";

/** A file to contribute. Without a salt it gets a random one. */
export type FileToSubmit = {
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256: Hex;
  cid: string;
  salt?: Hex;
};

/** Everything that a contributor signs, and what it stands for. */
export type PreparedSubmission = { manifest: Manifest; submission: Submission };

/** Where a submission goes, whose it is, and under which terms its files are given. */
export type SubmissionTarget = {
  chainId: number;
  datanets: Address;
  datanet: number;
  contributor: Address;
  /** The number of the Datanet's terms, and their licence: both are signed. */
  terms: number;
  licence: string;
};

/** How long a signature is good for unless told otherwise: an hour of chain time. */
export const DEFAULT_SIGNATURE_SECONDS = 3600;

/**
 * Build manifest and EIP-712 message from files.
 *
 * @param parameters.deadline Unix seconds of chain time after which the contract refuses the signature.
 * @throws {Problem} `bad-manifest` when a file's name, size or media type cannot be contributed.
 * @example
 * const { manifest, submission } = prepareSubmission({ ...target, files, deadline: now + 3600 });
 * const signature = await account.signTypedData(submissionTypedData({ chainId, datanets, submission }));
 */
export function prepareSubmission(
  parameters: SubmissionTarget & { files: readonly FileToSubmit[]; deadline: number },
): PreparedSubmission {
  const { chainId, datanets, datanet, contributor, terms, licence, deadline } = parameters;
  const files = parameters.files.map((file) => ({ ...file, salt: file.salt ?? randomSalt() }));
  const manifest = parseManifest({
    version: 1,
    chainId,
    datanets,
    datanet,
    terms,
    licence,
    contributor,
    files,
  });
  return { manifest, submission: submissionOf(manifest, deadline) };
}

/** The EIP-712 message of a manifest. */
export function submissionOf(manifest: Manifest, deadline: number): Submission {
  return {
    contributor: manifest.contributor,
    datanet: manifest.datanet,
    files: manifest.files.length,
    sizeBytes: manifestSizeBytes(manifest),
    terms: manifest.terms,
    leavesRoot: leavesRootOf(leavesOf(manifest.contributor, manifest.files)),
    manifestDigest: manifestDigest(manifest),
    deadline,
  };
}

/** The key under which the chain keeps a submission. */
export function rootOfSubmission({
  contributor,
  leavesRoot,
}: Pick<Submission, "contributor" | "leavesRoot">): Hex {
  return submissionRoot(contributor, leavesRoot);
}

/** What `signTypedData` takes for a prepared submission. */
export function typedDataOf({ manifest, submission }: PreparedSubmission) {
  return submissionTypedData({ chainId: manifest.chainId, datanets: manifest.datanets, submission });
}

/** A file that the contributor holds, as they know it themselves. */
export type OwnFile = { name: string; sizeBytes: number; sha256: Hex };

/**
 * Check what a gateway prepared before signing it: that it goes where the contributor wants, under the terms that they
 * read, holds exactly their files, and that root, sums and digest are what the files say.
 *
 * @returns The manifest, parsed.
 * @throws {Problem} `prepared-mismatch` with the first thing that differs; `bad-manifest`.
 * @example
 * checkPreparedSubmission({ prepared: await dryRun.json(), target, files, notAfter: now + 3600 });
 */
export function checkPreparedSubmission(parameters: {
  prepared: PreparedSubmission;
  target: SubmissionTarget;
  files: readonly OwnFile[];
  /** The latest deadline to sign for, in Unix seconds. */
  notAfter?: number;
}): Manifest {
  const { prepared, target, files, notAfter } = parameters;
  const manifest = parseManifest(prepared.manifest);
  same("chain", manifest.chainId, target.chainId);
  same("Datanets contract", manifest.datanets.toLowerCase(), target.datanets.toLowerCase());
  same("Datanet", manifest.datanet, target.datanet);
  same("contributor", manifest.contributor.toLowerCase(), target.contributor.toLowerCase());
  same("number of the terms", manifest.terms, target.terms);
  same("licence", manifest.licence, target.licence);
  same("number of files", manifest.files.length, files.length);
  for (const [index, file] of files.entries()) {
    const listed = manifest.files[index];
    same(`name of file ${index + 1}`, listed?.name, file.name);
    same(`size of ${file.name}`, listed?.sizeBytes, file.sizeBytes);
    same(`sha256 of ${file.name}`, listed?.sha256, file.sha256.toLowerCase());
  }
  checkSubmission(prepared.submission, manifest);
  if (notAfter !== undefined && prepared.submission.deadline > notAfter) {
    throw mismatch("deadline", prepared.submission.deadline, `at most ${notAfter}`);
  }
  return manifest;
}

/**
 * Check that a submission says exactly what its manifest says.
 *
 * @throws {Problem} `prepared-mismatch` with the first field that differs.
 */
export function checkSubmission(submission: Submission, manifest: Manifest): void {
  const expected = submissionOf(manifest, submission.deadline);
  for (const field of [
    "contributor",
    "datanet",
    "files",
    "sizeBytes",
    "terms",
    "leavesRoot",
    "manifestDigest",
  ] as const) {
    same(field, normalize(submission[field]), normalize(expected[field]));
  }
}

/** 32 random bytes, so that a leaf does not tell which file it is of before the manifest is published. */
export function randomSalt(): Hex {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(32)));
}

function normalize(value: string | number): string | number {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function same(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw mismatch(what, actual, expected);
}

function mismatch(what: string, actual: unknown, expected: unknown): Problem {
  return new Problem(
    "prepared-mismatch",
    `What was prepared for signing is not yours: the ${what} is ${String(actual)} instead of ${String(expected)}.`,
    "Do not sign it. Prepare the submission again, with another gateway if it happens twice.",
    { values: { what, actual, expected } },
  );
}
