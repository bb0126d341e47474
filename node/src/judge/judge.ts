import type { Assay, Assayer, Fingerprint } from "./assay.ts";
import type { Duplicate, KnownFile, KnownFiles } from "./known.ts";
import { type Opinion, reject } from "./opinion.ts";

/**
 * Judge a file whose bytes are known to be those of its leaf: by itself, and against everything that was submitted to
 * the Datanet before it. A good file is remembered, so that later copies of it are found.
 */
export async function judgeFile(
  path: string,
  file: KnownFile & { mediaType: string },
  known: KnownFiles,
  assayer: Assayer,
): Promise<Opinion> {
  const { name, pool, mediaType } = file;
  const { opinion, fingerprint } = await assayer.assay({ path, name, pool, mediaType });
  return compareWithKnown(file, { opinion, fingerprint }, known).opinion;
}

/**
 * What a file is worth beside everything that was submitted before it. Called in the order of the chain; a file that is
 * good and repeats nothing is remembered, so that later copies of it are found.
 */
export function compareWithKnown(
  file: KnownFile,
  { opinion, fingerprint }: Pick<Assay, "opinion"> & { fingerprint: Fingerprint | undefined },
  known: KnownFiles,
): { opinion: Opinion; repeats?: Duplicate } {
  if (opinion.grade === 0) return { opinion };
  const repeats = known.findDuplicate(file, fingerprint);
  if (repeats === undefined) {
    known.add(file, fingerprint);
    return { opinion };
  }
  // It may have been taken for an original while the earlier file was not there.
  known.withdraw(file.root, file.index);
  const where = `file ${repeats.index + 1} ("${repeats.name}") of submission ${repeats.root}`;
  const rejection = repeats.exact
    ? reject("exact-duplicate", `The same bytes as ${where}.`)
    : reject("near-duplicate", `${repeats.percent} % like ${where}.`);
  const { reason, why } = rejection;
  const found = { check: "copies", why, ...(reason === undefined ? {} : { reason }) };
  return { opinion: { ...rejection, findings: [...(opinion.findings ?? []), found] }, repeats };
}
