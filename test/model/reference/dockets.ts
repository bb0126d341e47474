import { type Address, type Hex, numberToHex, zeroHash } from "viem";
import { type GradeList, pack } from "./grades.ts";
import type { ParametersModel } from "./parameters.ts";
import { POOLS, type SeatsModel } from "./seats.ts";
import type { VaultModel } from "./vault.ts";
import { refuse, type View, type World } from "./world.ts";

export const MAX_ITEMS = 128;
export const MIN_COMMITTEE = 3;
export const APPEAL_BIT = 2 ** 39;
/** Blocks after the fixing whose hash seeds the draw, and how long it can be had where no contract keeps older ones. */
const SEED_DELAY_BLOCKS = 2;
const SEED_REACH_BLOCKS = 256;
const BOXES = 48;

export const Phase = {
  NONE: 0,
  COLLECTING: 1,
  DRAWING: 2,
  COMMITTING: 3,
  REVEALING: 4,
  SETTLING: 5,
  SETTLED: 6,
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** The committee of the round under way, or of the last one. */
export interface Drawn {
  seed: bigint;
  voters: Address[];
  commitEnds: number;
  revealEnds: number;
  /** The draws with which somebody revealed. */
  revealed: Set<number>;
}

export interface Docket {
  id: number;
  pool: number;
  items: number;
  feeWei: bigint;
  closesAt: number;
  /** What is fixed when it closes. */
  closed?: {
    committeeSize: number;
    toleranceBps: number;
    appealSeconds: number;
    /** Where its ballots lie: in a box that earlier dockets of the pool used, or in one of its own. */
    ballots: Map<Address, Hex>;
    box?: number;
    round: number;
    moment: number;
    seats: number;
    seedBlock: number;
  };
  drawn?: Drawn | undefined;
  verdict?: { grades: GradeList; appealEnds: number };
  appeals: number;
}

interface Pool {
  opened: number;
  /** How long dockets collect: learned at closing, since a docket is opened by somebody's submission. */
  collectSeconds?: number;
  boxes: Map<Address, Hex>[];
  boxesInUse: Set<number>;
}

export interface Appeal {
  id: number;
  docket: number;
  position: number;
  items: number;
  level: number;
  appellant: Address;
  bondWei: bigint;
  /** The docket against whose grades it was made, and their place there. */
  against: { docket: number; position: number };
}

/** What the court keeps of dockets, and how they stand. */
export class DocketsModel {
  readonly world: World;
  readonly parameters: ParametersModel;
  readonly seats: SeatsModel;
  readonly vault: VaultModel;
  readonly dockets = new Map<number, Docket>();
  readonly pools: Pool[] = POOLS.map(() => ({ opened: 0, boxes: [], boxesInUse: new Set() }));
  readonly appeals = new Map<number, Appeal>();
  /** The last appeal of items, by "docket position". */
  readonly latest = new Map<string, number>();
  potWei = 0n;

  constructor(world: World, parameters: ParametersModel, seats: SeatsModel, vault: VaultModel) {
    this.world = world;
    this.parameters = parameters;
    this.seats = seats;
    this.vault = vault;
  }

  phaseOf(id: number): Phase {
    const docket = this.dockets.get(id);
    if (docket === undefined) return Phase.NONE;
    if (docket.verdict) return Phase.SETTLED;
    if (docket.drawn) {
      if (this.world.now < docket.drawn.commitEnds) return Phase.COMMITTING;
      return this.world.now < docket.drawn.revealEnds ? Phase.REVEALING : Phase.SETTLING;
    }
    return docket.closed ? Phase.DRAWING : Phase.COLLECTING;
  }

  /** The id that a pool's open docket has, or the next one will have. */
  openDocketOf(pool: number): number {
    const { opened } = this.pools[pool] as Pool;
    const last = 4 * opened + pool;
    return this.phaseOf(last) === Phase.COLLECTING ? last : 4 * (opened + 1) + pool;
  }

  protected require(id: number, needed: Phase): Docket {
    const phase = this.phaseOf(id);
    if (phase !== needed) refuse("WrongPhase", id, phase, needed);
    return this.dockets.get(id) as Docket;
  }

  /** Close a collecting docket, and fix its first round. */
  protected closeDocket(docket: Docket): void {
    const pool = this.pools[docket.pool] as Pool;
    const rules = this.parameters.poolRules(docket.pool);
    pool.collectSeconds = rules.collectSeconds;
    let box = 0;
    while (pool.boxesInUse.has(box)) box++;
    const shared = box < BOXES;
    if (shared) {
      pool.boxesInUse.add(box);
      pool.boxes[box] ??= new Map();
    }
    const ballots = (shared && pool.boxes[box]) || new Map<Address, Hex>();
    this.fix(docket, { ...rules, ballots, ...(shared && { box }) }, 0);
  }

  /** Fix what a round's draw is made of: the seats of now, and a block that nobody has mined. */
  protected fix(
    docket: Docket,
    kept: Omit<NonNullable<Docket["closed"]>, "round" | "moment" | "seats" | "seedBlock">,
    round: number,
  ): void {
    const moment = this.seats.moment(docket.pool);
    const seats = this.seats.holders(docket.pool).length;
    const seedBlock = this.world.block + SEED_DELAY_BLOCKS;
    const { committeeSize, toleranceBps, appealSeconds, ballots, box } = kept;
    docket.closed = {
      committeeSize,
      toleranceBps,
      appealSeconds,
      ballots,
      ...(box !== undefined && { box }),
      round,
      moment,
      seats,
      seedBlock,
    };
    docket.drawn = undefined;
    const { id, items, feeWei } = docket;
    this.world.emit("court", "DocketClosed", { docket: id, round, items, feeWei, moment, seats, seedBlock });
  }

  /** The seed of a fixed round: not there yet, out of reach, or a number. */
  protected seedOf(seedBlock: number): bigint | "pending" | "expired" {
    if (this.world.block <= seedBlock) return "pending";
    if (this.world.block - seedBlock > SEED_REACH_BLOCKS) return "expired";
    const hash = this.world.blockHashes.get(seedBlock);
    if (hash === undefined) throw new Error(`The model was not told the hash of block ${seedBlock}.`);
    return BigInt(hash) % 2n ** 64n;
  }

  /** The grades of items as they stand, and whether that is for ever. */
  standing(id: number, position: number, items: number): { grades: GradeList; isFinal: boolean } | undefined {
    const verdict = this.dockets.get(id)?.verdict;
    if (verdict === undefined) return undefined;
    const appeal = this.appeals.get(this.latest.get(`${id} ${position}`) ?? 0);
    if (appeal === undefined) {
      const grades = verdict.grades.slice(position, position + items);
      return { grades, isFinal: this.world.now >= verdict.appealEnds };
    }
    const last = this.dockets.get(appeal.id)?.verdict;
    if (last) return { grades: last.grades, isFinal: this.world.now >= last.appealEnds };
    return { grades: this.gradesBefore(appeal), isFinal: false };
  }

  /** The grades against which an appeal was made. */
  gradesBefore({ against, items }: Appeal): GradeList {
    const grades = this.dockets.get(against.docket)?.verdict?.grades ?? [];
    return grades.slice(against.position, against.position + items);
  }

  views(accounts: readonly Address[], known: (id: number) => boolean): View[] {
    const view = (name: string, args: readonly unknown[], words: View["words"]): View => ({
      contract: "court",
      function: name,
      args,
      words,
    });
    const dockets = [...this.dockets.values()].filter(({ id }) => known(id));
    return [
      view("appealPotWei", [], [this.potWei]),
      ...POOLS.map((pool) => view("openDocket", [pool], [this.openDocketOf(pool)])),
      ...dockets.flatMap((docket) => {
        const { id, drawn, closed, verdict } = docket;
        const isFinal = verdict !== undefined && this.world.now >= verdict.appealEnds && docket.appeals === 0;
        const ballots = drawn && !verdict ? closed?.ballots : undefined;
        return [
          view("docketOf", [id], this.docketWords(docket)),
          view("verdictOf", [id], [isFinal, isFinal ? pack(verdict.grades) : 0]),
          ...(drawn ? [view("committee", [id], [32, drawn.voters.length, ...drawn.voters])] : []),
          ...accounts.map((voter) => view("voteOf", [id, voter], [ballots?.get(voter) ?? 0])),
        ];
      }),
      ...[...this.appeals.values()].map(({ id, docket, position, level, appellant, bondWei }) =>
        view("appealOf", [id], [docket, position, level, appellant, bondWei]),
      ),
      ...[...this.latest].map(([place, id]) => view("latestAppeal", place.split(" ").map(Number), [id])),
    ];
  }

  private docketWords(docket: Docket): View["words"] {
    const { closed, drawn, verdict } = docket;
    const phase = this.phaseOf(docket.id);
    const revealed = [...(drawn?.revealed ?? [])].reduce((bits, draw) => bits | (1n << BigInt(draw)), 0n);
    return [
      phase,
      docket.pool,
      docket.items,
      closed?.round ?? 0,
      drawn?.voters.length ?? 0,
      closed?.seats ?? 0,
      closed?.moment ?? 0,
      verdict ? 0 : (closed?.seedBlock ?? 0),
      drawn?.seed ?? 0,
      verdict ? 0 : docket.feeWei,
      phase === Phase.COLLECTING ? docket.closesAt : 0,
      verdict ? 0 : (drawn?.commitEnds ?? 0),
      verdict ? 0 : (drawn?.revealEnds ?? 0),
      revealed,
      verdict ? pack(verdict.grades) : 0,
      verdict?.appealEnds ?? 0,
      docket.appeals,
    ];
  }
}

/** A word as a ballot holds it; zero is an empty ballot. */
export const ballotOf = (word: bigint): Hex => (word === 0n ? zeroHash : numberToHex(word, { size: 32 }));
