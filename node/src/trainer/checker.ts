import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { MAX_ARTIFACT_BYTES } from "@openledger/sdk/artifact";
import { cidOfDigest } from "@openledger/sdk/cid";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import { Problem } from "@openledger/sdk/problem";
import { recipeDigest } from "@openledger/sdk/recipe";
import { MAX_REPORT_BYTES, type Report, readReport } from "@openledger/sdk/report";
import type { Logger } from "pino";
import type { Chain } from "../chain/chain.ts";
import { type ContentSources, ContentUnavailableError } from "../content/contentSources.ts";
import { type Opinion, reject } from "../judge/opinion.ts";
import { completeAdapterFolder, WEIGHTS_FILE } from "../worker/adapterFolder.ts";
import { saveArtifact, WrongArtifactError } from "../worker/artifact.ts";
import { WorkerError } from "../worker/pythonWorker.ts";
import { isAdapterOfCheckpoint } from "../worker/safetensors.ts";
import { type Claimed, ClaimUnreadableError, type Commitments } from "./commitment.ts";
import { WrongDatasetError } from "./dataset.ts";
import { endingFault, isCheckpoint, plannedCheckpoints } from "./ending.ts";
import type { Attested, PostedJob } from "./jobBook.ts";
import { chosenEvaluations, chosenSegments, type Segment, segmentsToCheck } from "./segments.ts";
import { fetchSpec, UnfitJobError } from "./specs.ts";
import { batchFault, readTranscript, type TranscriptLine } from "./transcript.ts";
import type { Material, Workbench } from "./workbench.ts";

/** What checking attestations takes. */
export interface CheckerParts {
  chain: Chain;
  content: ContentSources;
  log: Logger;
  bench: Workbench;
  commitments: Pick<Commitments, "claimOfAttestation" | "standingOf">;
  folder: string;
}

/** How far a check came, for a vote that cannot wait any longer. */
export interface CheckProgress {
  /** Everything that was looked at so far was right. */
  passed: string[];
  /** Content that could not be fetched at the last try. */
  missing: string | undefined;
  /** Whether the last try failed for a reason that time does not mend: this node cannot check it. */
  failed?: boolean;
}

interface Evidence {
  attested: Attested;
  report: Report;
  material: Material;
  lines: TranscriptLine[];
  folder: string;
  /** What is lost by who is found out. */
  stake: { priceWei: bigint; bondWei: bigint };
}

/** Losses are told in millionths of a nat; below this, differences between machines are no news. */
const LEAST_LOSS_TOLERANCE = 1_000;

/** Checks attestations: what they say against what was published, and a part of the training by doing it again. */
export class Checker {
  readonly #parts: CheckerParts;

  constructor(parts: CheckerParts) {
    this.#parts = parts;
  }

