import { seatsAbi } from "@openledger/sdk/abi/seats";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { type Job, readJob } from "@openledger/sdk/client/readJob";
import { readTrainingRules } from "@openledger/sdk/client/readParameters";
import { COMPUTE } from "@openledger/sdk/pools";
import type { Logger } from "pino";
import { encodeFunctionData } from "viem";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import { TransactionRefusedError } from "../chain/dryRun.ts";
import type { Journal } from "../chain/journal.ts";
import type { ContentSources } from "../content/contentSources.ts";
import type { Turns } from "../voting/turns.ts";
import { WorkerError } from "../worker/pythonWorker.ts";
import { WrongDatasetError } from "./dataset.ts";
import { isPassing } from "./failures.ts";
import type { JobBook, PostedJob } from "./jobBook.ts";
import type { JobRunner } from "./jobRunner.ts";
import { driftOf, type Estimate, lacksMemory, refusalOf, unattestable } from "./prospect.ts";
import type { RunStore } from "./runStore.ts";
import { fetchSpec, UnfitJobError } from "./specs.ts";
import type { Workbench } from "./workbench.ts";

/** What choosing jobs takes. */
export interface ClaimsParts {
  chain: Chain;
  journal: Journal;
  log: Logger;
  book: JobBook;
  runs: RunStore;
  bench: Workbench;
  runner: JobRunner;
  content: ContentSources;
  turns: Turns;
  /** What this node wants for a million tokens of training. */
  weiPerMillionTokens: bigint;
  /** A job that this node failed this often is left to others. */
  mostAttempts: number;
}

/** A job that did not fit into the memory that was free is looked at again after so long, by the chain's clock. */
const MEMORY_SECONDS = 600;

/** Finds open jobs that this node can do and that pay, claims one at a time, and reopens those whose lease ran out. */
export class Claims {
  readonly #parts: ClaimsParts;
  readonly #openSince = new Map<string, number>();
  /** Jobs that do not suit this node, with the reason, and until when: for good, or for lack of memory at that moment. */
  readonly #unfit = new Map<number, { reason: string; until: number }>();
  readonly #estimates = new Map<number, Estimate>();
  #claiming = false;

  constructor(parts: ClaimsParts) {
    this.#parts = parts;
  }

