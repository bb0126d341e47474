import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { readSubmission } from "@openledger/sdk/client/readSubmission";
import type { Submission } from "@openledger/sdk/typedData";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import { TransactionRefusedError } from "../chain/dryRun.ts";
import { submitKey } from "./journalKeys.ts";
import type { GatewayParts } from "./parts.ts";
import { publishSubmission } from "./publishing.ts";
import type { RelayedSubmission } from "./submissionStore.ts";

/**
 * The call that puts a signed submission before the court.
 *
 * @param listProof That the contributor is on the Datanet's list; empty for one that is open to all.
 */
export function submitCall(
  chain: Chain,
  submission: Submission,
  signature: Hex,
  listProof: readonly Hex[],
): { to: Address; data: Hex } {
  const data =
    listProof.length === 0
      ? encodeFunctionData({ abi: datanetsAbi, functionName: "submit", args: [submission, signature] })
      : encodeFunctionData({
          abi: datanetsAbi,
          functionName: "submitListed",
          args: [submission, signature, listProof],
        });
  return { to: chain.addresses.datanets, data };
}

/**
 * Brings submissions from "received" over "mined" to "published". Every step can be done again after a crash: the
 * transaction stands in the journal under the root, and publishing adds what is not there yet.
 */
export class Relay {
  readonly #parts: GatewayParts;
  readonly #underWay = new Set<Hex>();

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /** Goes on with every submission that nothing is being done about. Call it in a poll, and after one was received. */
  advance(): void {
    for (const submission of this.#parts.submissions.unpublished()) {
      if (this.#underWay.has(submission.root)) continue;
      this.#underWay.add(submission.root);
      this.#relay(submission)
        .catch((error: unknown) => {
          if (isStopping(error)) return;
          this.#parts.log.warn({ root: submission.root, err: error }, "relaying failed, will be tried again");
        })
        .finally(() => this.#underWay.delete(submission.root));
    }
  }

  async #relay(submission: RelayedSubmission): Promise<void> {
    if (submission.state === "received" && !(await this.#mine(submission))) return;
    const { submissions, log } = this.#parts;
    await publishSubmission(this.#parts, submission);
    submissions.markPublished(submission.root);
    log.info({ root: submission.root, files: submission.manifest.files.length }, "submission published");
  }

  /** @returns whether the submission is on the chain now. */
  async #mine({ root, submission, signature, listProof, contributor }: RelayedSubmission): Promise<boolean> {
    const { chain, journal, submissions, contributed, log } = this.#parts;
    const key = submitKey(root);
    const find = () => readSubmission(chain.client, { addresses: chain.addresses, root });
    let mined = journal.find(key) === undefined ? await find() : undefined;
    if (mined === undefined) {
      try {
        await journal.send({
          key,
          ...submitCall(chain, submission, signature, listProof),
          again: true,
          description: `Submit ${submission.files} files of ${contributor} to Datanet ${submission.datanet}`,
        });
      } catch (error) {
        if (!(error instanceof TransactionRefusedError)) throw error;
        // Anybody may have sent the same signed submission: then it is where it should be.
        mined = await find();
        if (mined === undefined) {
          const { code, sentence, next } = error;
          submissions.markFailed(root, { code, sentence, next });
          contributed.remove(root);
          log.warn({ root, code, sentence }, "submission failed");
          return false;
        }
      }
      mined ??= await find();
    }
    if (mined === undefined) throw new Error(`Submission ${root} was mined, but the chain does not show it.`);
    submissions.markMined(root, mined.docket, mined.position, journal.hashOf(key));
    log.info({ root, docket: mined.docket, position: mined.position }, "submission mined");
    return true;
  }
}
