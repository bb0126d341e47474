import { rm } from "node:fs/promises";
import { join } from "node:path";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { canonicalJson } from "@openledger/sdk/canonicalJson";
import { type Job, readJob } from "@openledger/sdk/client/readJob";
import { readTrainingRules } from "@openledger/sdk/client/readParameters";
import { readReleaseOfJob } from "@openledger/sdk/client/readRelease";
import { type Recipe, recipeDigest } from "@openledger/sdk/recipe";
import { attestationOf, parseReport, type Report } from "@openledger/sdk/report";
import type { Logger } from "pino";
import { encodeFunctionData, type Hex, zeroHash } from "viem";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import type { Journal } from "../chain/journal.ts";
import type { ContentSources } from "../content/contentSources.ts";
import { WorkerError, WorkerGoneError } from "../worker/pythonWorker.ts";
import { ClaimUnreadableError, Commitments, type Standing } from "./commitment.ts";
import { DyingWorkerError, halvingsAfter, isDeath, isFinal, isPassing, mostDeaths } from "./failures.ts";
import type { JobBook, PostedJob } from "./jobBook.ts";
import type { Publisher } from "./publisher.ts";
import { isOver, type Run, type RunStore, type TrainingResult } from "./runStore.ts";
import { fetchSpec } from "./specs.ts";
import type { Material, Workbench } from "./workbench.ts";

/** What running jobs takes. */
export interface JobRunnerParts {
  chain: Chain;
  journal: Journal;
  log: Logger;
  book: JobBook;
  runs: RunStore;
  bench: Workbench;
  content: ContentSources;
  publisher: Publisher;
  folder: string;
}

/** The newest thing that a heartbeat can tell. */
interface Pulse {
  step: number;
  transcriptHead: Hex;
  lossMicronats: number;
}

/** A run whose recipe does not stand on the chain before its steps, with the seed of its claim: the court would reject it. */
class SpoiltRunError extends Error {
  override readonly name = "SpoiltRunError";

  constructor(job: number) {
    super(
      `The recipe of job ${job} is not the one that was committed to before its first step: its software or its data was changed in the middle of the run, or the chain dropped the block of its claim.`,
    );
  }
}

/**
 * Takes every claimed job to its end: train, publish, attest, and see it paid and released. Each look reads where the job
 * stands, on the chain and on disk, and does the next thing; a run that was killed anywhere goes on from there.
 */
