import { readFile } from "node:fs/promises";
import { isListed, listProofOf, listRootOf, OPEN_LIST } from "@openledger/sdk/contributorList";
import { type Address, type Hex, isAddress, isHex } from "viem";
import { UserError } from "../app/errors.ts";

/** A Datanet's list, and the keys of which one has to be on it. */
export interface ListedContributor {
  datanet: number;
  listRoot: Hex;
  /** The contributor's key, and the first key that they had. */
  keys: readonly Address[];
}

/**
 * The proof that a contributor is on a Datanet's list; none where everybody may contribute.
 *
 * @param path A file with the list itself (addresses) or with the proof (words of 32 bytes), as a JSON array or one a line.
 * @throws UserError when the file is neither, its list is not the one on the chain, or the contributor is not on it.
 */
export async function readListProof(
  path: string | undefined,
  contributor: ListedContributor,
): Promise<readonly Hex[]> {
  const { datanet, listRoot, keys } = contributor;
  if (listRoot === OPEN_LIST) return [];
  const [key = ""] = keys;
  const proof = path === undefined ? [] : await proofIn(path, contributor);
  if (keys.some((one) => isListed(listRoot, one, proof))) return proof;
  const shown = path === undefined ? "nothing shows" : `${path} does not show`;
  throw new UserError({
    code: "NotListed",
    sentence: `Datanet ${datanet} takes files from listed contributors only, and ${shown} that ${key} is one.`,
    next: "Ask its owner to be listed, and give their list, or the proof that they made for you, with --list-proof FILE.",
  });
}

async function proofIn(
  path: string,
  { datanet, listRoot, keys }: ListedContributor,
): Promise<readonly Hex[]> {
  const entries = entriesOf(path, await readText(path));
  if (entries.every((entry) => isHex(entry) && entry.length === 66)) return entries as Hex[];
  const addresses = entries.filter((entry) => isAddress(entry, { strict: false }));
  const [wrong] = entries.filter((entry) => !isAddress(entry, { strict: false }));
  if (wrong !== undefined) throw badList(path, `${JSON.stringify(wrong.slice(0, 80))} is no address`);
  if (listRootOf(addresses) !== listRoot) {
    throw new UserError({
      code: "other-list",
      sentence: `The ${addresses.length} contributors in ${path} are not the list that Datanet ${datanet} has on the chain (${listRoot}).`,
      next: "Ask the Datanet's owner for the list as it is now.",
    });
  }
  const lowered = new Set(addresses.map((one) => one.toLowerCase()));
  const listed = keys.find((one) => lowered.has(one.toLowerCase()));
  return listed === undefined ? [] : listProofOf(addresses, listed);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    throw new UserError({ code: "no-file", sentence: `${path} is no file.`, next: "Check the path." });
  }
}

/** A JSON array of texts, or lines and columns; what follows # is a remark. */
function entriesOf(path: string, content: string): string[] {
  if (!content.trimStart().startsWith("[")) {
    return content
      .replaceAll(/#.*$/gm, "")
      .split(/[\s,;]+/)
      .filter((entry) => entry !== "");
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    throw badList(path, "it is no JSON");
  }
  const entries = parsed as unknown[];
  if (entries.every((entry) => typeof entry === "string")) return entries;
  throw badList(path, "the array holds something else than texts");
}

function badList(path: string, why: string): UserError {
  return new UserError({
    code: "bad-list",
    sentence: `${path} is neither a list of contributors nor a proof: ${why}.`,
    next: "Give addresses (the Datanet's list) or 32-byte words (your proof), as a JSON array or one a line.",
  });
}
