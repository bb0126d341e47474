import type { Address } from "viem";
import { isAddress } from "viem";
import type { GatewayParts } from "./parts.ts";

const ANSWER_MILLISECONDS = 5_000;

/** A run as its trainer tells it, with whose it is. */
export interface ToldRun {
  trainer: Address;
  job: number;
  attempt: number;
  state: string;
  [fact: string]: unknown;
}

/** An open job that a trainer leaves to others, and why. */
export interface DeclinedJob {
  trainer: Address;
  job: number;
  reason: string;
}

/** Which events are asked for. */
export interface ProgressQuestion {
  job: number;
  attempt?: number | undefined;
  lastEventId?: string | undefined;
}

/** A trainer's HTTP server, as its gateway sees it. */
export class TrainerServer {
  readonly #url: string;
  readonly #log: GatewayParts["log"];
  #account: Address | undefined;

  constructor(url: string, { log }: Pick<GatewayParts, "log">) {
    this.#url = url.replace(/\/+$/, "");
    this.#log = log;
  }

  /** The account that the trainer signs with; undefined while it does not answer. */
  async account(signal: AbortSignal): Promise<Address | undefined> {
    if (this.#account === undefined) {
      const response = await this.#fetch("/healthz", {}, signal);
      const body = (await response?.json().catch(() => undefined)) as { account?: Address } | undefined;
      this.#account = body?.account;
    }
    return this.#account;
  }

  /** Every claim of a job, or of all jobs; nothing while the trainer does not answer. */
  async runs(job: number | undefined, signal: AbortSignal): Promise<ToldRun[]> {
    return (await this.jobs(job, signal)).runs;
  }

  /** The claims of a job, or of all jobs, and those that it leaves to others; none while the trainer does not answer. */
  async jobs(
    job: number | undefined,
    signal: AbortSignal,
  ): Promise<{ runs: ToldRun[]; declined: DeclinedJob[] }> {
    const [account, response] = await Promise.all([
      this.account(signal),
      this.#fetch(`/v1/jobs${job === undefined ? "" : `?job=${job}`}`, {}, signal),
    ]);
    const body = (await response?.json().catch(() => undefined)) as {
      jobs?: Omit<ToldRun, "trainer">[];
      declined?: Omit<DeclinedJob, "trainer">[];
    };
    if (account === undefined || !isAddress(account) || !Array.isArray(body?.jobs))
      return { runs: [], declined: [] };
    // Trainers that do not know the question answer with all of their jobs.
    const isAsked = (one: { job?: unknown }) => job === undefined || one.job === job;
    return {
      runs: body.jobs.filter(isAsked).map((run) => ({ ...run, trainer: account }) as ToldRun),
      declined: (Array.isArray(body.declined) ? body.declined : [])
        .filter(isAsked)
        .map(({ job: number, reason }) => ({ trainer: account, job: number, reason: String(reason) })),
    };
  }

  /** The events of a run, when this trainer has any; status 204 says that there are no more. */
  async progress(
    { job, attempt, lastEventId }: ProgressQuestion,
    signal: AbortSignal,
  ): Promise<Response | undefined> {
    const headers = {
      accept: "text/event-stream",
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    };
    const query = attempt === undefined ? "" : `?attempt=${attempt}`;
    return this.#fetch(`/v1/jobs/${job}/progress${query}`, headers, signal);
  }

  /** A successful answer. Only its beginning has a time limit: events may come for hours. */
  async #fetch(
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response | undefined> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_MILLISECONDS);
    try {
      const response = await fetch(`${this.#url}${path}`, {
        headers,
        signal: AbortSignal.any([signal, late.signal]),
      });
      if (response.ok) return response;
      await response.body?.cancel();
    } catch (error) {
      this.#log.debug({ trainer: this.#url, path, err: error }, "trainer does not answer");
    } finally {
      clearTimeout(timer);
    }
    return undefined;
  }
}