  /**
   * Check one attestation from the cheapest question to the dearest.
   *
   * @param progress Told what was passed, as it is.
   * @throws ContentUnavailableError when something cannot be fetched now.
   */
  async check(
    posted: PostedJob,
    attested: Attested,
    seed: bigint,
    progress: CheckProgress,
  ): Promise<Opinion> {
    await mkdir(this.#parts.folder, { recursive: true });
    const folder = await mkdtemp(join(this.#parts.folder, `${attested.docket}-${attested.position}-`));
    try {
      const evidence = await this.#gather(posted, attested, folder);
      if ("grade" in evidence) return evidence;
      progress.passed.push("report, transcript and data");
      return (
        (await this.#checkAdapter(evidence)) ??
        (await this.#evaluate(evidence, seed, progress)) ??
        (await this.#replay(evidence, seed, progress)) ?? {
          grade: 3,
          why: `Checked: ${progress.passed.join("; ")}.`,
        }
      );
    } catch (error) {
      if (error instanceof WrongArtifactError) return reject("adapter-unavailable", error.message);
      // What the trainer named is no file, or too long: nobody can ever have it.
      if (error instanceof Problem) return reject("adapter-unavailable", error.sentence);
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #gather(posted: PostedJob, attested: Attested, folder: string): Promise<Evidence | Opinion> {
    const { bench, chain, content } = this.#parts;
    const { attestation } = attested;
    let spec: JobSpec;
    let report: Report;
    try {
      spec = await fetchSpec(content, posted);
      report = readReport(
        await content.read(cidOfDigest(attestation.reportDigest), MAX_REPORT_BYTES),
        attestation,
      );
    } catch (error) {
      if (error instanceof UnfitJobError) return reject("wrong-base", error.message);
      if (error instanceof Problem) return reject("transcript-broken", error.sentence);
      throw error;
    }
    if (report.baseDigest !== spec.base.baseDigest)
      return reject("wrong-base", `The report names ${report.baseDigest}.`);
    const isOfJob =
      report.chainId === chain.chainId &&
      report.training.toLowerCase() === chain.addresses.training.toLowerCase() &&
      report.job === attested.job &&
      report.trainer.toLowerCase() === attested.trainer.toLowerCase() &&
      report.specDigest === posted.specDigest.toLowerCase();
    if (!isOfJob) return reject("wrong-data", "The report is of another job or another trainer.");
    const claim = await this.#parts.commitments.claimOfAttestation(attested);
    if (claim === undefined) throw new ClaimUnreadableError(attested.job);
    const uncommitted = await this.#uncommitted(attested, report, claim);
    if (uncommitted !== undefined) return reject("transcript-broken", uncommitted);
    const transcriptPath = join(folder, "transcript.jsonl");
    await content.save(report.transcriptCid, transcriptPath, MAX_ARTIFACT_BYTES);
    const lines = await readTranscript(transcriptPath, {
      recipeDigest: recipeDigest(report.recipe),
      head: attestation.transcriptHead,
      steps: attestation.steps,
    });
    if (lines === undefined || !hasCheckpoints(lines, report, spec)) {
      return reject("transcript-broken", `The transcript does not lead to ${attestation.transcriptHead}.`);
    }
    const batches = batchFault(lines, spec.training.batchSize);
    if (batches !== undefined) return reject("transcript-broken", `No run goes on like that: ${batches}.`);
    const fault = endingFault(lines, report, spec);
    if (fault !== undefined) return reject("transcript-broken", `The run did not end as it says: ${fault}.`);
    const stake = { priceWei: posted.priceWei, bondWei: claim.bondWei };
    try {
      return { attested, report, material: await bench.gather(spec), lines, folder, stake };
    } catch (error) {
      if (error instanceof WrongDatasetError) return reject("wrong-data", error.message);
      throw error;
    }
  }

  /** What is wrong with when and to what the trainer committed; undefined when the recipe came first, with its drawn seed. */
  async #uncommitted(
    attested: Attested,
    { recipe, specDigest, baseDigest }: Report,
    claim: Claimed & { attestedBlock: bigint },
  ): Promise<string | undefined> {
    const { job, trainer } = attested;
    if (recipe.specDigest !== specDigest || recipe.baseDigest !== baseDigest)
      return "The recipe is of another spec or another base.";
    if (recipe.seed !== claim.seed) return `The seed is ${recipe.seed}; the claim drew ${claim.seed}.`;
    const between = { from: claim.blockNumber, to: claim.attestedBlock };
    const standing = await this.#parts.commitments.standingOf(job, trainer, recipeDigest(recipe), between);
    return standing === "committed" ? undefined : "The recipe was not committed to before training.";
  }

  /** The adapter must be the kept checkpoint's: else a transcript of one run could vouch for another's adapter. */
  async #checkAdapter({ report, material, folder }: Evidence): Promise<Opinion | undefined> {
    const { content } = this.#parts;
    const adapter = join(folder, "adapter");
    await mkdir(adapter, { recursive: true });
    const weights = join(adapter, WEIGHTS_FILE);
    await saveArtifact(content, { cid: report.adapterCid, digest: report.adapterDigest }, weights);
    const keptPath = await this.#checkpoint(report.keptStep, report, folder);
    try {
      if (!(await isAdapterOfCheckpoint(weights, keptPath))) {
        return reject(
          "replay-differs",
          `The adapter is not that of the checkpoint of step ${report.keptStep}.`,
        );
      }
      await completeAdapterFolder(adapter, material.spec);
    } catch (error) {
      // A disk that fails here is this node's trouble, not the trainer's.
      if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
      return reject("adapter-unavailable", `The adapter cannot be read: ${(error as Error).message}`);
    }
    return undefined;
  }

  async #evaluate(
    { attested, report, material, lines, folder }: Evidence,
    seed: bigint,
    progress: CheckProgress,
  ): Promise<Opinion | undefined> {
    const { attestation } = attested;
    // What made a run stop early is measured again: invented losses there would save the rest of the training.
    const waited = lines.filter(
      ({ step, evaluationMicronats }) => step > report.keptStep && evaluationMicronats !== null,
    );
    const measured =
      report.ended === "early-stop"
        ? chosenEvaluations(waited, seed, attested.docket, attested.position)
        : [];
    const checkpoints: string[] = [];
    for (const { step } of measured) checkpoints.push(await this.#checkpoint(step, report, folder));
    const answer = await this.#ask<{
      lossBeforeMicronats: number;
      lossAfterMicronats: number;
      checkpointLossesMicronats: number[];
      trainingTokens: number;
    }>("evaluate", {
      ...material,
      recipe: report.recipe,
      adapterPath: join(folder, "adapter"),
      checkpoints,
      steps: report.steps,
    });
    if (answer instanceof WorkerError) return reject("evaluation-differs", answer.message);
    const { relativeDistance } = material.spec.tolerance;
    for (const [when, said, found] of [
      ["before", attestation.lossBeforeMicronats, answer.lossBeforeMicronats],
      ["after", attestation.lossAfterMicronats, answer.lossAfterMicronats],
    ] as const) {
      if (!isClose(Number(said), found, relativeDistance)) {
        return reject(
          "evaluation-differs",
          `The held-out loss ${when} training is ${found} micronats, attested is ${said}.`,
        );
      }
    }
    for (const [index, { step, evaluationMicronats }] of measured.entries()) {
      const found = answer.checkpointLossesMicronats[index] ?? Number.NaN;
      if (!isClose(evaluationMicronats ?? Number.NaN, found, relativeDistance)) {
        return reject(
          "evaluation-differs",
          `The held-out loss of step ${step} is ${found} micronats, the transcript says ${evaluationMicronats}.`,
        );
      }
    }
    if (Math.abs(report.tokens - answer.trainingTokens) > relativeDistance * answer.trainingTokens) {
      return reject(
        "transcript-broken",
        `Its ${report.steps} steps read ${answer.trainingTokens} tokens, attested are ${report.tokens}.`,
      );
    }
    progress.passed.push(`held-out loss ${answer.lossAfterMicronats} micronats`);
    return undefined;
  }

  async #replay(evidence: Evidence, seed: bigint, progress: CheckProgress): Promise<Opinion | undefined> {
    const { attested, report, material, stake } = evidence;
    const steps = report.checkpoints.map(({ step }) => step);
    const planned = plannedCheckpoints(material.spec, report.recipe.steps);
    const wanted = segmentsToCheck(steps.length, planned, stake);
    if (report.ended === "diverged") {
      const fault = await this.#replayDivergence(evidence);
      if (fault !== undefined) return fault;
      progress.passed.push(`it diverges after step ${report.steps}`);
    }
    for (const segment of chosenSegments(steps, seed, attested.docket, attested.position, wanted)) {
      const fault = await this.#replaySegment(evidence, segment);
      if (fault !== undefined) return fault;
      progress.passed.push(`steps ${segment.from} to ${segment.to} trained again`);
    }
    return undefined;
  }

  /**
   * A run that is said to have diverged has to do so again. It has until the second checkpoint from there: what grows
   * beyond all numbers does so a few steps earlier on one machine than on another.
   */
  async #replayDivergence({ report, material, lines, folder }: Evidence): Promise<Opinion | undefined> {
    const { recipe, steps: from } = report;
    let to = from;
    for (let checkpoints = 0; checkpoints < 2 && to < recipe.steps; ) {
      to++;
      if (isCheckpoint(material.spec, recipe.steps, to)) checkpoints++;
    }
    const { microBatch } = lines[from - 1] as TranscriptLine;
    const answer = await this.#ask<{ diverged: boolean }>("replay", {
      ...material,
      recipe,
      microBatches: Array<number>(to - from).fill(microBatch),
      fromCheckpoint: await this.#checkpoint(from, report, folder),
      fromStep: from,
      toStep: to,
      toCheckpoint: null,
    });
    if (answer instanceof WorkerError) return reject("replay-differs", answer.message);
    return answer.diverged
      ? undefined
      : reject(
          "replay-differs",
          `Steps ${from + 1} to ${to} can be learned; the run says that it diverged there.`,
        );
  }

  async #replaySegment(
    { report, material, lines, folder }: Evidence,
    { from, to }: Segment,
  ): Promise<Opinion | undefined> {
    const answer = await this.#ask<{
      bitExact: boolean;
      relativeDistance: number;
      withinTolerance: boolean;
      lossesMicronats: number[];
      evaluationMicronats: number | null;
    }>("replay", {
      ...material,
      recipe: report.recipe,
      microBatches: lines.slice(from, to).map(({ microBatch }) => microBatch),
      fromCheckpoint: from === 0 ? null : await this.#checkpoint(from, report, folder),
      fromStep: from,
      toStep: to,
      toCheckpoint: await this.#checkpoint(to, report, folder),
    });
    if (answer instanceof WorkerError) return reject("replay-differs", answer.message);
    this.#parts.log.info(
      { job: report.job, from, to, ...answer, lossesMicronats: undefined },
      "segment trained again",
    );
    if (!answer.bitExact && !answer.withinTolerance) {
      return reject(
        "replay-differs",
        `Steps ${from} to ${to} end ${answer.relativeDistance} away from the checkpoint.`,
      );
    }
    const { relativeDistance } = material.spec.tolerance;
    const wrong = answer.lossesMicronats.findIndex(
      (loss, index) => !isClose(lines[from + index]?.lossMicronats ?? Number.NaN, loss, relativeDistance),
    );
    const measured = lines[to - 1]?.evaluationMicronats ?? null;
    const { evaluationMicronats } = answer;
    if (
      evaluationMicronats !== null &&
      !isClose(measured ?? Number.NaN, evaluationMicronats, relativeDistance)
    ) {
      return reject(
        "evaluation-differs",
        `The held-out loss of step ${to} is ${evaluationMicronats} micronats, the transcript says ${measured}.`,
      );
    }
    if (wrong < 0) return undefined;
    return reject(
      "transcript-broken",
      `The loss of step ${from + wrong + 1} is not the one in the transcript.`,
    );
  }

  async #checkpoint(step: number, report: Report, folder: string): Promise<string> {
    const found = report.checkpoints.find((checkpoint) => checkpoint.step === step);
    if (found === undefined) throw new Error(`There is no checkpoint of step ${step}.`);
    const path = join(folder, `${step}.safetensors`);
    await saveArtifact(this.#parts.content, found, path);
    return path;
  }

  /** The worker's answer, or what it says is wrong with the evidence. Failures of this machine are thrown. */
  async #ask<Result>(method: string, params: Record<string, unknown>): Promise<Result | WorkerError> {
    try {
      return await this.#parts.bench.worker.request<Result>(method, params);
    } catch (error) {
      if (error instanceof WorkerError && FAULTS_OF_EVIDENCE.has(error.code)) return error;
      throw error;
    }
  }
}

