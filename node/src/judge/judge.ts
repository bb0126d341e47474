import type { Assayer } from "./assay.ts";
import type { KnownFile, KnownFiles } from "./known.ts";
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
  if (opinion.grade === 0) return opinion;
  const duplicate = known.findDuplicate(file, fingerprint);
  known.add(file, fingerprint);
  if (duplicate === undefined) return opinion;
  const where = `file ${duplicate.index + 1} ("${duplicate.name}") of submission ${duplicate.root}`;
  return duplicate.exact
    ? reject("exact-duplicate", `The same bytes as ${where}.`)
    : reject("near-duplicate", `${duplicate.percent} % like ${where}.`);
}
