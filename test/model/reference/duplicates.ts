import type { Address, Hex } from "viem";
import { ContributorsModel } from "./contributors.ts";
import type { ContributorList, FileTree, Leaf } from "./files.ts";
import type { GradeList } from "./grades.ts";
import { BASIS_POINTS, refuse, type View } from "./world.ts";

export interface Submission {
  contributor: Address;
  datanet: number;
  docket: number;
  position: number;
  files: number;
  finalized: boolean;
  leavesRoot: Hex;
}

interface Duplicate {
  finder: Address;
  earlier: Submission;
  index: number;
  finderBps: number;
}

/** Files that are the same bytes as earlier ones. */
export class DuplicatesModel extends ContributorsModel {
  readonly submissions = new Map<Hex, Submission>();
  /** By the later file's submission, then by its place there. */
  readonly duplicates = new Map<Hex, Map<number, Duplicate>>();
  /** What lies behind the Merkle roots that people made: the model proves nothing, it knows. */
  readonly trees = new Map<Hex, FileTree>();
  readonly lists = new Map<Hex, ContributorList>();

  proveDuplicate(
    caller: Address,
    earlierRoot: Hex,
    earlier: Leaf,
    earlierProof: readonly Hex[],
    laterRoot: Hex,
    later: Leaf,
    laterProof: readonly Hex[],
  ): void {
    if (earlier.sha256 !== later.sha256) refuse("DifferentFiles", earlier.sha256, later.sha256);
    const first = this.requireFile(earlierRoot, earlier, earlierProof);
    const second = this.requireFile(laterRoot, later, laterProof);
    if (second.finalized) refuse("AlreadyFinalized", laterRoot);
    if (first.docket % 4 !== second.docket % 4) refuse("DifferentPools", first.docket, second.docket);
    const [item, laterItem] = [first.position + earlier.index, second.position + later.index];
    const isEarlier = first.docket < second.docket || (first.docket === second.docket && item < laterItem);
    if (!isEarlier) refuse("NotEarlier", first.docket, item, second.docket, laterItem);
    const { finderBps } = this.parameters.contributors;
    const found = { finder: caller, earlier: first, index: earlier.index, finderBps };
    if (this.earlierGrade(found)?.grade === 0) refuse("EarlierRejected", earlierRoot, earlier.index);
    const known = this.duplicates.get(laterRoot)?.get(later.index);
    if (known && this.earlierGrade(known)?.grade !== 0) {
      refuse("AlreadyProven", laterRoot, later.index, known.finder);
    }

    const ofSubmission = this.duplicates.get(laterRoot) ?? new Map<number, Duplicate>();
    this.duplicates.set(laterRoot, ofSubmission.set(later.index, found));
    this.world.emit("datanets", "DuplicateProven", {
      root: laterRoot,
      earlierRoot,
      finder: caller,
      index: later.index,
      earlierIndex: earlier.index,
      finderBps,
    });
  }

  hasDuplicates(root: Hex): boolean {
    return this.duplicates.has(root);
  }

  /** The files whose grade becomes 0; undefined while an earlier file has no final grade. */
  protected zeroedFiles(root: Hex): Set<number> | undefined {
    const zeroed = new Set<number>();
    for (const [index, duplicate] of this.duplicates.get(root) ?? []) {
      const earlier = this.earlierGrade(duplicate);
      if (!earlier?.isFinal) return undefined;
      if (earlier.grade > 0) zeroed.add(index);
    }
    return zeroed;
  }

  /** Pay the finders their share of what the zeroed files would have earned. */
  protected payFinders(root: Hex, judged: GradeList, zeroed: ReadonlySet<number>, rewardWei: bigint): bigint {
    let paidWei = 0n;
    for (const [index, grade] of judged.entries()) {
      const duplicate = this.duplicates.get(root)?.get(index);
      if (duplicate === undefined || !zeroed.has(index) || grade === 0) continue;
      const { finder, finderBps } = duplicate;
      const bountyWei = (BigInt(grade) * rewardWei * BigInt(finderBps)) / BASIS_POINTS;
      paidWei += bountyWei;
      this.vault.settleReserved(this.requireSubmission(root).datanet, finder, bountyWei, 0n);
      this.world.emit("datanets", "DuplicateZeroed", { root, finder, index, grade, bountyWei });
    }
    return paidWei;
  }

  protected requireSubmission(root: Hex): Submission {
    return this.submissions.get(root) ?? refuse("UnknownSubmission", root);
  }

  protected duplicateViews(known: (root: Hex) => boolean): View[] {
    return [...this.duplicates].flatMap(([root, ofSubmission]) =>
      known(root)
        ? [...ofSubmission].map(([index, { finder, earlier, index: earlierIndex, finderBps }]) => {
            const { docket, position, files } = earlier;
            const words = [finder, docket, position, files, earlierIndex, finderBps];
            return this.view("duplicateOf", [root, index], words);
          })
        : [],
    );
  }

  /** The submission of a file, if leaf and proof are those behind its root. */
  private requireFile(root: Hex, leaf: Leaf, proof: readonly Hex[]): Submission {
    const submission = this.requireSubmission(root);
    if (leaf.index >= submission.files) refuse("BadIndex", leaf.index, submission.files);
    const tree = this.trees.get(submission.leavesRoot);
    const known = tree?.leaves[leaf.index];
    const isRight =
      tree?.contributor === submission.contributor &&
      known !== undefined &&
      known.sha256 === leaf.sha256 &&
      known.sizeBytes === leaf.sizeBytes &&
      known.mediaType === leaf.mediaType &&
      known.salt === leaf.salt &&
      tree.proofs[leaf.index]?.join() === proof.join();
    return isRight ? submission : refuse("BadProof", root, leaf.index);
  }

  /** How the court stands to an earlier file: undefined before a verdict. */
  private earlierGrade({ earlier, index }: Duplicate): { grade: number; isFinal: boolean } | undefined {
    const standing = this.court.standing(earlier.docket, earlier.position, earlier.files);
    return standing && { grade: standing.grades[index] ?? 0, isFinal: standing.isFinal };
  }
}
