import { DatabaseSync } from "node:sqlite";
import type { Hex } from "viem";
import { type KnownFile, KnownFiles } from "../../judge/known.ts";
import type { ExaminedFile } from "../uploads.ts";

/** An earlier file that a file repeats. */
export interface Repeated {
  exact: boolean;
  /** How much alike they are. */
  percent: number;
  /** The submission that brought it; absent when it stands in the same list. */
  root?: Hex;
  /** Its place in the submission, or in the list. */
  index: number;
  name: string;
}

/** What of a file decides what it repeats. */
export type ComparedFile = Pick<ExaminedFile, "name" | "sha256" | "opinion" | "fingerprint">;

/** A list of files, and where it is to go. */
export interface RepeatQuestion {
  target: { datanet: number; pool: number };
  files: readonly ComparedFile[];
}

/** Later than every block, and small enough that the index can reckon with it. */
const NOT_MINED_YET = 2 ** 33;

/**
 * Finds copies as validators will: among everything that was published for the pool, in whichever Datanet, and among the
 * files of the list itself, of which the first counts.
 *
 * @returns For each file what it repeats, or undefined.
 */
export function findRepeated(
  known: KnownFiles,
  target: RepeatQuestion["target"],
  files: readonly ComparedFile[],
): (Repeated | undefined)[] {
  const database = new DatabaseSync(":memory:");
  try {
    const list = new KnownFiles(database);
    return files.map((file, index) => {
      const { fingerprint, opinion, sha256, name } = file;
      // Validators compare only what is good by itself.
      if (opinion.grade === 0) return undefined;
      const place: KnownFile = {
        ...target,
        root: "0x",
        index,
        block: NOT_MINED_YET,
        logIndex: 0,
        sha256,
        name,
      };
      const earlier = known.findDuplicate(place, fingerprint);
      if (earlier !== undefined) return earlier;
      const twin = list.findDuplicate(place, fingerprint);
      list.add(place, fingerprint);
      if (twin === undefined) return undefined;
      const { exact, percent, index: twinIndex, name: twinName } = twin;
      return { exact, percent, index: twinIndex, name: twinName };
    });
  } finally {
    database.close();
  }
}
