import { attributionAbi } from "@openledger/sdk/abi/attribution";
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
import { WorkerGoneError } from "../worker/pythonWorker.ts";
import type { ChallengeBook, Challenged } from "./challengeBook.ts";
import { type ChallengeJudge, unavailableOpinion } from "./challengeJudge.ts";
import { type Checker, type CheckProgress, isUnavailable, partialOpinion } from "./checker.ts";
import { isPassing } from "./failures.ts";
import type { Attested, JobBook } from "./jobBook.ts";
import type { RunStore } from "./runStore.ts";
import type { Workbench } from "./workbench.ts";

/** What voting in the COMPUTE pool takes. */
export interface CheckBenchParts {
  chain: Chain;
  journal: Journal;
  log: Logger;
  book: JobBook;
  runs: RunStore;
  bench: Workbench;
  turns: Turns;
  checker: Checker;
  challenges: ChallengeBook;
  challengeJudge: ChallengeJudge;
}

/** An item of a docket: an attestation, or a challenged leaf. */
type Matter = { item: number } & (
  | { attested: Attested; challenged?: undefined }
  | { challenged: Challenged; attested?: undefined }
);

interface Check extends CheckProgress {
  opinion: Opinion | undefined;
  /** What is to be said when there is no more time. */
  inTheEnd: Opinion | undefined;
  running: boolean;
}

/** The trainer settles its own job first; others only when it does not. */
const OTHERS_WAIT_SECONDS = 12;
const AGAIN_SECONDS = 20;

/**
 * Opinions of attestations, formed by checking them, and of challenged leaves, recomputed from the chain; and once a
 * verdict is final, pay, release and resolve.
 */
export class CheckBench implements Bench {
  readonly #parts: CheckBenchParts;
  readonly #checks = new Map<string, Check>();
  readonly #due = new Map<string, number>();

  constructor(parts: CheckBenchParts) {
    this.#parts = parts;
  }

  prepare(docket: Docket): void {
    for (const matter of this.#mattersOf(docket)) {
      const key = keyOf(docket, matter);
      const check = this.#checks.get(key) ?? {
        passed: [],
        missing: undefined,
        opinion: undefined,
        inTheEnd: undefined,
        running: false,
      };
      this.#checks.set(key, check);
      if (check.opinion !== undefined || check.running) continue;
      check.running = true;
      const { attested, challenged } = matter;
      (attested ? this.#check(docket, attested, check) : this.#judge(docket, challenged, check))
        .catch((error: unknown) => {
          if (!attested) check.inTheEnd = unavailableOpinion(error);
          else if (isUnavailable(error)) check.missing = error.message;
          check.failed = !isPassing(error) || error instanceof WorkerGoneError;
          if (!isUnavailable(error) && !isStopping(error))
            this.#parts.log.warn({ docket: docket.id, item: matter.item, err: error }, "check not finished");
        })
        .finally(() => {
          check.running = false;
        });
    }
  }

  opinions(docket: Docket, final: boolean): ItemOpinion[] | undefined {
    const matters = this.#mattersOf(docket);
    if (matters.length !== docket.items) return undefined;
    const opinions: ItemOpinion[] = [];
    for (const matter of matters) {
      const check = this.#checks.get(keyOf(docket, matter));
      const opinion = check?.opinion ?? (final && check !== undefined ? finalOpinion(check) : undefined);
      // Nothing was seen of it: no honest word can be given, and being absent is the smaller lie.
      if (opinion === undefined) return undefined;
      opinions.push({ ...opinion, item: matter.item, subject: subjectOf(matter) });
    }
    return opinions;
  }

  /** What a docket judges, item by item: attestations and challenged leaves; of an appeal, one as item 0. */
  #mattersOf({ id, origin }: Docket): Matter[] {
    const matters: Matter[] = [
      ...this.#parts.book
        .inDocket(origin.docket)
        .map((attested) => ({ attested, item: attested.position }) as const),
      ...this.#parts.challenges
        .inDocket(origin.docket)
        .map((challenged) => ({ challenged, item: challenged.position }) as const),
    ];
    if (!isAppeal(id)) return matters.sort((a, b) => a.item - b.item);
    return matters.filter(({ item }) => item === origin.position).map((matter) => ({ ...matter, item: 0 }));
  }

  async #judge(docket: Docket, challenged: Challenged, check: Check): Promise<void> {
    check.inTheEnd = undefined;
    check.opinion = await this.#parts.challengeJudge.judge(challenged);
    if (check.opinion === undefined) return;
    const { challenge, contributor } = challenged;
    this.#parts.log.info(
      { docket: docket.id, challenge, contributor, ...check.opinion },
      "challenge recomputed",
    );
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
    for (const { attested, challenged } of this.#mattersOf(docket)) {
      const done = attested
        ? await this.#finish(docket, attested, now)
        : await this.#resolve(docket, challenged, now);
      if (!done) isDone = false;
    }
    return isDone;
  }

  /** Execute a challenge's verdict; true when nothing is left to do. */
  async #resolve(docket: Docket, challenged: Challenged, now: number): Promise<boolean> {
    const { addresses, client } = this.#parts.chain;
    const { challenge } = challenged;
    const attribution = { address: addresses.attribution, abi: attributionAbi } as const;
    const { resolved, challenger } = await client.readContract({
      ...attribution,
      functionName: "challengeOf",
      args: [challenge],
    });
    if (resolved) return true;
    if (now < docket.appealEnds || !(await this.#isFinal(challenged))) return false;
    const data = encodeFunctionData({ ...attribution, functionName: "resolve", args: [challenge] });
    await this.#inTurn(`resolve:${challenge}`, challenger, now, addresses.attribution, data);
    return false;
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
  async #isFinal({ docket, position }: Pick<Attested, "docket" | "position">): Promise<boolean> {
    const { addresses, client } = this.#parts.chain;
    const [, isFinal] = await client.readContract({
      address: addresses.court,
      abi: courtAbi,
      functionName: "standingOf",
      args: [docket, position, 1],
    });
    return isFinal;
  }

  /** @param concerned Who does it first: the trainer whose job it is, or the challenger. */
  async #inTurn(key: string, concerned: Address, now: number, to: Address, data: Hex): Promise<void> {
    const { chain, journal, log, turns } = this.#parts;
    const isOwn = concerned.toLowerCase() === chain.account.address.toLowerCase();
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
function keyOf(docket: Docket, { item }: Matter): string {
  return `${docket.id}:${docket.round}:${item}`;
}

function subjectOf({ attested, challenged }: Matter): string {
  return attested
    ? `attestation of job ${attested.job} by ${attested.trainer}`
    : `challenge ${challenged.challenge} of what ${challenged.contributor} is owed`;
}

/** What a check that is not finished says when the window closes; undefined when too little was seen. */
function finalOpinion(check: Check): Opinion | undefined {
  return check.inTheEnd ?? partialOpinion(check);
}
