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
}

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
      id INTEGER PRIMARY KEY, settled INTEGER NOT NULL DEFAULT 0) STRICT`);
  }

  /** Read the events since the last time. */
  async follow(): Promise<void> {
    await this.#chain.scanner.scan({
      cursor: "dockets",
      address: this.#chain.addresses.court,
      abi: courtAbi,
      eventName: "DocketOpened",
      fromBlock: BigInt(this.#chain.addresses.deploymentBlock),
      handle: (logs) => {
        const add = this.#database.prepare("INSERT OR IGNORE INTO docket (id) VALUES (?)");
        for (const { args } of logs)
          if (this.#pools.includes(poolOfDocket(Number(args.docket)))) add.run(args.docket);
      },
    });
  }

  /** The dockets that are not settled, as they stand on the chain now. */
  async unsettled(): Promise<Docket[]> {
    const rows = this.#database.prepare("SELECT id FROM docket WHERE settled = 0 ORDER BY id").all();
    return Promise.all(rows.map((row) => this.read(Number(row.id))));
  }

  async read(id: number): Promise<Docket> {
    const docket = await this.#chain.client.readContract({
      address: this.#chain.addresses.court,
      abi: courtAbi,
      functionName: "docketOf",
      args: [id],
    });
    return { ...docket, id };
  }

  isSettled(id: number): boolean {
    return this.#database.prepare("SELECT settled FROM docket WHERE id = ?").get(id)?.settled === 1;
  }

  markSettled(id: number): void {
    this.#database.prepare("UPDATE docket SET settled = 1 WHERE id = ?").run(id);
  }
}
