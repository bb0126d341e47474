import { readFile } from "node:fs/promises";
import { GRADE_NAMES, type Grade } from "@openledger/sdk/grades";
import type { ReasonKey } from "@openledger/sdk/reasons";
import { UserError } from "../../app/errors.ts";
import { GatewayApi } from "../gatewayApi.ts";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";

/** A vote that waits for a person's word, as the daemon tells it. */
interface ToldProposal {
  docket: number;
  round: number;
  digest: string;
  complete: boolean;
  confirmUntil: number;
  confirmedAt?: number | null;
  items: { item: number; grade: Grade; reason?: ReasonKey; subject: string; why: string }[];
  changes: { item: number; grade: Grade; reason?: ReasonKey }[];
}

type ToldSummary = Omit<ToldProposal, "items"> & { items: number; rejected: number };

interface ToldProposals {
  now: number;
  proposals: ToldSummary[];
  waiting: { docket: number; items: number; missing: number; deadline: number | null }[];
}

/** A grade that a person sets in place of the daemon's. */
export interface GradeOverride {
  item: number;
  grade: Grade;
  reason?: string;
}

/** Where a validator's daemon is, and what shows that one may decide for it. */
export interface DaemonOptions {
  daemon: string;
  tokenFile?: string;
}

/** The votes that wait for a person's word, or one of them item by item. */
export async function votes(
  session: Session,
  docket: number | undefined,
  options: DaemonOptions,
): Promise<Answer> {
  const desk = await Desk.open(session, options);
  const told = await desk.list();
  if (docket !== undefined) {
    const proposal = await desk.find(docket, told);
    return { json: proposal, lines: proposalLines(proposal, told.now) };
  }
  return {
    json: told,
    lines: [
      ...told.proposals.map(({ docket: id, items, rejected, confirmUntil, confirmedAt }) => {
        const state =
          confirmedAt == null
            ? `waits for you, ${Math.max(0, confirmUntil - told.now)} seconds left`
            : "confirmed";
        return `docket ${id}: ${items} item(s), ${rejected} rejected; ${state}`;
      }),
      ...told.waiting.map(
        ({ docket: id, items, missing }) => `docket ${id}: ${missing} of ${items} item(s) still being judged`,
      ),
      ...(told.proposals.length + told.waiting.length === 0 ? ["Nothing waits for you."] : []),
    ],
  };
}

/** Confirms the daemon's vote on a docket, with changes where a person judges otherwise. */
export async function confirm(
  session: Session,
  docket: number,
  options: DaemonOptions & { grade?: GradeOverride[] },
): Promise<Answer> {
  const desk = await Desk.open(session, options);
  const told = await desk.list();
  const proposal = await desk.find(docket, told);
  const changes = options.grade ?? [];
  for (const line of proposalLines(proposal, told.now)) session.progress(line);
  for (const { item, grade, reason } of changes)
    session.progress(`you: item ${item}: ${GRADE_NAMES[grade]}${reason === undefined ? "" : ` (${reason})`}`);
  await session.confirm(
    `Vote so on docket ${docket}${changes.length === 0 ? "" : `, with ${changes.length} change(s)`}?`,
  );
  const confirmed = await desk.confirm(proposal, changes);
  return {
    json: confirmed,
    lines: [
      `Docket ${docket} is confirmed with ${confirmed.changes.length} change(s) to the daemon's grades.`,
    ],
  };
}

/** The daemon's side of proposals. */
class Desk {
  readonly #api: GatewayApi;
  readonly #headers: Record<string, string>;

  private constructor(api: GatewayApi, token: string) {
    this.#api = api;
    this.#headers = { authorization: `Bearer ${token}` };
  }

  static async open(session: Session, { daemon, tokenFile }: DaemonOptions): Promise<Desk> {
    const { io } = session;
    const token =
      tokenFile === undefined ? io.env.OPENLEDGER_PAGE_TOKEN : await readToken(session.path(tokenFile));
    if (token === undefined || token.trim() === "") {
      throw new UserError({
        code: "no-token",
        sentence: "The daemon tells its proposals only to who may read its data directory.",
        next: "Give --token-file with the file page-token of its DATA_DIR, or set OPENLEDGER_PAGE_TOKEN.",
      });
    }
    return new Desk(new GatewayApi(daemon, io.signal), token.trim());
  }

  list(): Promise<ToldProposals> {
    return this.#api.ask("/v1/proposals", { headers: this.#headers });
  }

  async find(docket: number, { proposals }: ToldProposals): Promise<ToldProposal> {
    // A docket without a quorum is drawn again: its latest round is meant.
    const rounds = proposals.filter((proposal) => proposal.docket === docket).map(({ round }) => round);
    if (rounds.length === 0) {
      throw new UserError({
        code: "no-proposal",
        sentence: `No vote on docket ${docket} waits for a person.`,
        next: "See openledger votes for those that do.",
      });
    }
    return this.#api.ask(`/v1/proposals/${docket}/${Math.max(...rounds)}`, { headers: this.#headers });
  }

  confirm({ docket, round, digest }: ToldProposal, changes: readonly GradeOverride[]): Promise<ToldSummary> {
    return this.#api.ask(`/v1/proposals/${docket}/${round}`, {
      method: "POST",
      headers: { ...this.#headers, "content-type": "application/json" },
      body: JSON.stringify({ seen: digest, changes }),
    });
  }
}

async function readToken(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    throw new UserError(
      {
        code: "no-token",
        sentence: `The token file ${path} cannot be read.`,
        next: "Give the file page-token of the daemon's DATA_DIR.",
      },
      error,
    );
  });
}

function proposalLines(
  { docket, items, changes, confirmUntil, confirmedAt, complete }: ToldProposal,
  now: number,
): string[] {
  return [
    `docket ${docket}: ${confirmedAt == null ? `${Math.max(0, confirmUntil - now)} seconds left` : "confirmed"}${complete ? "" : "; not every item is judged yet"}`,
    ...items.map(({ item, grade, reason, subject, why }) => {
      const change = changes.find((one) => one.item === item);
      const own = change === undefined ? "" : ` [you: ${GRADE_NAMES[change.grade]}]`;
      return `item ${item}: ${GRADE_NAMES[grade]}${own}${reason === undefined ? "" : ` (${reason})`}, ${subject}: ${why}`;
    }),
  ];
}
