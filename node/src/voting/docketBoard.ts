import { Gauge, type Registry } from "prom-client";
import { z } from "zod";
import type { Server } from "../app/server.ts";
import type { Chain } from "../chain/chain.ts";
import { type Docket, Phase } from "./docketBook.ts";

const PHASE_NAMES = Object.fromEntries(
  Object.entries(Phase).map(([name, number]) => [number, name.toLowerCase()]),
);

/** What this account still owes a docket, in the order in which it can be done. */
export type Owed = "judgement" | "confirmation" | "commitment" | "reveal";

/** A docket as this node saw it last. */
interface Standing {
  docket: Docket;
  /** By which draws this account sits in the committee. */
  seats: number[];
  owes: Owed[];
  /** Items without an opinion, as people call them. */
  missing: string[];
}

/** What is known of every open docket: phase, deadline, own seats, what is missing. */
export class DocketBoard {
  readonly #standings = new Map<number, Standing>();

  /** Note where a docket stands. */
  note(docket: Docket, own: Partial<Omit<Standing, "docket">> = {}): void {
    this.#standings.set(docket.id, { docket, seats: [], owes: [], missing: [], ...own });
  }

  /** Forget the dockets that are not among these. */
  keep(dockets: readonly Docket[]): void {
    const ids = new Set(dockets.map(({ id }) => id));
    for (const id of this.#standings.keys()) if (!ids.has(id)) this.#standings.delete(id);
  }

  /**
   * Until when this account needs opinions of what was brought before the court in a docket, in chain time: the nearest
   * end of a window, of the docket itself or of an appeal of it. After a lost disk a vote is judged again to be revealed.
   */
  urgent(): Map<number, number> {
    const deadlines = new Map<number, number>();
    for (const { docket, owes, seats } of this.#standings.values()) {
      const isOpen = docket.phase === Phase.COMMITTING && seats.length > 0;
      const end = isOpen ? docket.commitEnds : owes.includes("reveal") ? docket.revealEnds : undefined;
      if (end === undefined) continue;
      const { docket: origin } = docket.origin;
      deadlines.set(origin, Math.min(end, deadlines.get(origin) ?? end));
    }
    return deadlines;
  }

  /** Every docket that still moves, the nearest deadline first. @param now Chain time in seconds. */
  list(now: number) {
    return [...this.#standings.values()]
      .map(({ docket, ...own }) => {
        const deadline = deadlineOf(docket);
        return {
          docket: docket.id,
          pool: docket.pool,
          round: docket.round,
          phase: PHASE_NAMES[docket.phase] ?? String(docket.phase),
          items: docket.items,
          deadline,
          secondsLeft: deadline === null ? null : Math.max(0, deadline - now),
          appealOf: docket.origin.docket === docket.id ? null : docket.origin,
          ...own,
        };
      })
      .sort((a, b) => (a.deadline ?? Number.MAX_SAFE_INTEGER) - (b.deadline ?? Number.MAX_SAFE_INTEGER));
  }
}

/** When a docket's phase ends, in chain time; null where no time ends it. */
function deadlineOf(docket: Docket): number | null {
  switch (docket.phase) {
    case Phase.COLLECTING:
      return docket.closesAt;
    case Phase.COMMITTING:
      return docket.commitEnds;
    case Phase.REVEALING:
      return docket.revealEnds;
    case Phase.SETTLED:
      return docket.appealEnds;
    default:
      return null;
  }
}

/** GET /v1/dockets: the open dockets and their deadlines; it says nothing of any grade. */
export function addDocketsRoute(server: Server, board: DocketBoard, chain: Chain): void {
  server.get(
    "/v1/dockets",
    { schema: { querystring: z.object({ mine: z.enum(["true", "false"]).default("false") }) } },
    ({ query }) => {
      const now = chain.lastHead?.timestamp ?? 0;
      const dockets = board.list(now).filter(({ seats }) => query.mine === "false" || seats.length > 0);
      return { now, dockets };
    },
  );
}

/** Gauges of what this account owes and how long it has for it. */
export function addDocketMetrics(metrics: Registry, board: DocketBoard, chain: Chain): void {
  const owed = () =>
    board
      .list(chain.lastHead?.timestamp ?? 0)
      .flatMap((docket) => docket.owes.map((what) => ({ what, docket })));
  new Gauge({
    name: "openledger_dockets",
    help: "Open dockets, by phase",
    labelNames: ["phase"],
    registers: [metrics],
    collect() {
      this.reset();
      for (const { phase } of board.list(0)) this.inc({ phase });
    },
  });
  new Gauge({
    name: "openledger_votes_owed",
    help: "Dockets that wait for this account, by what they wait for",
    labelNames: ["what"],
    registers: [metrics],
    collect() {
      this.reset();
      for (const { what } of owed()) this.inc({ what });
    },
  });
  new Gauge({
    name: "openledger_vote_seconds_left",
    help: "Seconds until the nearest deadline at which something is owed, by what is owed",
    labelNames: ["what"],
    registers: [metrics],
    collect() {
      this.reset();
      for (const { what, docket } of owed().reverse()) this.set({ what }, docket.secondsLeft ?? 0);
    },
  });
}
