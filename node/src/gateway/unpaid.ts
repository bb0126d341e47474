import { readSubmission } from "@openledger/sdk/client/readSubmission";
import { type GasPayment, type GasReasonKey, gasReason, type SubmitCall } from "@openledger/sdk/gasPayment";
import type { Hash, Hex } from "viem";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { GasConsumer } from "./gasSpending.ts";
import { submitKey } from "./journalKeys.ts";
import type { GatewayParts } from "./parts.ts";
import type { RelayedSubmission } from "./submissionStore.ts";
import { submitCall } from "./submitCall.ts";

/** Submissions of one contributor that may wait for being paid. */
const MOST_PER_CONTRIBUTOR = 20;
/** The part of all that one network may have waiting. */
const NETWORK_SHARE = 4;
/** How often the chain is asked about each one that waits; its event usually tells sooner. */
const ASK_MILLISECONDS = 30_000;

/** Submissions that their contributors send themselves: kept until they are mined, or can be mined no more. */
export class Unpaid {
  readonly #parts: GatewayParts;
  readonly #askedAt = new Map<Hex, number>();

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /** @throws HttpRefusal when too many wait already. */
  requireRoom({ contributor, ip }: GasConsumer): void {
    const { submissions, spending, config } = this.#parts;
    const waiting = submissions.awaiting();
    const network = spending.networkKey(ip);
    const most = config.UNPAID_SUBMISSIONS;
    const own = waiting.filter((one) => one.contributor === contributor).length;
    const near = waiting.filter((one) => one.network === network).length;
    if (waiting.length < most && own < MOST_PER_CONTRIBUTOR && near < Math.max(1, most / NETWORK_SHARE))
      return;
    throw new HttpRefusal(429, {
      code: "too-many-unpaid",
      sentence: `The gateway does not pay at the moment, and ${own} submissions of ${contributor} and ${waiting.length} of everybody wait here already for being paid for.`,
      next: "Pay for those that wait, or try again in an hour.",
    });
  }

  /** Leaves a submission that the gateway had taken on to its contributor. Nothing of it was signed. */
  handOver(submission: RelayedSubmission, why: GasReasonKey): void {
    const { submissions, contributed, payments, log } = this.#parts;
    const { root, payment } = submission;
    if (payment === undefined) throw new Error(`Nobody knows what submission ${root} costs.`);
    payments.release(submitKey(root));
    submissions.markAwaiting(root, { ...payment, paidBy: "contributor", reason: gasReason(why) });
    contributed.remove(root);
    log.info({ root, reason: why }, "submission waits for its contributor to send it");
  }

  /**
   * Takes note of a submission that is on the chain, whoever sent it. Telling it twice changes nothing.
   *
   * @returns whether it is ready to be published.
   */
  async mined(root: Hex, place: { docket: number; position: number; transaction?: Hash }): Promise<boolean> {
    const { submissions, contributed, payments, journal, staging, log } = this.#parts;
    const submission = submissions.find(root);
    if (submission === undefined) return false;
    const { state, manifest, contributor } = submission;
    if (state === "mined" || state === "published") {
      submissions.move(root, place);
      return false;
    }
    if (state === "failed") {
      const staged = await Promise.all(manifest.files.map(({ sha256 }) => staging.find(contributor, sha256)));
      if (staged.includes(undefined)) {
        log.warn({ root }, "submission was mined after it had been given up, and its files are gone");
        return false;
      }
    }
    submissions.markMined(root, place);
    contributed.add(root, manifest);
    if (journal.withdraw(submitKey(root))) payments.release(submitKey(root));
    else journal.reconsider(submitKey(root));
    this.#askedAt.delete(root);
    log.info({ root, docket: place.docket, position: place.position, was: state }, "submission mined");
    return true;
  }

  /** Looks for what was mined, and gives up what can be mined no more. Call it in a poll. */
  async follow(): Promise<void> {
    const waiting = this.#parts.submissions.awaiting();
    if (waiting.length === 0) return;
    const now = await this.#parts.chain.now();
    for (const { root, deadline } of waiting) {
      const isOver = now > deadline;
      if (!isOver && Date.now() - (this.#askedAt.get(root) ?? 0) < ASK_MILLISECONDS) continue;
      this.#askedAt.set(root, Date.now());
      const { chain } = this.#parts;
      const found = await readSubmission(chain.client, { addresses: chain.addresses, root });
      if (found !== undefined) await this.mined(root, found);
      else if (isOver) this.#giveUp(root, deadline);
    }
  }

  #giveUp(root: Hex, deadline: number): void {
    this.#askedAt.delete(root);
    this.#parts.submissions.markFailed(root, {
      code: "not-paid",
      sentence: `Nobody sent the submission to the chain before its signature expired (chain time ${deadline}).`,
      next: "Check the files again and sign anew; what was uploaded is still here for a day.",
    });
    this.#parts.log.info({ root }, "submission given up, since nobody paid for it");
  }
}

/** Who pays for a submission, with the call to send oneself, while it is not known to be mined. */
export async function paymentOf(
  { chain, journal, payments }: Pick<GatewayParts, "chain" | "journal" | "payments">,
  submission: RelayedSubmission,
): Promise<GasPayment | undefined> {
  const { payment, state, root } = submission;
  if (payment === undefined || (state !== "received" && state !== "awaiting")) return undefined;
  const call: SubmitCall = submitCall(
    chain,
    submission.submission,
    submission.signature,
    submission.listProof,
  );
  const terms = { ...payment, call, expiresAt: submission.submission.deadline };
  const isWaiting = state === "received" && journal.find(submitKey(root))?.state === "intent";
  return isWaiting && (await payments.isTooDear()) ? { ...terms, reason: gasReason("gas-price") } : terms;
}
