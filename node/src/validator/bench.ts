import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import type { Logger } from "pino";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import type { Journal } from "../chain/journal.ts";
import { reject } from "../judge/opinion.ts";
import type { Docket } from "../voting/docketBook.ts";
import type { Turns } from "../voting/turns.ts";
import type { ItemOpinion } from "../voting/voteStore.ts";
import type { Bench } from "../voting/voting.ts";
import type { SubmissionBook } from "./submissions.ts";

/** What one call of `finalizeMany` takes. */
const MOST_ROOTS = 64;
/** When to look again whether a sweep was needed after all. */
const AGAIN_SECONDS = 30;

/** Opinions of files, from the intake; and after the verdict the finalizing of what was judged. */
export class FileBench implements Bench {
  readonly #book: SubmissionBook;
  readonly #chain: Chain;
  readonly #journal: Journal;
  readonly #log: Logger;
  readonly #turns: Turns;
  /** When it is this account's turn, in chain time, by docket. */
  readonly #due = new Map<number, number>();

  constructor(parts: { book: SubmissionBook; chain: Chain; journal: Journal; turns: Turns; log: Logger }) {
    this.#book = parts.book;
    this.#chain = parts.chain;
    this.#journal = parts.journal;
    this.#log = parts.log;
    this.#turns = parts.turns;
  }

  /** Nothing to prepare: the intake judges every submission when it appears. */
  prepare(): void {}

  opinions(docket: Docket, final: boolean): ItemOpinion[] | undefined {
    const opinions: ItemOpinion[] = [];
    for (const { root, position, files } of this.#book.inDocket(docket.id)) {
      for (let index = 0; index < files; index++) {
        const known = this.#book.opinionOf(root, index);
        // Opinions are kept without waiting for the disk: after a power cut some may be missing.
        if (known === undefined) this.#book.reopen(root);
        if (known === undefined && !final) return undefined;
        const { name, ...opinion } = known ?? {
          name: "",
          ...reject("unavailable", "It could not be fetched in time."),
        };
        const subject = `file ${index + 1}${name === "" ? "" : ` ("${name}")`} of submission ${root}`;
        opinions.push({ ...opinion, item: position + index, subject });
      }
    }
    // Events may lag behind the docket: a vote needs a grade for every item that the Court counts.
    return opinions.length === docket.items ? opinions : undefined;
  }

  /** Finalize what nobody finalized, once it is this account's turn; true when nothing is left. */
  async settled(docket: Docket, committee: readonly Address[]): Promise<boolean> {
    const roots = this.#book.unfinalized(docket.id);
    if (roots.length === 0) {
      this.#due.delete(docket.id);
      return true;
    }
    const now = await this.#chain.now();
    const turn = await this.#turns.seconds(`finalize:${docket.id}`, docket.pool, committee);
    const due = this.#due.get(docket.id) ?? now + turn;
    this.#due.set(docket.id, due);
    if (now < due) return false;
    this.#due.set(docket.id, now + AGAIN_SECONDS);
    for (let at = 0; at < roots.length; at += MOST_ROOTS) {
      this.#sweep(docket.id, roots.slice(at, at + MOST_ROOTS)).catch((error: unknown) => {
        if (!isStopping(error))
          this.#log.info({ docket: docket.id, err: error }, "submissions not finalized");
      });
    }
    return false;
  }

  async #sweep(docket: number, roots: Hex[]): Promise<void> {
    const { address, abi } = { address: this.#chain.addresses.datanets, abi: datanetsAbi };
    const states = await Promise.all(
      roots.map((root) =>
        this.#chain.client.readContract({ address, abi, functionName: "submissionOf", args: [root] }),
      ),
    );
    const left = roots.filter((_, index) => states[index]?.finalized === false);
    if (left.length === 0) return;
    const data = encodeFunctionData({ abi, functionName: "finalizeMany", args: [left] });
    const description = `Finalize ${left.length} submissions of docket ${docket}`;
    const key = `finalize:${docket}:${left[0]}:${left.length}`;
    await this.#journal.send({ key, to: address, data, description, again: true });
  }
}
