import type { Datanet } from "@openledger/sdk/client/readDatanet";
import { readSubmission } from "@openledger/sdk/client/readSubmission";
import type { GasPayment } from "@openledger/sdk/gasPayment";
import { type Manifest, parseManifest } from "@openledger/sdk/manifest";
import { checkSubmission, rootOfSubmission } from "@openledger/sdk/submission";
import { type Submission, submissionTypedData } from "@openledger/sdk/typedData";
import type { Address, Hex } from "viem";
import { HttpRefusal } from "../app/httpErrors.ts";
import { dryRun } from "../chain/dryRun.ts";
import { requireContributor, requireOpenDatanet } from "./datanets.ts";
import { notUploaded, requireFileCount, termsUnknown } from "./dryRuns.ts";
import { submitKey } from "./journalKeys.ts";
import type { GatewayParts } from "./parts.ts";
import { quotaOf } from "./quota.ts";
import type { RelayedSubmission } from "./submissionStore.ts";
import { submitCall } from "./submitCall.ts";
import type { Unpaid } from "./unpaid.ts";
import { reasonFor, type Uploads } from "./uploads.ts";

/** What a contributor hands in. */
export interface SignedSubmission {
  manifest: unknown;
  submission: Submission;
  signature: Hex;
  /** That the contributor is on the Datanet's list, where it has one. */
  listProof?: readonly Hex[] | undefined;
  /** The contributor may choose to pay although the gateway would. */
  payment?: "gateway" | "contributor" | undefined;
  /** The address that the request came from. */
  ip: string;
}

/** Takes signed submissions: checks everything again, since nothing that a client sends is believed, and keeps them. */
export class Acceptance {
  readonly #parts: GatewayParts;
  readonly #uploads: Uploads;
  readonly #unpaid: Unpaid;
  readonly #turns = new Map<Address, Promise<unknown>>();

  constructor(parts: GatewayParts, uploads: Uploads, unpaid: Unpaid) {
    this.#parts = parts;
    this.#uploads = uploads;
    this.#unpaid = unpaid;
  }

  /**
   * Keeps a submission: the gateway sends it, or waits until its contributor has sent it. Handing in the same one again
   * changes nothing but who pays, as long as nothing was signed for it.
   *
   * @throws HttpRefusal, Problem or TransactionRefusedError with the first thing that is wrong; nothing is kept then.
   */
  async accept(signed: SignedSubmission): Promise<Hex> {
    const manifest = parseManifest(signed.manifest);
    this.#requireTarget(manifest);
    checkSubmission(signed.submission, manifest);
    // One after the other for each address, so that two at once cannot use the same quota.
    return this.#inTurn(manifest.contributor, () => this.#accept(manifest, signed));
  }

  async #accept(manifest: Manifest, signed: SignedSubmission): Promise<Hex> {
    const { chain, submissions, staging, contributed, spending, log } = this.#parts;
    const { submission, signature, listProof = [] } = signed;
    const root = rootOfSubmission(submission);
    const known = submissions.find(root);
    if (known !== undefined && known.state !== "failed") {
      await this.#payOtherwise(known, signed);
      return root;
    }
    await this.#requireSignature(submission, signature);
    const target = await requireOpenDatanet(chain, manifest.datanet);
    await this.#requireFiles(manifest, target);
    const now = await chain.now();
    const mined = await readSubmission(chain.client, { addresses: chain.addresses, root });
    if (mined === undefined) {
      await requireFileCount(this.#parts, manifest.files.length);
      await requireContributor(chain, target, manifest.contributor, listProof);
      await this.#requireTerms(manifest, target);
      if (submission.deadline < now) throw expired(submission.deadline, now);
      this.#requireUnknownFiles(manifest, target, root);
      await this.#requireQuota(submission, root);
    }
    const payment = mined === undefined ? await this.#decide(signed) : undefined;
    const network = spending.networkKey(signed.ip);
    // Files are put on the disk for good now that somebody counts on them, all at once.
    await staging.sync(manifest.files.map(({ sha256 }) => sha256));
    submissions.add({ root, manifest, submission, signature, listProof, receivedAt: now, payment, network });
    // What nobody has paid for yet keeps nobody else from bringing the same file.
    if (payment?.paidBy !== "contributor") contributed.add(root, manifest);
    log.info(
      {
        root,
        contributor: submission.contributor,
        datanet: submission.datanet,
        files: submission.files,
        paidBy: payment?.paidBy,
        reason: payment?.reason?.key,
      },
      "submission received",
    );
    return root;
  }

