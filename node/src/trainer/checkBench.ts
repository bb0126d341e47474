import { courtAbi } from "@openledger/sdk/abi/court";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { readJob } from "@openledger/sdk/client/readJob";
import { readReleaseOfJob } from "@openledger/sdk/client/readRelease";
import { isAppeal } from "@openledger/sdk/docketId";
import { COMPUTE } from "@openledger/sdk/pools";
import type { Logger } from "pino";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { isStopping } from "../app/errors.ts";
import type { Chain } from "../chain/chain.ts";
import type { Journal } from "../chain/journal.ts";
import type { Opinion } from "../judge/opinion.ts";
import type { Docket } from "../voting/docketBook.ts";
import type { Turns } from "../voting/turns.ts";
import type { ItemOpinion } from "../voting/voteStore.ts";
import type { Bench } from "../voting/voting.ts";
import { type Checker, type CheckProgress, isUnavailable, partialOpinion } from "./checker.ts";
import type { Attested, JobBook } from "./jobBook.ts";
import type { RunStore } from "./runStore.ts";
import type { Workbench } from "./workbench.ts";

/** What voting on attestations takes. */
export interface CheckBenchParts {
  chain: Chain;
  journal: Journal;
  log: Logger;
  book: JobBook;
  runs: RunStore;
  bench: Workbench;
  turns: Turns;
  checker: Checker;
}

interface Check extends CheckProgress {
  opinion: Opinion | undefined;
  running: boolean;
}

/** The trainer settles its own job first; others only when it does not. */
const OTHERS_WAIT_SECONDS = 12;
const AGAIN_SECONDS = 20;

/** Opinions of attestations, formed by checking them; and after the verdict, pay and release. */
export class CheckBench implements Bench {
  readonly #parts: CheckBenchParts;
  readonly #checks = new Map<string, Check>();
  readonly #due = new Map<string, number>();

  constructor(parts: CheckBenchParts) {
    this.#parts = parts;
  }

  prepare(docket: Docket): void {
    for (const { attested } of this.#attestationsIn(docket)) {
      const key = keyOf(docket, attested);
      const check = this.#checks.get(key) ?? {
        passed: [],
        missing: undefined,
        opinion: undefined,
        running: false,
      };
      this.#checks.set(key, check);
      if (check.opinion !== undefined || check.running) continue;
      check.running = true;
      this.#check(docket, attested, check)
        .catch((error: unknown) => {
          if (isUnavailable(error)) check.missing = error.message;
          else if (!isStopping(error))
            this.#parts.log.warn({ job: attested.job, err: error }, "check not finished");
        })
        .finally(() => {
          check.running = false;
        });
    }
  }

  opinions(docket: Docket, final: boolean): ItemOpinion[] | undefined {
    const attestations = this.#attestationsIn(docket);
    if (attestations.length !== docket.items) return undefined;
    const opinions: ItemOpinion[] = [];
    for (const { attested, item } of attestations) {
      const check = this.#checks.get(keyOf(docket, attested));
      const opinion = check?.opinion ?? (final && check !== undefined ? partialOpinion(check) : undefined);
      // Nothing was seen of it: no honest word can be given, and being absent is the smaller lie.
      if (opinion === undefined) return undefined;
      const subject = `attestation of job ${attested.job} by ${attested.trainer}`;
      opinions.push({ ...opinion, item, subject });
    }
    return opinions;
  }

  /** The attestations that a docket judges, each with its item: of an appeal, one as item 0. */
  #attestationsIn({ id, origin }: Docket): { attested: Attested; item: number }[] {
    const attestations = this.#parts.book.inDocket(origin.docket);
    return isAppeal(id)
      ? attestations
          .filter(({ position }) => position === origin.position)
          .map((attested) => ({ attested, item: 0 }))
      : attestations.map((attested) => ({ attested, item: attested.position }));
  }

  async #check(docket: Docket, attested: Attested, check: Check): Promise<void> {
    const { bench, book, chain, checker, log, runs } = this.#parts;
    if (attested.trainer.toLowerCase() === chain.account.address.toLowerCase()) {
      const own = runs.find(attested.job)?.result;
      if (own !== undefined && own.adapterDigest === attested.attestation.adapterDigest) {
        check.opinion = { grade: 3, why: "This node trained it itself; adapter and records are equal." };
        return;
      }
    }
    const posted = book.find(attested.job);
    if (posted === undefined) return;
    check.passed = [];
    check.missing = undefined;
    const startedAt = Date.now();
    check.opinion = await bench.check(() => checker.check(posted, attested, docket.seed, check));
    const seconds = (Date.now() - startedAt) / 1000;
    log.info({ docket: docket.id, job: attested.job, seconds, ...check.opinion }, "attestation checked");
  }

  /** What is appealed is settled from the docket in which it was judged first, once its verdict is final. */
  async settled(docket: Docket): Promise<boolean> {
    if (isAppeal(docket.id)) return true;
    const now = await this.#parts.chain.now();
    let isDone = true;
    for (const attested of this.#parts.book.inDocket(docket.id)) {
      if (!(await this.#finish(docket, attested, now))) isDone = false;
    }
    return isDone;
  }

  /** Settle the job, then release its model; true when neither is left to do. */
  async #finish(docket: Docket, attested: Attested, now: number): Promise<boolean> {
    const { chain } = this.#parts;
    const { client, addresses } = chain;
    const { job, trainer, attestation } = attested;
    const state = await readJob(client, { addresses, job });
    const isHere = state.docket === docket.id && state.position === attested.position;
    if (state.status === "ATTESTED" && isHere) {
      if (now < docket.appealEnds || !(await this.#isFinal(attested))) return false;
      const data = encodeFunctionData({
        abi: trainingAbi,
        functionName: "settle",
        args: [job, trainer, attestation],
      });
      await this.#inTurn(`settle-job:${job}:${docket.id}`, trainer, now, addresses.training, data);
      return false;
    }
    if (state.status !== "ACCEPTED" || !isHere) return true;
    if ((await readReleaseOfJob(client, { addresses, job })) !== undefined) return true;
    const data = encodeFunctionData({
      abi: modelsAbi,
      functionName: "release",
      args: [job, trainer, attestation],
    });
    await this.#inTurn(`release:${job}`, trainer, now, addresses.models, data);
    return false;
  }

  /** While the verdict can change, settling would be refused: that is no failure, and costs nothing. */
  async #isFinal({ docket, position }: Attested): Promise<boolean> {
    const { addresses, client } = this.#parts.chain;
    const [, isFinal] = await client.readContract({
      address: addresses.court,
      abi: courtAbi,
      functionName: "standingOf",
      args: [docket, position, 1],
    });
    return isFinal;
  }

  async #inTurn(key: string, trainer: Address, now: number, to: Address, data: Hex): Promise<void> {
    const { chain, journal, log, turns } = this.#parts;
    const isOwn = trainer.toLowerCase() === chain.account.address.toLowerCase();
    const wait = isOwn ? 0 : OTHERS_WAIT_SECONDS + (await turns.seconds(key, COMPUTE));
    const due = this.#due.get(key) ?? now + wait;
    this.#due.set(key, due);
    if (now < due) return;
    this.#due.set(key, now + AGAIN_SECONDS);
    journal.send({ key, to, data, description: key, again: true }).catch((error: unknown) => {
      if (!isStopping(error)) log.info({ key, err: error }, "not done by this node");
    });
  }
}

/** Another round has another seed, and so other segments. */
function keyOf(docket: Docket, attested: Attested): string {
  return `${docket.id}:${docket.round}:${attested.position}`;
}