const FAULTS_OF_EVIDENCE = new Set([
  "wrong-adapter",
  "bad-adapter",
  "bad-checkpoint",
  "wrong-checkpoint",
  "bad-segment",
  "wrong-recipe",
]);

/** Whether transcript and report name the same checkpoints, one at every step that the spec asks for. */
function hasCheckpoints(lines: readonly TranscriptLine[], report: Report, spec: JobSpec): boolean {
  const due = lines.filter(({ step }) => isCheckpoint(spec, report.recipe.steps, step));
  return (
    due.length === report.checkpoints.length &&
    due.every((line, index) => {
      const listed = report.checkpoints[index];
      return listed !== undefined && listed.step === line.step && listed.digest === line.checkpointDigest;
    })
  );
}

function isClose(said: number, found: number, relative: number): boolean {
  return Math.abs(said - found) <= Math.max(LEAST_LOSS_TOLERANCE, relative * Math.abs(found));
}

/** What a check that is not finished says when the window closes; undefined when too little was seen to say anything. */
export function partialOpinion({ passed, missing, failed }: CheckProgress): Opinion | undefined {
  if (missing !== undefined) return reject("adapter-unavailable", missing);
  // Who could bring a checker to fail would be accepted unseen.
  if (failed) return undefined;
  if (passed.length < 2) return undefined;
  return { grade: 2, why: `There was no time to check everything. Checked: ${passed.join("; ")}.` };
}

/** Whether a check should be tried again. */
export function isUnavailable(error: unknown): error is ContentUnavailableError {
  return error instanceof ContentUnavailableError;
}
