import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import { verifyDigest, verifyManifest } from "@openledger/sdk/content/verify";
import { poolOfDocket } from "@openledger/sdk/docketId";
import { gradeAt } from "@openledger/sdk/grades";
import {
  MAX_FILE_BYTES,
  MAX_MANIFEST_BYTES,
  type Manifest,
  type ManifestFile,
  manifestSizeBytes,
} from "@openledger/sdk/manifest";
import { Problem } from "@openledger/sdk/problem";
import PQueue from "p-queue";
import type { Logger } from "pino";
import { isStopping } from "../app/errors.ts";
import type { Licences } from "../chain/licences.ts";
import type { ContentKeeper } from "../content/contentKeeper.ts";
import { type ContentSources, ContentUnavailableError, type Downloaded } from "../content/contentSources.ts";
import { FetchSchedule } from "../content/fetchSchedule.ts";
import type { Assay, Assayer } from "../judge/assay.ts";
import { reject } from "../judge/opinion.ts";
import type { FetchAhead } from "./fetchAhead.ts";
import type { Judgements } from "./judgements.ts";
import { EXCERPT_CHARACTERS, type PerplexityMeter } from "./perplexity.ts";
import type { Submitted } from "./submissions.ts";

/** What assaying submissions takes. */
export interface IntakeParts {
  judgements: Judgements;
  content: ContentSources;
  /** Keeps what was judged, for everybody. */
  keeper: Pick<ContentKeeper, "keepManifest" | "keepFile">;
  /** Brings the content of what has to wait. */
  ahead: Pick<FetchAhead, "start" | "forget">;
  /** Whether the court needs no opinion of a submission now. */
  isDecided: (submitted: Submitted) => boolean;
  licences: Licences;
  assayer: Assayer;
  /** Told of every good text that is still to be voted on; absent without a base model. */
  meter?: Pick<PerplexityMeter, "add"> | undefined;
  log: Logger;
  /** A folder for downloads, which are removed once judged. */
  folder: string;
  /** How many files are fetched and judged at the same time. */
  lanes: number;
  /** The dockets that wait for this account's vote, and until when, in chain time. */
  urgent: () => ReadonlyMap<number, number>;
}

/** Submissions under way at the same time, for each lane: enough that no lane waits for a manifest. */
const SUBMISSIONS_A_LANE = 2;
/** How many of those that wait for their turn are fetched ahead. */
const FETCHED_AHEAD = 256;
/** The contract's deadlines are far below it, so that the nearest deadline has the highest priority. */
const PRIORITY_OF_URGENT = 2 ** 40;