  /** Tries a submission on the chain's state, and finds out who pays. What the gateway pays for is reserved then. */
  async #decide({
    submission,
    signature,
    listProof = [],
    payment,
    ip,
  }: SignedSubmission): Promise<GasPayment> {
    const { chain, journal, payments } = this.#parts;
    const call = submitCall(chain, submission, signature, listProof);
    const gas = await dryRun(chain.client, { account: journal.sender, ...call, value: 0n });
    const consumer = { contributor: submission.contributor, ip };
    const terms =
      payment === "contributor"
        ? await payments.own(gas, "own-choice")
        : await payments.take(submitKey(rootOfSubmission(submission)), consumer, gas);
    if (terms.paidBy === "contributor") this.#unpaid.requireRoom(consumer);
    return terms;
  }

  /** A submission that is here already may be paid for by somebody else than before. */
  async #payOtherwise(known: RelayedSubmission, signed: SignedSubmission): Promise<void> {
    const { submissions, contributed, journal } = this.#parts;
    const { root, state } = known;
    const wantsToPay = signed.payment === "contributor";
    if ((state !== "received" || !wantsToPay) && (state !== "awaiting" || wantsToPay)) return;
    // Only who holds the signature may change anything.
    await this.#requireSignature(known.submission, signed.signature);
    if (wantsToPay) {
      const isSame = submissions.find(root)?.state === state;
      if (isSame && journal.withdraw(submitKey(root))) this.#unpaid.handOver(known, "own-choice");
      return;
    }
    const terms = await this.#decide({ ...signed, submission: known.submission });
    if (terms.paidBy === "contributor") return;
    submissions.markReceived(root, terms);
    contributed.add(root, known.manifest);
  }

  #requireTarget(manifest: Manifest): void {
    const { chain } = this.#parts;
    if (manifest.chainId === chain.chainId && manifest.datanets === chain.addresses.datanets) return;
    throw new HttpRefusal(400, {
      code: "other-chain",
      sentence: `The submission is for the Datanets contract ${manifest.datanets} on chain ${manifest.chainId}; this gateway serves ${chain.addresses.datanets} on chain ${chain.chainId}.`,
      next: "Send it to a gateway of that chain, or prepare it again here.",
    });
  }

  /** ECDSA for accounts with a key, ERC-1271 by a call for contracts that are accounts. */
  async #requireSignature(submission: Submission, signature: Hex): Promise<void> {
    const { chain } = this.#parts;
    const { chainId, addresses } = chain;
    const typedData = submissionTypedData({ chainId, datanets: addresses.datanets, submission });
    const valid = await chain.client.verifyTypedData({
      address: submission.contributor,
      ...typedData,
      signature,
    });
    if (!valid) throw HttpRefusal.because(401, "bad-signature");
  }

  /** Who signed earlier terms would be bound to what they did not read: they sign again. */
  async #requireTerms({ terms, licence }: Manifest, target: Datanet): Promise<void> {
    if (terms !== target.terms) {
      throw new HttpRefusal(409, {
        code: "TermsChanged",
        sentence: `Datanet ${target.datanet} has other terms now: number ${target.terms}, and the submission was signed under number ${terms}.`,
        next: "Prepare the submission again, read the licence and the guidelines, and sign it under them.",
      });
    }
    const current = await this.#parts.licences.of(target.datanet, terms);
    if (current === undefined) throw termsUnknown(target);
    if (licence === current) return;
    throw new HttpRefusal(422, {
      code: "other-licence",
      sentence: `The manifest names the licence ${JSON.stringify(licence)}, and the terms number ${terms} of Datanet ${target.datanet} have ${JSON.stringify(current)}.`,
      next: "Prepare the submission again with a dry run.",
    });
  }

  async #requireFiles(manifest: Manifest, target: Datanet): Promise<void> {
    for (const file of manifest.files) {
      const found = await this.#uploads.find(manifest.contributor, target, file.name, file.sha256);
      if (found === undefined) throw notUploaded(file);
      const { mediaType, reason, detail } = found.inspection;
      if (reason !== undefined) {
        const { key, sentence, next } = reasonFor(reason, detail);
        throw new HttpRefusal(422, { code: key, sentence: `${file.name}: ${sentence}`, next });
      }
      for (const field of ["mediaType", "sizeBytes", "cid"] as const) {
        const is = field === "mediaType" ? mediaType : found[field];
        if (file[field] === is) continue;
        throw new HttpRefusal(422, {
          code: field === "sizeBytes" ? "declared-size" : "declared-otherwise",
          sentence: `The manifest says that ${file.name} has the ${field} ${file[field]}, but it is ${is}.`,
          next: "Prepare the submission again with a dry run.",
        });
      }
    }
  }

  #requireUnknownFiles({ files, contributor }: Manifest, { pool }: Datanet, root: Hex): void {
    const seen = new Set<Hex>();
    for (const { name, sha256 } of files) {
      const earlier = this.#parts.contributed.duplicateOf(pool, sha256, contributor, root);
      if (earlier !== undefined)
        throw HttpRefusal.because(409, "exact-duplicate", `${name} is in submission ${earlier.root}.`);
      if (seen.has(sha256))
        throw HttpRefusal.because(409, "exact-duplicate", `${name} stands in the manifest twice.`);
      seen.add(sha256);
    }
  }

  async #requireQuota({ contributor, files, sizeBytes }: Submission, root: Hex): Promise<void> {
    const { filesLeft, bytesLeft } = await quotaOf(this.#parts, contributor, root);
    if (files > filesLeft)
      throw HttpRefusal.because(429, "quota-files", `${files} were sent, and ${filesLeft} are left.`);
    if (sizeBytes > bytesLeft) {
      throw HttpRefusal.because(
        429,
        "quota-bytes",
        `They have ${sizeBytes} bytes, and ${bytesLeft} are left.`,
      );
    }
  }

  #inTurn<Result>(contributor: Address, work: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(contributor) ?? Promise.resolve();
    const turn = before.then(work, work);
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#turns.get(contributor) === settled) this.#turns.delete(contributor);
      });
    this.#turns.set(contributor, settled);
    return turn;
  }
}

function expired(deadline: number, now: number): HttpRefusal {
  return new HttpRefusal(409, {
    code: "SignatureExpired",
    sentence: `The signature was good until ${deadline}, and chain time is ${now}.`,
    next: "Prepare the submission again and sign it.",
  });
}
