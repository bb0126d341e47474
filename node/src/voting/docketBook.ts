import { courtAbi } from "@openledger/sdk/abi/court";
import { poolOfDocket } from "@openledger/sdk/docketId";
import type { Database } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";

/** The phases of a docket, as the Court numbers them. */
export const Phase = {
  NONE: 0,
  COLLECTING: 1,
  DRAWING: 2,
  COMMITTING: 3,
  REVEALING: 4,
  SETTLING: 5,
  SETTLED: 6,
} as const;

/** A docket as the Court describes it. */
export interface Docket {
  id: number;
  phase: number;
  pool: number;
  items: number;
  round: number;
  committeeSize: number;
  seats: number;
  moment: number;
  seedBlock: number;
  seed: bigint;
  closesAt: number;
  commitEnds: number;
  revealEnds: number;
  /** Bit k is set when the voter of draw k revealed. */
  revealed: number;
  verdict: bigint;
  /** First second at which an appeal is too late, once settled. */
  appealEnds: number;
  /** Where the items were brought before the court: the docket itself, or the one whose verdict is appealed. */
  origin: Origin;
}

/** The place of a docket's first item where the claimants' events tell of it. */
interface Origin {
  docket: number;
  position: number;
}

/** How a docket was settled, as its event tells it. */
export interface Settlement {
  round: number;
  verdict: bigint;
  /** Bit k is set when the voter of draw k was paid. */
  coherent: number;
  /** Bit k is set when the voter of draw k revealed. */
  revealed: number;
  /** What those who were paid shared. */
  feeWei: bigint;
}

/** How far a docket is for this node: still to be moved on, with a verdict, or with nothing left to do. */
const Settled = { NO: 0, VERDICT: 1, DONE: 2 } as const;

/** Which dockets of the own pools exist, and which of them still need attention. Learnt from events, kept on disk. */
export class DocketBook {
  readonly #database: Database;
  readonly #chain: Chain;
  readonly #pools: readonly number[];

  constructor(database: Database, chain: Chain, pools: readonly number[]) {
    this.#database = database;
    this.#chain = chain;
    this.#pools = pools;
    database.exec(`CREATE TABLE IF NOT EXISTS docket (
      id INTEGER PRIMARY KEY, origin INTEGER NOT NULL, position INTEGER NOT NULL,
      settled INTEGER NOT NULL DEFAULT ${Settled.NO}) STRICT;
      CREATE TABLE IF NOT EXISTS settlement (
        docket INTEGER PRIMARY KEY, round INTEGER NOT NULL, verdict TEXT NOT NULL, coherent INTEGER NOT NULL,
        revealed INTEGER NOT NULL, fee_wei TEXT NOT NULL) STRICT`);
  }

  /** Read the events since the last time. */
  async follow(): Promise<void> {
    const court = {
      address: this.#chain.addresses.court,
      abi: courtAbi,
      fromBlock: BigInt(this.#chain.addresses.deploymentBlock),
    } as const;
    await this.#chain.scanner.scan({
      ...court,
      cursor: "dockets",
      eventName: "DocketOpened",
      handle: (logs) => {
        for (const { args } of logs) this.#add(args.docket, { docket: args.docket, position: 0 });
      },
    });
    await this.#chain.scanner.scan({
      ...court,
      cursor: "appeals",
      eventName: "Appealed",
      handle: (logs) => {
        for (const { args } of logs) this.#add(args.appeal, args);
      },
    });
    await this.#chain.scanner.scan({
      ...court,
      cursor: "settlements",
      eventName: "Settled",
      handle: (logs) => {
        const add = this.#database.prepare("INSERT OR REPLACE INTO settlement VALUES (?, ?, ?, ?, ?, ?)");
        for (const { args } of logs) {
          if (!this.#pools.includes(poolOfDocket(args.docket))) continue;
          const { docket, round, verdict, coherent, revealed, feeWei } = args;
          add.run(docket, round, String(verdict), coherent, revealed, String(feeWei));
        }
      },
    });
  }

  /** How a docket was settled; undefined before its verdict, or while the event was not read yet. */
  settlement(id: number): Settlement | undefined {
    const row = this.#database.prepare("SELECT * FROM settlement WHERE docket = ?").get(id);
    if (row === undefined) return undefined;
    return {
      round: Number(row.round),
      verdict: BigInt(String(row.verdict)),
      coherent: Number(row.coherent),
      revealed: Number(row.revealed),
      feeWei: BigInt(String(row.fee_wei)),
    };
  }

  /** Whether nothing is left to do with a docket. */
  isDone(id: number): boolean {
    const row = this.#database.prepare("SELECT settled FROM docket WHERE id = ?").get(id);
    return row === undefined || row.settled === Settled.DONE;
  }

  #add(id: number, origin: Origin): void {
    if (!this.#pools.includes(poolOfDocket(id))) return;
    this.#database
      .prepare("INSERT OR IGNORE INTO docket (id, origin, position) VALUES (?, ?, ?)")
      .run(id, origin.docket, origin.position);
  }

  /** The dockets with which something is left to do, as they stand on the chain now. */
  async open(): Promise<Docket[]> {
    const rows = this.#database
      .prepare("SELECT id FROM docket WHERE settled <> ? ORDER BY id")
      .all(Settled.DONE);
    return Promise.all(rows.map((row) => this.read(Number(row.id))));
  }

  /** The dockets that had no verdict when their events were read last, without asking the chain. */
  unsettled(): number[] {
    return this.#database
      .prepare("SELECT id FROM docket WHERE settled = ? ORDER BY id")
      .all(Settled.NO)
      .map(({ id }) => Number(id));
  }

  async read(id: number): Promise<Docket> {
    const docket = await this.#chain.client.readContract({
      address: this.#chain.addresses.court,
      abi: courtAbi,
      functionName: "docketOf",
      args: [id],
    });
    const row = this.#database.prepare("SELECT origin, position FROM docket WHERE id = ?").get(id);
    const origin = { docket: Number(row?.origin ?? id), position: Number(row?.position ?? 0) };
    return { ...docket, id, origin };
  }

  /** Whether a docket has a verdict, so that no vote on it is a secret any more. */
  isSettled(id: number): boolean {
    const row = this.#database.prepare("SELECT settled FROM docket WHERE id = ?").get(id);
    return row !== undefined && row.settled !== Settled.NO;
  }

  /** Whether items have a verdict, and nobody's appeal of it is open: nobody asks for an opinion of them now. */
  isDecided(origin: Origin): boolean {
    const open = this.#database
      .prepare(
        "SELECT 1 FROM docket WHERE origin = ? AND position = ? AND id <> origin AND settled = ? LIMIT 1",
      )
      .get(origin.docket, origin.position, Settled.NO);
    return open === undefined && this.isSettled(origin.docket);
  }

  markSettled(id: number): void {
    this.#database
      .prepare("UPDATE docket SET settled = ? WHERE id = ? AND settled = ?")
      .run(Settled.VERDICT, id, Settled.NO);
  }

  /** Nothing is left to do with a docket. */
  markDone(id: number): void {
    this.#database.prepare("UPDATE docket SET settled = ? WHERE id = ?").run(Settled.DONE, id);
  }
}
