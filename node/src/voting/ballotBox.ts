import { courtAbi } from "@openledger/sdk/abi/court";
import type { Logger } from "pino";
import { encodeFunctionData, type Hex } from "viem";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import { TransactionRefusedError } from "../chain/dryRun.ts";
import type { Journal } from "../chain/journal.ts";
import type { Docket } from "./docketBook.ts";
import type { OwnVotes } from "./ownVotes.ts";
import type { SavedVote, VoteStore } from "./voteStore.ts";

/** What casting votes takes. */
export interface BallotBoxParts {
  chain: Chain;
  journal: Journal;
  votes: VoteStore;
  ownVotes: OwnVotes;
  log: Logger;
}

/** This account's ballots in the Court: what stands in them, and what is sent there. */
export class BallotBox {
  readonly #parts: BallotBoxParts;
  readonly #busy = new Set<string>();

  constructor(parts: BallotBoxParts) {
    this.#parts = parts;
    parts.journal.askBeforeSigning((entry, nonce) => this.#admit(entry.key, nonce));
  }

  /** What stands in the ballot: a commitment, a revealed word, or what an earlier docket left there. */
  standing(docket: number): Promise<Hex> {
    const { chain } = this.#parts;
    return chain.client.readContract({
      address: chain.addresses.court,
      abi: courtAbi,
      functionName: "voteOf",
      args: [docket, chain.account.address],
    });
  }

  /** Hand a call of the Court to the journal without waiting for it; a refusal by the dry run means that it is done. */
  cast(
    key: string,
    functionName: "close" | "draw" | "settle" | "commit" | "reveal",
    args: readonly unknown[],
  ): void {
    const { chain, journal, log } = this.#parts;
    if (this.#busy.has(key)) return;
    this.#busy.add(key);
    const data = encodeFunctionData({ abi: courtAbi, functionName, args } as Parameters<
      typeof encodeFunctionData
    >[0]);
    const description = `${functionName} ${key.slice(key.indexOf(":") + 1)}`;
    journal
      .send({ key, to: chain.addresses.court, data, description, again: true })
      .catch((error: unknown) => {
        if (isStopping(error)) return;
        if (error instanceof TransactionRefusedError) {
          log.debug({ key, code: error.code }, "not needed or not possible any more");
        } else {
          log.warn({ key, err: error }, "transaction failed");
        }
      })
      .finally(() => this.#busy.delete(key));
  }

  /** Open a vote. @param drawIndex One of the draws by which this account sits in the committee. */
  castReveal({ id, round }: Docket, drawIndex: number, { word, salt, reasons }: SavedVote): void {
    this.cast(`reveal:${id}:${round}`, "reveal", [id, drawIndex, word, salt, reasons]);
  }

  /**
   * A commitment is signed only while it is the one decided last, and never over one that this journal did not make:
   * whoever made that one may be about to reveal it.
   */
  async #admit(key: string, nonce: number): Promise<void> {
    const [what, id, round, version] = key.split(":");
    if (what !== "commit") return;
    const { ownVotes, votes } = this.#parts;
    if (votes.find(Number(id), Number(round))?.version !== Number(version)) {
      throw new TransactionRefusedError({
        code: "superseded",
        sentence: `The vote on docket ${id} was decided anew before it was committed.`,
        next: "Nothing has to be done: the newer vote is committed.",
      });
    }
    await ownVotes.admit(Number(id), nonce, () => this.standing(Number(id)));
  }
}
