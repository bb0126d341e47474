import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import { verifyDigest, verifyManifest } from "@openledger/sdk/content/verify";
import { poolOfDocket } from "@openledger/sdk/docketId";
import {
  MAX_FILE_BYTES,
  MAX_MANIFEST_BYTES,
  type Manifest,
  manifestSizeBytes,
} from "@openledger/sdk/manifest";
import { Problem } from "@openledger/sdk/problem";
import type { Logger } from "pino";
import type { Licences } from "../chain/licences.ts";
import type { ContentKeeper } from "../content/contentKeeper.ts";
import { type ContentSources, ContentUnavailableError, type Downloaded } from "../content/contentSources.ts";
import { FetchSchedule } from "../content/fetchSchedule.ts";
import type { Assayer } from "../judge/assay.ts";
import { judgeFile } from "../judge/judge.ts";
import type { KnownFiles } from "../judge/known.ts";
import { type Opinion, reject } from "../judge/opinion.ts";
import type { SubmissionBook, Submitted } from "./submissions.ts";

/** How many files are fetched while one is judged. */
const FETCHED_AHEAD = 4;

type Download = (Downloaded & { path: string }) | Error;

/** What judging submissions takes. */
export interface IntakeParts {
  book: SubmissionBook;
  known: KnownFiles;
  assayer: Assayer;
  content: ContentSources;
  /** Keeps what was judged, for everybody. */
  keeper: Pick<ContentKeeper, "keepManifest" | "keepFile" | "setGrades">;
  /** Whether the court needs no opinion of a submission now. */
  isDecided: (submitted: Submitted) => boolean;
  licences: Licences;
  log: Logger;
  /** A folder for downloads, which are removed once judged. */
  folder: string;
}

/**
 * Judges every submission as soon as its content is published, in the order of the chain, long before a docket has to be
 * voted on. What cannot be fetched is tried again at every round and holds nobody up.
 */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #schedule = new FetchSchedule();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Judge what can be judged now. */
  async round(): Promise<void> {
    for (const submitted of this.#parts.book.unjudged()) {
      if (!this.#schedule.isDue(submitted.root, this.#parts.isDecided(submitted))) continue;
      try {
        await this.#judge(submitted);
        this.#schedule.done(submitted.root);
      } catch (error) {
        if (!(error instanceof ContentUnavailableError)) throw error;
        this.#schedule.failed(submitted.root);
        this.#parts.log.debug({ root: submitted.root, reason: error.message }, "content not there yet");
      }
    }
  }

  async #judge(submitted: Submitted): Promise<void> {
    const { book, known, keeper, log } = this.#parts;
    const manifest = await this.#manifest(submitted);
    if (manifest instanceof Problem) {
      for (let index = 0; index < submitted.files; index++) {
        book.saveOpinion(submitted.root, index, "", reject("unavailable", manifest.sentence));
      }
    } else {
      await this.#judgeFiles(submitted, manifest);
    }
    // A validator that catches up learns the verdict before it sees the files.
    const grades = book.gradesOf(submitted.root);
    if (grades !== undefined) {
      known.setGrades(submitted.root, grades);
      keeper.setGrades(submitted.root, grades);
    }
    book.markJudged(submitted.root);
    log.info({ root: submitted.root, docket: submitted.docket, files: submitted.files }, "submission judged");
  }

  /** Files are judged in their order, and fetched some ahead. */
  async #judgeFiles(submitted: Submitted, manifest: Manifest): Promise<void> {
    const { book, keeper } = this.#parts;
    const waiting = [...manifest.files.keys()].filter(
      (index) => book.opinionOf(submitted.root, index) === undefined,
    );
    const downloads = new Map<number, Promise<Download>>();
    let missing: ContentUnavailableError | undefined;
    for (const [place, index] of waiting.entries()) {
      for (const ahead of waiting.slice(place, place + FETCHED_AHEAD)) {
        if (!downloads.has(ahead)) downloads.set(ahead, this.#download(submitted, manifest, ahead));
      }
      const download = await downloads.get(index);
      if (download instanceof ContentUnavailableError) {
        missing = download;
        continue;
      }
      if (download === undefined) continue;
      const file = manifest.files[index];
      if (download instanceof Problem) {
        const reason = download.code === "too-long" ? "declared-size" : "unavailable";
        book.saveOpinion(submitted.root, index, file?.name ?? "", reject(reason, download.sentence));
        continue;
      }
      if (download instanceof Error) throw download;
      try {
        book.saveOpinion(
          submitted.root,
          index,
          file?.name ?? "",
          await this.#judgeFile(submitted, manifest, index, download),
        );
        if (file !== undefined) await keeper.keepFile(submitted.root, index, file, download.path);
      } finally {
        await rm(download.path, { force: true });
      }
    }
    if (missing !== undefined) throw missing;
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

  /** Failures are returned, so that one that nobody waits for yet is not an unhandled one. */
  async #download(submitted: Submitted, manifest: Manifest, index: number): Promise<Download> {
    const { content, folder } = this.#parts;
    const path = join(folder, `${submitted.root}-${index}`);
    try {
      await mkdir(folder, { recursive: true });
      return { path, ...(await content.save(manifest.files[index]?.cid ?? "", path, MAX_FILE_BYTES)) };
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  async #judgeFile(
    submitted: Submitted,
    manifest: Manifest,
    index: number,
    downloaded: Downloaded & { path: string },
  ): Promise<Opinion> {
    const file = manifest.files[index];
    if (file === undefined) throw new Error(`Submission ${submitted.root} has no file ${index}.`);
    const declared = manifestSizeBytes(manifest);
    if (declared !== submitted.sizeBytes) {
      return reject(
        "declared-size",
        `The files have ${declared} bytes together, ${submitted.sizeBytes} were declared.`,
      );
    }
    const fault = verifyDigest(downloaded.sha256, downloaded.sizeBytes, file);
    if (fault !== undefined) {
      return reject(fault, `Stored are ${downloaded.sizeBytes} bytes with sha256 ${downloaded.sha256}.`);
    }
    const known = { ...submitted, ...file, index, pool: poolOfDocket(submitted.docket) };
    return judgeFile(downloaded.path, known, this.#parts.known, this.#parts.assayer);
  }
}
