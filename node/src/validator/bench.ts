import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { isAppeal } from "@openledger/sdk/docketId";
import type { Logger } from "pino";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import { finalizableOf } from "../chain/finalizable.ts";
import type { Journal } from "../chain/journal.ts";
import { reject } from "../judge/opinion.ts";
import type { Docket } from "../voting/docketBook.ts";
import type { Turns } from "../voting/turns.ts";
import type { ItemOpinion, JudgedContent } from "../voting/voteStore.ts";
import type { Bench } from "../voting/voting.ts";
import type { Decider } from "./decider.ts";
import type { AssayedFile, Judgements } from "./judgements.ts";
import type { SubmissionBook } from "./submissions.ts";

/** What one call of `finalizeMany` takes. */
const MOST_ROOTS = 64;
/** When to look again whether a sweep was needed after all: while something is appealed it is not. */
const AGAIN_SECONDS = 10;

/** What voting on files takes. */
export interface FileBenchParts {
  book: SubmissionBook;
  judgements: Judgements;
  decider: Decider;
  chain: Chain;
  journal: Journal;
  turns: Turns;
  log: Logger;
}

/** Opinions of files, from the intake; and after the verdict the finalizing of what was judged. */
export class FileBench implements Bench {
  readonly isRevisable = true;
  readonly #parts: FileBenchParts;
  /** When it is this account's turn, in chain time, by docket. */
  readonly #due = new Map<number, number>();

  constructor(parts: FileBenchParts) {
    this.#parts = parts;
  }

  /** Nothing to prepare: the intake judges every submission when it appears. */
  prepare(): void {}

  opinions(docket: Docket, final: boolean): ItemOpinion[] | undefined {
    const { book, judgements } = this.#parts;
    if (final) this.#parts.decider.force(book.inDocket(docket.origin.docket));
    const opinions: ItemOpinion[] = [];
    for (const { root, first, files } of this.#submissionsIn(docket)) {
      if (!final && !judgements.isDecided(root)) return undefined;
      for (let index = 0; index < files; index++) {
        const known = judgements.opinionOf(root, index);
        // Opinions are kept without waiting for the disk: after a power cut some may be missing.
        if (known === undefined && judgements.isDecided(root)) judgements.reopen(root);
        if (known === undefined && !final) return undefined;
        const { file, ...opinion } = known ?? {
          file: undefined,
          ...reject("unavailable", "It could not be fetched and judged in time."),
        };
        opinions.push({
          ...opinion,
          item: first + index,
          subject: subjectOf(root, index, file?.name),
          ...(file === undefined ? {} : { content: contentOf(root, index, file) }),
        });
      }
    }
    // Events may lag behind the docket: a vote needs a grade for every item that the Court counts.
    return opinions.length === docket.items ? opinions : undefined;
  }

  missing(docket: Docket): string[] {
    const { judgements } = this.#parts;
    return this.#submissionsIn(docket).flatMap(({ root, files }) => {
      if (judgements.isDecided(root)) return [];
      return Array.from({ length: files }, (_, index) => index)
        .filter((index) => judgements.opinionOf(root, index) === undefined)
        .map((index) => subjectOf(root, index));
    });
  }

  /** The submissions that a docket judges, with the item of each one's first file: of an appeal, one from item 0. */
  #submissionsIn({ id, origin }: Docket): { root: Hex; first: number; files: number }[] {
    const submissions = this.#parts.book.inDocket(origin.docket);
    return isAppeal(id)
      ? submissions
          .filter(({ position }) => position === origin.position)
          .map(({ root, files }) => ({ root, first: 0, files }))
      : submissions.map(({ root, position, files }) => ({ root, first: position, files }));
  }

  /**
   * Finalize what nobody finalized, once the verdict is final and it is this account's turn; true when nothing is left.
   * What is appealed is finalized from the docket in which it was judged first.
   */
  async settled(docket: Docket, committee: readonly Address[]): Promise<boolean> {
    if (isAppeal(docket.id)) return true;
    const roots = this.#parts.book.unfinalized(docket.id);
    if (roots.length === 0) {
      this.#due.delete(docket.id);
      return true;
    }
    const now = await this.#parts.chain.now();
    if (now < docket.appealEnds) return false;
    const turn = await this.#parts.turns.seconds(`finalize:${docket.id}`, docket.pool, committee);
    const due = this.#due.get(docket.id) ?? now + turn;
    this.#due.set(docket.id, due);
    if (now < due) return false;
    this.#due.set(docket.id, now + AGAIN_SECONDS);
    for (let at = 0; at < roots.length; at += MOST_ROOTS) {
      this.#sweep(docket.id, roots.slice(at, at + MOST_ROOTS)).catch((error: unknown) => {
        if (!isStopping(error))
          this.#parts.log.info({ docket: docket.id, err: error }, "submissions not finalized");
      });
    }
    return false;
  }

  async #sweep(docket: number, roots: Hex[]): Promise<void> {
    const left = await finalizableOf(this.#parts.chain, roots);
    if (left.length === 0) return;
    const data = encodeFunctionData({ abi: datanetsAbi, functionName: "finalizeMany", args: [left] });
    const description = `Finalize ${left.length} submissions of docket ${docket}`;
    const key = `finalize:${docket}:${left[0]}:${left.length}`;
    await this.#parts.journal.send({
      key,
      to: this.#parts.chain.addresses.datanets,
      data,
      description,
      again: true,
    });
  }
}

function subjectOf(root: Hex, index: number, name = ""): string {
  return `file ${index + 1}${name === "" ? "" : ` ("${name}")`} of submission ${root}`;
}

function contentOf(root: Hex, index: number, file: AssayedFile): JudgedContent {
  const { name, mediaType, sizeBytes, cid } = file;
  return { root, index, name, mediaType, sizeBytes, cid };
}
