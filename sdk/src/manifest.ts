import { type Address, bytesToString, type Hex, sha256 } from "viem";
import { z } from "zod";
import { canonicalBytes, canonicalJson } from "./canonicalJson.ts";
import { cidOfDigest } from "./cid.ts";
import { formatOfMediaType } from "./formats.ts";
import { Problem } from "./problem.ts";
import { addressSchema, bytes32Schema, cidSchema, describeIssues, integerSchema } from "./schemas.ts";

/** The most files that a submission can ever have, whatever the parameters say: grades fit a quarter of a word. */
export const MAX_FILES = 20;

/** The most bytes that a file can ever have: what one address may submit in a day. */
export const MAX_FILE_BYTES = 10_485_760;

/** A manifest longer than this is refused before it is read. */
export const MAX_MANIFEST_BYTES = 65_536;

/** A licence is an identifier, not its text; a Datanet whose licence is longer takes nothing. */
export const MAX_LICENCE_LENGTH = 500;

/** What file systems take as a name, in bytes of UTF-8. */
const MAX_NAME_BYTES = 255;

/** Names that are devices to Windows, whatever their ending. */
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * Characters that turn the direction of what follows, or that nobody sees: with them "gpj.exe" reads "exe.jpg". The joiners
 * U+200C and U+200D stay, because Persian and the scripts of India are written with them.
 */
const DECEIVING = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** A file's name that every system can store and that reads as what it is; brought to Unicode's form NFC. */
export const fileNameSchema = z
  .string()
  .normalize("NFC")
  .min(1)
  .max(MAX_NAME_BYTES)
  .refine((name) => name.isWellFormed(), "A file name holds whole characters.")
  .refine(
    (name) => new TextEncoder().encode(name).length <= MAX_NAME_BYTES,
    `A file name has at most ${MAX_NAME_BYTES} bytes.`,
  )
  .refine((name) => !hasControlCharacter(name), "A file name holds no control characters.")
  .refine((name) => !DECEIVING.test(name), "A file name holds no invisible or turning characters.")
  .refine((name) => !/[/\\]/.test(name) && name !== "." && name !== "..", "A file name holds no path.")
  .refine((name) => !/[<>:"|?*]/.test(name), 'A file name holds none of < > : " | ? *.')
  .refine((name) => !DEVICE_NAME.test(name), "The file name is one that Windows keeps for a device.")
  .refine((name) => name === name.trim() && !name.endsWith("."), "A file name ends in no dot and no blank.");

export const manifestFileSchema = z.strictObject({
  name: fileNameSchema,
  mediaType: z
    .string()
    .refine(
      (mediaType) => formatOfMediaType(mediaType) !== undefined,
      "Not a media type that can be contributed.",
    ),
  sizeBytes: integerSchema(1, MAX_FILE_BYTES),
  sha256: bytes32Schema,
  salt: bytes32Schema,
  cid: cidSchema,
});

/** What a submission consists of. Its canonical spelling is stored as one raw block named by its digest. */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  chainId: integerSchema(1, Number.MAX_SAFE_INTEGER),
  datanets: addressSchema,
  datanet: integerSchema(1, 0xffff_ffff),
  terms: integerSchema(1, 0xffff),
  licence: z.string().max(MAX_LICENCE_LENGTH),
  contributor: addressSchema,
  files: z.array(manifestFileSchema).min(1).max(MAX_FILES),
});

export type ManifestFile = z.output<typeof manifestFileSchema>;
export type Manifest = {
  version: 1;
  chainId: number;
  datanets: Address;
  datanet: number;
  /** Number of the Datanet's terms under which the files are given. */
  terms: number;
  /** The licence of these terms: its SPDX identifier. */
  licence: string;
  contributor: Address;
  files: ManifestFile[];
};

/**
 * A manifest from a JSON value.
 *
 * @throws {Problem} `bad-manifest` naming every field that is wrong.
 */
export function parseManifest(value: unknown): Manifest {
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw badManifest(describeIssues(parsed.error));
  return parsed.data;
}

/** The canonical spelling of a manifest, which its digest is taken of. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  return canonicalBytes(parseManifest(manifest));
}

/**
 * sha256 of the canonical manifest, as the contributor signs it.
 *
 * @example
 * manifestDigest(manifest); // "0x…"
 */
export function manifestDigest(manifest: Manifest): Hex {
  return sha256(manifestBytes(manifest));
}

/** Where a manifest is stored. */
export function manifestCid(manifest: Manifest): string {
  return cidOfDigest(manifestDigest(manifest));
}

/** The sum of the declared sizes. */
export function manifestSizeBytes(manifest: Pick<Manifest, "files">): number {
  return manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0);
}

/**
 * A manifest from bytes that somebody served, checked against the digest from the chain.
 *
 * @throws {Problem} `wrong-digest` when these are other bytes; `bad-manifest` when they are not a canonical manifest.
 */
export function readManifest(bytes: Uint8Array, digest: Hex): Manifest {
  if (bytes.length > MAX_MANIFEST_BYTES)
    throw badManifest(`${bytes.length} bytes are more than ${MAX_MANIFEST_BYTES}`);
  const actual = sha256(bytes);
  if (actual !== digest.toLowerCase()) {
    throw new Problem(
      "wrong-digest",
      `The manifest's sha256 is ${actual}, not ${digest}.`,
      "Ask another gateway for the manifest.",
      { values: { actual, digest } },
    );
  }
  const text = bytesToString(bytes);
  const manifest = parseManifest(parseJson(text));
  if (canonicalJson(manifest) !== text) throw badManifest("it is not in its canonical spelling");
  return manifest;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badManifest("it is not JSON");
  }
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
  });
}

function badManifest(what: string): Problem {
  return new Problem("bad-manifest", `The manifest is not valid: ${what}.`, "Prepare the submission again.");
}
