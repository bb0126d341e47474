import { attributionAbi } from "@openledger/sdk/abi/attribution";
import type { Address } from "viem";
import type { Database } from "../app/database.ts";
import type { Chain } from "../chain/chain.ts";

/** A leaf of a proposed root, as it stands before the court. */
export interface Challenged {
  challenge: number;
  proposal: number;
  contributor: Address;
  /** What the leaf says; zero when the contributor is said to be missing from the list. */
  cumulativeWei: bigint;
  docket: number;
  position: number;
}

/** Challenges of what models owe, learnt from events and kept on disk. */
export class ChallengeBook {
  readonly #database: Database;
  readonly #chain: Chain;

  constructor(database: Database, chain: Chain) {
    this.#database = database;
    this.#chain = chain;
    database.exec(`CREATE TABLE IF NOT EXISTS challenge (
      docket INTEGER NOT NULL, position INTEGER NOT NULL, challenge INTEGER NOT NULL, proposal INTEGER NOT NULL,
      contributor TEXT NOT NULL, cumulative_wei TEXT NOT NULL, PRIMARY KEY (docket, position)) STRICT`);
  }

  /** Read the events since the last time. */
  async follow(): Promise<void> {
    await this.#chain.scanner.scan({
      cursor: "challenges",
      address: this.#chain.addresses.attribution,
      abi: attributionAbi,
      eventName: "Challenged",
      fromBlock: BigInt(this.#chain.addresses.deploymentBlock),
      handle: (logs) => {
        const add = this.#database.prepare("INSERT OR REPLACE INTO challenge VALUES (?, ?, ?, ?, ?, ?)");
        for (const { args } of logs) {
          const { docket, position, challenge, proposal, contributor, cumulativeWei } = args;
          add.run(docket, position, challenge, proposal, contributor, String(cumulativeWei));
        }
      },
    });
  }

  /** The challenges of a docket, by position. */
  inDocket(docket: number): Challenged[] {
    return this.#database
      .prepare("SELECT * FROM challenge WHERE docket = ? ORDER BY position")
      .all(docket)
      .map((row) => ({
        challenge: Number(row.challenge),
        proposal: Number(row.proposal),
        contributor: String(row.contributor) as Address,
        cumulativeWei: BigInt(String(row.cumulative_wei)),
        docket: Number(row.docket),
        position: Number(row.position),
      }));
  }
}