/**
 * Fetches and assays the files of submissions, several at a time and each by itself, those of the docket with the nearest
 * deadline first. Every finding is on disk as soon as it is there. What cannot be fetched is tried again later and holds
 * nobody up.
 */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #fresh: PQueue;
  /** What was not there at the first try has lanes of its own, so that it holds nobody up. */
  readonly #retries: PQueue;
  readonly #running = new Map<string, Promise<void>>();
  readonly #schedule = new FetchSchedule();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#fresh = new PQueue({ concurrency: parts.lanes });
    // As many: when a gateway comes back, all that waited for it is urgent.
    this.#retries = new PQueue({ concurrency: parts.lanes });
  }

  /** Start what can be started now, the most urgent first; it does not wait for the end. */
  start(): void {
    const { ahead, isDecided, judgements, urgent } = this.#parts;
    const most = SUBMISSIONS_A_LANE * this.#parts.lanes;
    const deadlines = urgent();
    const drawn = [...deadlines]
      .sort(([, a], [, b]) => a - b)
      .flatMap(([docket]) => judgements.unassayedIn(docket));
    const waiting: Submitted[] = [];
    for (const submitted of [...drawn, ...judgements.unassayed(most + this.#schedule.size + FETCHED_AHEAD)]) {
      const { root } = submitted;
      const isUrgent = deadlines.has(submitted.docket);
      const isRetry = this.#schedule.hasFailed(root);
      if (this.#running.has(root) || !this.#schedule.isDue(root, isDecided(submitted), isUrgent)) continue;
      if (!isUrgent && !isRetry && this.#running.size >= most) {
        if (submitted.grades === undefined && !isDecided(submitted)) waiting.push(submitted);
        continue;
      }
      const deadline = deadlines.get(submitted.docket);
      const priority = deadline === undefined ? 0 : PRIORITY_OF_URGENT - deadline;
      const queue = isRetry ? this.#retries : this.#fresh;
      const work = this.#assay(submitted, priority, queue);
      if (queue.size > 0 && !isRetry) waiting.push(submitted);
      this.#running.set(
        root,
        work.finally(() => this.#running.delete(root)),
      );
    }
    ahead.start(waiting);
  }

  /** Wait until nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** A submission that concerns nobody any more. */
  forget(root: string): void {
    this.#schedule.done(root);
    this.#parts.ahead.forget(root);
  }

  /** Whether a submission's content was asked for and was not there. */
  isUnavailable(root: string): boolean {
    return this.#schedule.hasFailed(root);
  }

  async #assay(submitted: Submitted, priority: number, queue: PQueue): Promise<void> {
    const { judgements, log } = this.#parts;
    const { root } = submitted;
    try {
      const manifest = await queue.add(() => this.#manifest(submitted), { priority });
      if (manifest instanceof Problem) {
        const opinion = reject("unavailable", manifest.sentence);
        for (let index = 0; index < submitted.files; index++)
          judgements.saveAssay(root, index, { opinion, fingerprint: undefined, file: undefined });
      } else {
        await this.#assayFiles(submitted, manifest, priority, queue);
      }
      judgements.markAssayed(root);
      this.forget(root);
      log.info({ root, docket: submitted.docket, files: submitted.files }, "submission assayed");
    } catch (error) {
      if (isStopping(error)) return;
      this.#schedule.failed(root);
      if (error instanceof ContentUnavailableError) {
        log.debug({ root, reason: error.message }, "content not there yet");
      } else {
        log.warn({ root, err: error }, "submission not assayed, will be tried again");
      }
    }
  }

  /** All files are tried, also when one of them is not there. */
  async #assayFiles(
    submitted: Submitted,
    manifest: Manifest,
    priority: number,
    queue: PQueue,
  ): Promise<void> {
    const { judgements } = this.#parts;
    const done = judgements.assayed(submitted.root);
    const results = await Promise.allSettled(
      manifest.files.map(async (file, index) => {
        // Once the court has decided, a rejected file concerns nobody any more.
        const isMoot = submitted.grades !== undefined && gradeAt(submitted.grades, index) === 0;
        if (done.has(index) || isMoot) return;
        await queue.add(() => this.#assayFile(submitted, manifest, file, index), { priority });
      }),
    );
    const failure = results.find((result) => result.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  }

  /** The manifest, or what is wrong with it for ever: its digest is the chain's, so that no other can take its place. */
  async #manifest(submitted: Submitted): Promise<Manifest | Problem> {
    const cid = cidOfDigest(submitted.manifestDigest);
    try {
      const bytes = await this.#parts.content.read(cid, MAX_MANIFEST_BYTES);
      const manifest = verifyManifest(bytes, submitted);
      await this.#parts.keeper.keepManifest(submitted.root, cid, bytes);
      return await this.#underItsTerms(manifest);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }

  /** @throws {Problem} when the manifest names another licence than its terms have: nobody could rely on either. */
  async #underItsTerms(manifest: Manifest): Promise<Manifest> {
    const { datanet, terms, licence } = manifest;
    const agreed = await this.#parts.licences.of(datanet, terms);
    if (agreed === undefined)
      throw new ContentUnavailableError(`The terms ${terms} of Datanet ${datanet} are not known yet.`);
    if (licence === agreed) return manifest;
    throw new Problem(
      "other-licence",
      `The manifest names the licence ${JSON.stringify(licence)}, and the terms ${terms} of Datanet ${datanet} have ${JSON.stringify(agreed)}.`,
      "Reject the submission: its contributor signed two licences.",
    );
  }

  async #assayFile(
    submitted: Submitted,
    manifest: Manifest,
    file: ManifestFile,
    index: number,
  ): Promise<void> {
    const { content, folder, judgements, keeper, meter } = this.#parts;
    const { root } = submitted;
    const path = join(folder, `${root}-${index}`);
    const { name, mediaType, sizeBytes, sha256, cid } = file;
    const save = ({ opinion, fingerprint }: Omit<Assay, "inspection">) =>
      judgements.saveAssay(root, index, {
        opinion,
        fingerprint,
        file: { name, mediaType, sizeBytes, sha256, cid },
      });
    await mkdir(folder, { recursive: true });
    try {
      const downloaded = await content.save(cid, path, MAX_FILE_BYTES);
      // Kept before the finding is saved: whoever is killed in between fetches it once more.
      const [found] = await Promise.all([
        this.#judge(submitted, manifest, file, { ...downloaded, path }),
        keeper.keepFile(root, index, file, path),
      ]);
      save(found);
      if (found.excerpt !== undefined && submitted.grades === undefined)
        meter?.add(root, index, found.excerpt);
    } catch (error) {
      // It can never be had: it is no file, or too long.
      if (!(error instanceof Problem)) throw error;
      const reason = error.code === "too-long" ? "declared-size" : "unavailable";
      save({ opinion: reject(reason, error.sentence) });
    } finally {
      await rm(path, { force: true });
    }
  }

  async #judge(
    submitted: Submitted,
    manifest: Manifest,
    file: ManifestFile,
    downloaded: Downloaded & { path: string },
  ): Promise<Omit<Assay, "inspection">> {
    const declared = manifestSizeBytes(manifest);
    if (declared !== submitted.sizeBytes) {
      return {
        opinion: reject(
          "declared-size",
          `The files have ${declared} bytes together, ${submitted.sizeBytes} were declared.`,
        ),
      };
    }
    const fault = verifyDigest(downloaded.sha256, downloaded.sizeBytes, file);
    if (fault !== undefined) {
      return {
        opinion: reject(fault, `Stored are ${downloaded.sizeBytes} bytes with sha256 ${downloaded.sha256}.`),
      };
    }
    const terms = await this.#parts.licences.termsOf(submitted.datanet, submitted.terms);
    return this.#parts.assayer.assay({
      path: downloaded.path,
      name: file.name,
      pool: poolOfDocket(submitted.docket),
      mediaType: file.mediaType,
      ...(terms === undefined ? {} : { guidelines: terms.guidelines }),
      ...(this.#parts.meter === undefined ? {} : { excerptCharacters: EXCERPT_CHARACTERS }),
    });
  }
}