  /** Open jobs that this node leaves to others, with the reason; of one job, or of all. */
  declined(job?: number): { job: number; reason: string }[] {
    const all = [...this.#unfit].map(([number, { reason }]) => ({ job: number, reason }));
    return job === undefined ? all : all.filter((one) => one.job === job);
  }

  async look(): Promise<void> {
    const { book, chain, log } = this.#parts;
    const now = await chain.now();
    for (const posted of book.pending()) {
      const job = await readJob(chain.client, { addresses: chain.addresses, job: posted.job });
      if (job.status === "ACCEPTED" || job.status === "CANCELLED") {
        book.markOver(posted.job);
        this.#unfit.delete(posted.job);
        this.#estimates.delete(posted.job);
      } else if (job.status === "LEASED" && now >= job.leaseEnds) await this.#expire(job, now);
      else if (job.status === "OPEN" && now < job.deadline)
        // What anybody may post must not keep this node from the jobs behind it.
        await this.#consider(posted, job, now).catch((error: unknown) => {
          if (isStopping(error)) throw error;
          log.warn({ job: posted.job, err: error }, "job not considered");
        });
    }
  }

  async #consider(posted: PostedJob, job: Job, now: number): Promise<void> {
    const { runner, runs, mostAttempts, turns } = this.#parts;
    const { attempt = 0, state } = runs.find(posted.job) ?? {};
    if (state === "failed") return;
    const declinedUntil = this.#unfit.get(posted.job)?.until ?? now;
    if (this.#claiming || runner.isBusy || now < declinedUntil || attempt >= mostAttempts) return;
    const key = `open:${posted.job}:${job.attempts}`;
    const since = this.#openSince.get(key) ?? now;
    this.#openSince.set(key, since);
    if (now - since < (await turns.seconds(key, COMPUTE))) return;
    if (!(await this.#suits(posted, job, now)) || !(await this.#canBond())) return;
    await this.#claim(posted, attempt + 1);
  }

  /** Whether the job can be done here, in time and at a profit; fetches its data, so that a claim does not wait for it. */
  async #suits(posted: PostedJob, job: Job, now: number): Promise<boolean> {
    const { bench, content, log, weiPerMillionTokens } = this.#parts;
    try {
      const spec = await fetchSpec(content, posted);
      if (!(await bench.bases.claimed()).includes(spec.base.baseDigest)) {
        throw new UnfitJobError(`The base ${spec.base.name} is not in BASES_DIR.`);
      }
      const drift = driftOf(spec);
      if (drift !== undefined) throw new UnfitJobError(drift);
      const { base, files } = await bench.gather(spec);
      const known = this.#estimates.get(posted.job);
      const estimate = known ?? (await bench.worker.request<Estimate>("estimate", { base, spec, files }));
      this.#estimates.set(posted.job, estimate);
      const refusal = refusalOf(estimate, job, weiPerMillionTokens, now) ?? unattestable(estimate, spec);
      if (refusal !== undefined) {
        // Estimated anew when it is looked at again: other programs may have left memory free.
        if (lacksMemory(estimate)) this.#estimates.delete(posted.job);
        this.#decline(posted.job, refusal, lacksMemory(estimate) ? now + MEMORY_SECONDS : undefined);
        return false;
      }
      this.#unfit.delete(posted.job);
      if (known === undefined) log.info({ job: posted.job, ...estimate }, "job estimated");
      return true;
    } catch (error) {
      if (isPassing(error)) {
        log.debug({ job: posted.job, reason: (error as Error).message }, "job not known yet");
        return false;
      }
      const isUnfit =
        error instanceof UnfitJobError || error instanceof WrongDatasetError || error instanceof WorkerError;
      if (!isUnfit) throw error;
      const isShort = error instanceof WorkerError && error.code === "out-of-memory";
      this.#decline(posted.job, error.message, isShort ? now + MEMORY_SECONDS : undefined);
      return false;
    }
  }

  #decline(job: number, reason: string, until = Number.POSITIVE_INFINITY): void {
    if (this.#unfit.get(job)?.reason !== reason) this.#parts.log.info({ job, reason }, "job not wanted");
    this.#unfit.set(job, { reason, until });
  }

  async #canBond(): Promise<boolean> {
    const { chain } = this.#parts;
    const [stake, rules] = await Promise.all([
      chain.client.readContract({
        address: chain.addresses.seats,
        abi: seatsAbi,
        functionName: "stakeOf",
        args: [COMPUTE, chain.account.address],
      }),
      readTrainingRules(chain.client, { addresses: chain.addresses }),
    ]);
    return stake.activeWei - stake.lockedWei >= rules.bondWei;
  }

  async #claim(posted: PostedJob, attempt: number): Promise<void> {
    const { chain, journal, log, runs } = this.#parts;
    const data = encodeFunctionData({ abi: trainingAbi, functionName: "claim", args: [posted.job] });
    const key = `claim:${posted.job}:${attempt}`;
    this.#claiming = true;
    journal
      .send({ key, to: chain.addresses.training, data, description: `Claim job ${posted.job}`, again: true })
      .then(() => runs.begin(posted.job, attempt))
      .catch((error: unknown) => {
        if (error instanceof TransactionRefusedError)
          log.debug({ job: posted.job, code: error.code }, "job not claimed");
        else if (!isStopping(error)) log.warn({ job: posted.job, err: error }, "claim failed");
      })
      .finally(() => {
        this.#claiming = false;
      });
  }

  /** Runs whose claim was mined while the node was down: the journal knows it, the runs do not. */
  async adopt(): Promise<void> {
    const { book, chain, journal, runs } = this.#parts;
    for (const posted of book.pending()) {
      const run = runs.find(posted.job);
      const attempt = (run?.attempt ?? 0) + 1;
      if (run !== undefined && journal.find(`claim:${posted.job}:${attempt}`)?.state !== "finalized")
        continue;
      const job = await readJob(chain.client, { addresses: chain.addresses, job: posted.job });
      const isOwn = job.trainer.toLowerCase() === chain.account.address.toLowerCase();
      if (job.status === "LEASED" && isOwn && (await chain.now()) < job.leaseEnds)
        runs.begin(posted.job, attempt);
    }
  }

  async #expire(job: Job, now: number): Promise<void> {
    const { chain, journal, log, turns } = this.#parts;
    const key = `expire:${job.job}:${job.leaseEnds}`;
    if (now - job.leaseEnds < (await turns.seconds(key, COMPUTE))) return;
    const data = encodeFunctionData({ abi: trainingAbi, functionName: "expire", args: [job.job] });
    journal
      .send({ key, to: chain.addresses.training, data, description: `Reopen job ${job.job}`, again: true })
      .catch((error: unknown) => {
        if (!isStopping(error)) log.debug({ job: job.job, err: error }, "lease not expired by this node");
      });
  }
}
