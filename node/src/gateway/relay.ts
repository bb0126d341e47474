import { readSubmission } from "@openledger/sdk/client/readSubmission";
import type { Hex } from "viem";
import { isStopping } from "../app/errors.ts";
import { NEEDLESS } from "../chain/carrier.ts";
import { TransactionRefusedError } from "../chain/dryRun.ts";
import { WithdrawnError } from "../chain/journal.ts";
import { isSubmitKey, rootOfKey, submitKey } from "./journalKeys.ts";
import type { GatewayParts } from "./parts.ts";
import { publishSubmission } from "./publishing.ts";
import type { RelayedSubmission } from "./submissionStore.ts";
import { submitCall } from "./submitCall.ts";
import type { Unpaid } from "./unpaid.ts";

/**
 * Brings submissions from "received" over "mined" to "published". Every step can be done again after a crash: the
 * transaction stands in the journal under the root, and publishing adds what is not there yet.
 */
export class Relay {
  readonly #parts: GatewayParts;
  readonly #unpaid: Unpaid;
  readonly #underWay = new Set<string>();

  constructor(parts: GatewayParts, unpaid: Unpaid) {
    this.#parts = parts;
    this.#unpaid = unpaid;
    // A contributor may have paid for the same submission meanwhile: the gateway's own would revert, and cost gas.
    parts.journal.askBeforeResending(
      async ({ key }) => !isSubmitKey(key) || (await this.#find(rootOfKey(key))) === undefined,
    );
  }

  /** Goes on with every submission that nothing is being done about. Call it in a poll. */
  advance(): void {
    const { submissions, payments, journal } = this.#parts;
    for (const submission of submissions.unpublished()) this.#proceed(submission);
    payments.follow((key) =>
      isSubmitKey(key)
        ? submissions.find(rootOfKey(key))?.state !== "received"
        : journal.find(key) === undefined,
    );
  }

  /** Goes on with one submission, without waiting for the next poll. */
  proceed(root: Hex): void {
    const submission = this.#parts.submissions.find(root);
    if (submission !== undefined) this.#proceed(submission);
  }

  #proceed(submission: RelayedSubmission): void {
    if (submission.state === "received") this.#start("send", submission, () => this.#send(submission));
    if (submission.state === "mined") this.#start("publish", submission, () => this.#publish(submission));
  }

  /** A submission may be mined by somebody else while this gateway's own transaction waits: then it is published at once. */
  #start(step: "send" | "publish", { root }: RelayedSubmission, work: () => Promise<void>): void {
    const name = `${step} ${root}`;
    if (this.#underWay.has(name)) return;
    this.#underWay.add(name);
    work()
      .then(() => true)
      .catch((error: unknown) => {
        if (!isStopping(error))
          this.#parts.log.warn({ root, step, err: error }, "relaying failed, will be tried again");
        return false;
      })
      .then((isDone) => {
        this.#underWay.delete(name);
        if (isDone && !this.#parts.signal.aborted) this.proceed(root);
      });
  }

  async #publish({ root, manifest }: RelayedSubmission): Promise<void> {
    const { submissions, log } = this.#parts;
    const submission = submissions.find(root);
    if (submission?.state !== "mined") return;
    await publishSubmission(this.#parts, submission);
    submissions.markPublished(root);
    log.info({ root, files: manifest.files.length }, "submission published");
  }

  async #send({ root, submission, signature, listProof, contributor }: RelayedSubmission): Promise<void> {
    const { chain, journal, submissions } = this.#parts;
    const key = submitKey(root);
    let mined = journal.find(key) === undefined ? await this.#find(root) : undefined;
    if (mined === undefined) {
      // While the chain was asked it may have been mined, or left to its contributor.
      if (submissions.find(root)?.state !== "received") return;
      try {
        await journal.send({
          key,
          ...submitCall(chain, submission, signature, listProof),
          again: true,
          description: `Submit ${submission.files} files of ${contributor} to Datanet ${submission.datanet}`,
        });
      } catch (error) {
        if (error instanceof WithdrawnError) return;
        if (!(error instanceof TransactionRefusedError)) throw error;
        // Anybody may have sent the same signed submission: then it is where it should be.
        mined = await this.#find(root);
        // The chain was rolled back, or another node tells of it: it is looked at again.
        if (mined === undefined && error.code === NEEDLESS) throw error;
        if (mined === undefined) return this.#refused(root, error);
      }
      mined ??= await this.#find(root);
    }
    if (mined === undefined) throw new Error(`Submission ${root} was mined, but the chain does not show it.`);
    // What reverted, or only used up its nonce, is not the transaction that the submission came with.
    const transaction = journal.find(key)?.state === "failed" ? undefined : journal.hashOf(key);
    await this.#unpaid.mined(root, { ...mined, ...(transaction === undefined ? {} : { transaction }) });
  }

  #find(root: Hex) {
    const { client, addresses } = this.#parts.chain;
    return readSubmission(client, { addresses, root });
  }

  #refused(root: Hex, { code, sentence, next }: TransactionRefusedError): void {
    const { submissions, contributed, log } = this.#parts;
    const submission = submissions.find(root);
    if (submission?.state !== "received") return;
    if (code === "insufficient-funds") {
      this.#unpaid.handOver(submission, "relayer-empty");
      return;
    }
    submissions.markFailed(root, { code, sentence, next });
    contributed.remove(root);
    log.warn({ root, code, sentence }, "submission failed");
  }
}