export class JobRunner {
  readonly #parts: JobRunnerParts;
  #working = new Set<number>();
  /** By attempt: another one at the same job begins with nothing. */
  readonly #pulses = new Map<string, Pulse>();
  readonly #beatenAt = new Map<string, number>();
  readonly #commitments: Commitments;
  /** Digests of the recipes of the runs, once they are known. */
  readonly #recipes = new Map<string, Hex>();
  /** What stops the training of an attempt that is over. */
  readonly #trainings = new Map<string, AbortController>();
  #leaseSeconds = 0;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
    this.#commitments = new Commitments(parts.chain);
  }

  /** Whether a run needs the worker, so that no other job should be claimed. */
  get isBusy(): boolean {
    return this.#parts.runs.list().some((run) => run.state === "claimed" || run.state === "trained");
  }

  /** One look at all runs. Call it in a poll; long work goes on in the background. */
  async look(): Promise<void> {
    const { chain, runs } = this.#parts;
    const going = runs.list().filter((run) => !isOver(run.state));
    for (const [attempt, training] of this.#trainings)
      if (!going.some((run) => attemptOf(run) === attempt)) training.abort();
    for (const run of going) {
      const job = await readJob(chain.client, { addresses: chain.addresses, job: run.job });
      if (await this.#follow(run, job)) continue;
      await this.#keepLease(run, job);
      this.#advance(run);
    }
  }

  /** Take over what the chain decided; true when the node has nothing to do for this run now. */
  async #follow(run: Run, job: Job): Promise<boolean> {
    const { chain, runs } = this.#parts;
    const attested = run.state === "attested" || run.state === "accepted";
    if (job.status === "LEASED" && sameAddress(job.trainer, chain.account.address)) return false;
    if (job.status === "ATTESTED" && (attested || run.state === "published")) {
      if (run.state === "published") runs.update(run.job, { state: "attested" });
      return true;
    }
    if (job.status === "ACCEPTED" && (await this.#isOwnAcceptance(run))) {
      if (run.state !== "accepted") runs.update(run.job, { state: "accepted" });
      const release = await readReleaseOfJob(chain.client, { addresses: chain.addresses, job: run.job });
      if (release !== undefined) runs.update(run.job, { state: "released" });
      return true;
    }
    const why = attested
      ? "The court rejected the attestation."
      : `The lease is over; the job is ${job.status}.`;
    runs.update(run.job, { state: "lost", error: why });
    return true;
  }

  async #isOwnAcceptance(run: Run): Promise<boolean> {
    const { chain } = this.#parts;
    if (run.report === undefined) return false;
    return chain.client.readContract({
      address: chain.addresses.training,
      abi: trainingAbi,
      functionName: "isAccepted",
      args: [run.job, chain.account.address, attestationOf(reportOf(run))],
    });
  }

  /** Extend the lease at every checkpoint, and in any case before half of it is over. */
  async #keepLease(run: Run, job: Job): Promise<void> {
    const { chain, log } = this.#parts;
    if (this.#leaseSeconds === 0) {
      this.#leaseSeconds = (
        await readTrainingRules(chain.client, { addresses: chain.addresses })
      ).leaseSeconds;
    }
    const now = await chain.now();
    const attempt = attemptOf(run);
    const posted = this.#parts.book.find(run.job);
    const transcriptHead = this.#recipes.get(attempt) ?? posted?.specDigest ?? zeroHash;
    const known = this.#pulses.get(attempt) ?? (this.#parts.runs.lastStep(run.job) as Pulse | undefined);
    const pulse = known ?? { step: 0, transcriptHead, lossMicronats: 0 };
    const isLate = job.leaseEnds - now < this.#leaseSeconds / 2;
    const isNews = pulse.step > (this.#beatenAt.get(attempt) ?? 0);
    if (!(isLate || isNews) || now >= job.leaseEnds) return;
    const key = `heartbeat:${run.job}:${run.attempt}:${pulse.step}:${isLate ? job.leaseEnds : 0}`;
    if (this.#parts.journal.find(key) !== undefined) return;
    this.#beatenAt.set(attempt, pulse.step);
    this.#send(key, "heartbeat", [
      run.job,
      pulse.step,
      pulse.transcriptHead,
      BigInt(pulse.lossMicronats),
    ]).catch((error: unknown) => {
      if (!isStopping(error)) log.warn({ job: run.job, err: error }, "heartbeat failed");
    });
  }

  #advance(run: Run): void {
    const { log } = this.#parts;
    if (this.#working.has(run.job)) return;
    this.#working.add(run.job);
    this.#step(run)
      .catch((error: unknown) => {
        if (isStopping(error)) return;
        if (isPassing(error)) {
          log.info({ job: run.job, state: run.state, reason: (error as Error).message }, "job waits");
          return;
        }
        log.error({ job: run.job, state: run.state, err: error }, "job failed");
        this.#update(run, {
          state: isFinal(error) ? "failed" : "lost",
          error: error instanceof Error ? error.message : String(error),
        });
      })
      .finally(() => this.#working.delete(run.job));
  }

  /** Note how far an attempt came. When it was lost meanwhile, what it made says nothing of the next one. */
  #update(run: Run, change: Parameters<RunStore["update"]>[1]): void {
    if (this.#isStill(run)) this.#parts.runs.update(run.job, change);
  }

  #isStill({ job, attempt, state }: Run): boolean {
    const now = this.#parts.runs.find(job);
    return now?.attempt === attempt && now.state === state;
  }

  async #step(run: Run): Promise<void> {
    const { book, publisher } = this.#parts;
    const posted = book.find(run.job);
    if (posted === undefined) return;
    switch (run.state) {
      case "claimed": {
        if (!this.#parts.bench.isFreeForTraining) return;
        const result = await this.#train(posted, run);
        this.#update(run, { state: "trained", result });
        return;
      }
      case "trained": {
        if (run.result === undefined) throw new Error(`Job ${run.job} has no result on disk.`);
        const report = await publisher.publish(posted, run.result);
        this.#update(run, { state: "published", report: canonicalJson(report) });
        return;
      }
      case "published": {
        const { recipe } = reportOf(run);
        const { seed, standing } = await this.#standing(run.job, recipe);
        // What the court would take the bond for is not attested; a lease that runs out costs a part of it.
        if (seed !== recipe.seed || standing !== "committed") throw new SpoiltRunError(run.job);
        await this.#send(`attest:${run.job}:${run.attempt}`, "attest", [
          run.job,
          attestationOf(reportOf(run)),
        ]);
        this.#update(run, { state: "attested" });
        return;
      }
    }
  }

  async #train(posted: PostedJob, run: Run): Promise<TrainingResult> {
    const { bench, content, folder, runs } = this.#parts;
    const { job } = posted;
    const material = await bench.gather(await fetchSpec(content, posted));
    const workDir = join(folder, `job-${job}-${run.attempt}`);
    // Its seed was another one: nothing of it is of use any more.
    await rm(join(folder, `job-${job}-${run.attempt - 1}`), { recursive: true, force: true });
    const seed = await this.#commit(run, { ...material, workDir });
    const over = new AbortController();
    this.#trainings.set(attemptOf(run), over);
    const training = bench.train((signal) =>
      bench.worker.request<TrainingResult>(
        "train",
        { ...material, seed, workDir, halvings: halvingsAfter(runs.deaths(job)) },
        {
          signal: AbortSignal.any([signal, over.signal]),
          onEvent: (event, data) => {
            if (!this.#isStill(run)) return;
            runs.addProgress(job, event, withoutPaths(data));
            const last = runs.lastStep(job) as Pulse | undefined;
            if (event === "checkpoint" && last !== undefined) this.#pulses.set(attemptOf(run), last);
          },
        },
      ),
    );
    const result = training.catch(async (error: unknown) => {
      if (isDeath(error) && this.#isStill(run)) {
        const deaths = runs.addDeath(job);
        if (deaths >= mostDeaths(material.spec.training.batchSize))
          throw new DyingWorkerError(deaths, (error as Error).message);
      }
      // What a broken disk or other software left cannot be resumed: the next look starts the run anew.
      if (
        error instanceof WorkerError &&
        (error.code === "damaged-folder" || error.code === "folder-in-use")
      ) {
        await rm(workDir, { recursive: true, force: true });
        throw new WorkerGoneError(error.message);
      }
      if (error instanceof WorkerError && error.code === "wrong-data") await bench.datasets.forget();
      throw error;
    });
    return result.finally(() => this.#trainings.delete(attemptOf(run)));
  }

  /** Fix the recipe with the seed that the claim drew, and put it on the chain before the first step. */
  async #commit(run: Run, material: Material & { workDir: string }): Promise<number> {
    const { bench, chain } = this.#parts;
    const claim = await this.#commitments.claimOf(run.job, chain.account.address);
    if (claim === undefined) throw new ClaimUnreadableError(run.job);
    const { recipe } = await bench.worker.request<{ recipe: Recipe }>("recipe", {
      ...material,
      seed: claim.seed,
    });
    const head = recipeDigest(recipe);
    this.#recipes.set(attemptOf(run), head);
    const { standing } = await this.#standing(run.job, recipe);
    if (standing === "too-late") throw new SpoiltRunError(run.job);
    if (standing === "open")
      await this.#send(`recipe:${run.job}:${run.attempt}:${head}`, "heartbeat", [run.job, 0, head, 0n]);
    return claim.seed;
  }

  /** The seed that the newest claim drew, and how a recipe stands in its lease. */
  async #standing(job: number, recipe: Recipe): Promise<{ seed: number; standing: Standing }> {
    const { chain } = this.#parts;
    const { address } = chain.account;
    const claim = await this.#commitments.claimOf(job, address);
    if (claim === undefined) throw new ClaimUnreadableError(job);
    const between = { from: claim.blockNumber, to: (await chain.head()).number };
    const standing = await this.#commitments.standingOf(job, address, recipeDigest(recipe), between);
    return { seed: claim.seed, standing };
  }

  async #send(key: string, functionName: "heartbeat" | "attest", args: readonly unknown[]): Promise<void> {
    const { chain, journal } = this.#parts;
    const data = encodeFunctionData({ abi: trainingAbi, functionName, args } as Parameters<
      typeof encodeFunctionData
    >[0]);
    await journal.send({ key, to: chain.addresses.training, data, description: key, again: true });
  }
}

/** Names an attempt at a job. */
function attemptOf({ job, attempt }: Run): string {
  return `${job}:${attempt}`;
}

function reportOf(run: Run): Report {
  if (run.report === undefined) throw new Error(`Job ${run.job} has no report on disk.`);
  return parseReport(JSON.parse(run.report));
}

function withoutPaths(data: Record<string, unknown>): Record<string, unknown> {
  const { path: _path, ...rest } = data;
  return rest;
}

function sameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
