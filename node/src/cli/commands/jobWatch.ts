import { setTimeout as sleep } from "node:timers/promises";
import { type Job, readJob } from "@openledger/sdk/client/readJob";
import { readReleaseOfJob } from "@openledger/sdk/client/readRelease";
import { readEvents, type ServerEvent } from "@openledger/sdk/eventStream";
import { type Address, zeroAddress } from "viem";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";

const LOOK_AGAIN_MS = 2_000;
/** A line for a step is written at most this often; where somebody looks on, the steps between pass by. */
const STEP_LINE_MS = 1_000;

type Facts = Record<string, unknown>;

/**
 * Follows a job to its end: what happened comes first, then what happens. A stream that breaks is opened again, and goes
 * on behind the last event that was told.
 */
export async function watchJob(session: Session, number: number): Promise<Answer> {
  const { client, addresses } = await session.connection();
  const watch = new Watch(session);
  let status: Job["status"] | undefined;
  for (;;) {
    const job = await readJob(client, { addresses, job: number });
    if (job.status !== status) session.progress(`job ${number}: ${job.status}`);
    status = job.status;
    const release =
      status === "ACCEPTED" ? await readReleaseOfJob(client, { addresses, job: number }) : undefined;
    if (status === "CANCELLED" || release !== undefined) {
      await watch.follow(number, job.trainer).catch(() => session.io.signal.throwIfAborted());
      return {
        json: { job: number, status, release: release ?? null, ...watch.summary },
        lines: [
          release === undefined
            ? `Job ${number} was cancelled.`
            : `Release ${release} came of job ${number}.`,
        ],
        ok: release !== undefined,
      };
    }
    if (status !== "OPEN") {
      // A trainer that is away is asked again: the chain tells when the job is over.
      await watch.follow(number, job.trainer).catch(() => session.io.signal.throwIfAborted());
    }
    await sleep(LOOK_AGAIN_MS, undefined, { signal: session.io.signal }).catch(() => undefined);
    session.io.signal.throwIfAborted();
  }
}

/** What was heard of a job so far. */
class Watch {
  readonly #session: Session;
  #heard: { trainer: string; lastId: string | undefined } | undefined;
  #attempt: unknown;
  #toldStepAt = 0;
  #lastStep: Facts | undefined;
  #evaluations: { step: number; lossMicronats: number }[] = [];
  #stopped: Facts | undefined;
  #skipped: Facts[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  /** For programs: the last attempt's facts. */
  get summary() {
    return {
      attempt: this.#attempt ?? null,
      lastStep: this.#lastStep ?? null,
      evaluations: this.#evaluations,
      stopped: this.#stopped ?? null,
      skipped: this.#skipped,
    };
  }

  /**
   * Hears a stream to its end.
   *
   * @param holder Who holds the lease; the zero address once the job is attested, when the gateway knows whose run it is.
   */
  async follow(job: number, holder: Address): Promise<void> {
    if (holder !== zeroAddress && this.#heard?.trainer !== holder) this.#heard = undefined;
    const { trainer, lastId } = this.#heard ?? {};
    const response = await this.#session.gateway.stream(
      `/v1/jobs/${job}/progress${trainer === undefined ? "" : `?trainer=${trainer}`}`,
      lastId === undefined ? {} : { "last-event-id": lastId },
    );
    const told = response.headers.get("x-openledger-trainer") ?? trainer;
    if (told !== undefined && told !== trainer) {
      this.#heard = { trainer: told, lastId: undefined };
      this.#attempt = undefined;
    }
    for await (const event of readEvents(response)) {
      if (event.id !== undefined && this.#heard !== undefined) this.#heard.lastId = event.id;
      this.#tell(event);
    }
  }

  #tell({ event, data }: ServerEvent): void {
    const facts = parse(data);
    if (facts === undefined) return;
    this.#note(event, facts);
    const line = lineOf(event, facts);
    if (line === undefined) return;
    const { io } = this.#session;
    const isOneOfMany = event === "step" && facts.step !== facts.steps;
    const now = Date.now();
    if (isOneOfMany && now - this.#toldStepAt < STEP_LINE_MS) {
      io.passing(line);
      return;
    }
    if (event === "step") this.#toldStepAt = now;
    io.err(line);
  }

  #note(event: string, facts: Facts): void {
    if (event === "attempt" && this.#attempt !== facts.attempt) {
      this.#attempt = facts.attempt;
      this.#evaluations = [];
      this.#skipped = [];
      this.#stopped = undefined;
    } else if (event === "step") this.#lastStep = facts;
    else if (event === "evaluation")
      this.#evaluations.push({ step: Number(facts.step), lossMicronats: Number(facts.lossMicronats) });
    else if (event === "skipped") this.#skipped.push(facts);
    else if (event === "stopped") this.#stopped = facts;
  }
}

/** An event as a line; undefined for one that a reader does not need. */
function lineOf(event: string, facts: Facts): string | undefined {
  const { step, error } = facts;
  switch (event) {
    case "attempt":
      return `attempt ${facts.attempt}`;
    case "step":
      return `  step ${step} of ${facts.steps}: loss ${nats(facts.lossMicronats)}${speed(facts)}`;
    case "evaluation":
      return `  step ${step}: held-out loss ${nats(facts.lossMicronats)}`;
    case "sample":
      return `  step ${step}, "${facts.prompt}": ${String(facts.text).replace(/\s+/g, " ")}`;
    case "sampleSkipped":
      return `  step ${step}: no sample, ${facts.reason}`;
    case "skipped":
      return `  ${facts.sha256} gave no example: ${facts.reason}`;
    case "halved":
      return `  memory was short: ${facts.microBatch} examples at once from here on`;
    case "stopped":
      return `  ended at step ${step} (${facts.reason ?? "early-stop"}); the adapter of step ${facts.bestStep} is kept`;
    case "status":
      return `  ${facts.state}${error === undefined ? "" : `: ${error}`}`;
    default:
      return undefined;
  }
}

function nats(micronats: unknown): string {
  return (Number(micronats) / 1e6).toFixed(4);
}

function speed({ tokensPerSecond, etaSeconds }: Facts): string {
  const parts = [
    ...(typeof tokensPerSecond === "number" ? [`${Math.round(tokensPerSecond)} tokens/s`] : []),
    ...(typeof etaSeconds === "number" ? [`about ${Math.round(etaSeconds)} s left`] : []),
  ];
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}

function parse(data: string): Facts | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Facts) : undefined;
  } catch {
    // A line that is cut tells nothing.
    return undefined;
  }
}
