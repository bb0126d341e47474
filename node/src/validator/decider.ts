import { setImmediate as breathe } from "node:timers/promises";
import { poolOfDocket } from "@openledger/sdk/docketId";
import { gradeAt } from "@openledger/sdk/grades";
import type { Logger } from "pino";
import type { Hex } from "viem";
import type { ContentKeeper } from "../content/contentKeeper.ts";
import { compareWithKnown } from "../judge/judge.ts";
import type { KnownFiles } from "../judge/known.ts";
import type { Intake } from "./intake.ts";
import type { Judgements } from "./judgements.ts";
import type { Submitted } from "./submissions.ts";

/** What deciding takes. */
export interface DeciderParts {
  judgements: Judgements;
  known: KnownFiles;
  keeper: Pick<ContentKeeper, "setGrades">;
  intake: Pick<Intake, "isUnavailable">;
  log: Logger;
}

/** Submissions read at once. */
const PAGE = 500;
/** The pools of files: texts, pictures, sounds. */
const POOLS = 3;

/**
 * Turns assays, which come in any order, into opinions in the order of the chain: a file is compared with those submitted
 * before it and with no other, so that all validators that see the same files come to the same opinions. A submission
 * whose content is not there is passed over; when it turns up, those behind it are decided anew.
 */
export class Decider {
  readonly #parts: DeciderParts;

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /** Decide what can be decided now. Call it in a poll. */
  async round(): Promise<void> {
    const { intake, judgements } = this.#parts;
    /** Pools in which something is under way that those behind it may repeat. */
    const blocked = new Set<number>();
    let after = { block: -1, logIndex: 0 };
    for (;;) {
      const page = judgements.undecided(PAGE, after);
      for (const submitted of page) {
        const pool = poolOfDocket(submitted.docket);
        if (blocked.has(pool)) continue;
        if (!submitted.isAssayed) {
          if (!intake.isUnavailable(submitted.root)) blocked.add(pool);
          continue;
        }
        this.#decide(submitted);
        await breathe();
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE || blocked.size === POOLS) return;
      after = last;
    }
  }

  /** Decide a docket's files as far as they are assayed, whatever is missing before them: there is no more time. */
  force(submissions: readonly Submitted[]): void {
    const { judgements } = this.#parts;
    for (const submitted of submissions) {
      if (judgements.isDecided(submitted.root)) continue;
      this.#compare(submitted, (index) => judgements.opinionOf(submitted.root, index) === undefined);
    }
  }

  /** Take the court's verdict on a submission into account. */
  finalized(submitted: Submitted, grades: bigint): void {
    const { judgements, keeper, known } = this.#parts;
    const { root } = submitted;
    // The court may accept what this validator rejects: later copies of it are copies all the same.
    for (const index of judgements.assayed(root)) {
      const assay = judgements.assayOf(root, index);
      if (assay?.file === undefined || gradeAt(grades, index) === 0) continue;
      known.add(knownFileOf(submitted, index, assay.file), assay.fingerprint);
    }
    known.setGrades(root, grades);
    keeper.setGrades(root, grades);
    judgements.reviseRepeatsOf(root);
    if (judgements.isDecided(root)) judgements.forget(root);
  }

  #decide(submitted: Submitted): void {
    const { judgements, log } = this.#parts;
    const { root, docket, grades } = submitted;
    this.#compare(submitted);
    judgements.markDecided(root);
    // A validator that catches up learns the verdict before it sees the files.
    if (grades !== undefined) this.finalized(submitted, grades);
    const revised = judgements.reviseAfter(submitted);
    log.info({ root, docket, files: submitted.files, revised }, "submission judged");
  }

  #compare(submitted: Submitted, isWanted: (index: number) => boolean = () => true): void {
    const { judgements, known } = this.#parts;
    for (let index = 0; index < submitted.files; index++) {
      if (!isWanted(index)) continue;
      const assay = judgements.assayOf(submitted.root, index);
      if (assay === undefined) continue;
      if (assay.file === undefined) {
        judgements.saveOpinion(submitted.root, index, assay.opinion);
        continue;
      }
      const file = knownFileOf(submitted, index, assay.file);
      const { opinion, repeats } = compareWithKnown(file, assay, known);
      judgements.saveOpinion(submitted.root, index, {
        ...opinion,
        ...(repeats === undefined ? {} : { repeats: repeats.root }),
      });
    }
  }
}

function knownFileOf(submitted: Submitted, index: number, { sha256, name }: { sha256: Hex; name: string }) {
  const { datanet, root, docket, block, logIndex } = submitted;
  return { datanet, pool: poolOfDocket(docket), root, index, block, logIndex, sha256, name };
}
