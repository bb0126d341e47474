import { DatabaseSync } from "node:sqlite";
import pino from "pino";
import type { Hex } from "viem";
import { expect, test, vi } from "vitest";
import type { Chain } from "../chain/chain.ts";
import type { Journal } from "../chain/journal.ts";
import { BallotBox } from "./ballotBox.ts";
import { DocketBook, Phase } from "./docketBook.ts";
import { revealKeptVotes } from "./keptVotes.ts";
import type { OwnVotes } from "./ownVotes.ts";
import { VoteStore } from "./voteStore.ts";

const voter = "0x000000000000000000000000000000000000a11c";
const stranger = "0x000000000000000000000000000000000000b0b0";
const log = pino({ level: "silent" });

/** What the Court says of a docket: everybody in it is this account, unless it was drawn without. */
interface Said {
  phase: number;
  commitment?: Hex;
  revealed?: number;
  isDrawn?: boolean;
}

/** A voter with a saved vote on each of these dockets, just started. */
function started(dockets: Record<number, Said | "silent">) {
  const database = new DatabaseSync(":memory:");
  const asked: string[] = [];
  const client = {
    readContract: async ({ functionName, args }: { functionName: string; args: readonly unknown[] }) => {
      asked.push(functionName);
      const said = dockets[Number(args[0])];
      if (said === "silent") throw new Error("The node has not heard of it.");
      if (functionName === "voteOf") return said?.commitment ?? "0x02";
      if (functionName === "holdersAt") {
        const [pool, positions] = args as [number, readonly number[]];
        return positions.map(() => (pool === 0 ? voter : stranger));
      }
      const pool = said?.isDrawn === false ? 1 : 0;
      return {
        phase: said?.phase,
        pool,
        round: 0,
        committeeSize: 3,
        seats: 7,
        moment: 1,
        seed: 5n,
        revealed: said?.revealed ?? 0,
      };
    },
  };
  const chain = {
    client,
    account: { address: voter },
    addresses: { court: "0xc0", seats: "0x5e" },
    chainId: 1,
  } as unknown as Chain;
  const sent: string[] = [];
  const journal = {
    askBeforeSigning: () => {},
    send: async ({ key }: { key: string }) => void sent.push(key),
    advance: vi.fn(async () => {}),
  };
  const book = new DocketBook(database, chain, [0, 1]);
  const votes = new VoteStore(database);
  for (const id of Object.keys(dockets)) {
    database.prepare("INSERT INTO docket VALUES (?, ?, 0, 0)").run(id, id);
    votes.save({
      docket: Number(id),
      round: 0,
      version: 0,
      word: 3n,
      reasons: "0x",
      salt: `0x${"01".repeat(32)}`,
      commitment: "0x02",
      opinions: [],
      complete: true,
      decidedBy: "daemon",
      changes: [],
      decidedAt: 1,
    });
  }
  const box = new BallotBox({
    chain,
    journal: journal as unknown as Journal,
    votes,
    ownVotes: {} as OwnVotes,
    log,
  });
  const run = () => revealKeptVotes({ chain, journal: journal as unknown as Journal, book, votes, box, log });
  return { run, sent, asked, advance: journal.advance };
}

test("after a start the votes whose window is open are sent at once, without reading any event", async () => {
  const { run, sent, asked, advance } = started({ 4: { phase: Phase.REVEALING } });
  await run();
  expect(sent).toEqual(["reveal:4:0"]);
  expect(advance).toHaveBeenCalledOnce();
  expect(asked.toSorted()).toEqual(["docketOf", "holdersAt", "voteOf"]);
});

test("what is not due, not this account's or not known here is left to the loop", async () => {
  const { run, sent, advance } = started({
    4: { phase: Phase.COMMITTING },
    8: { phase: Phase.SETTLED },
    12: { phase: Phase.REVEALING, revealed: 7 },
    16: { phase: Phase.REVEALING, commitment: "0x77" },
    20: { phase: Phase.REVEALING, isDrawn: false },
  });
  await run();
  expect(sent).toEqual([]);
  expect(advance).not.toHaveBeenCalled();
});

test("a docket that cannot be read does not keep the others from being revealed", async () => {
  const { run, sent } = started({ 4: "silent", 8: { phase: Phase.REVEALING } });
  await run();
  expect(sent).toEqual(["reveal:8:0"]);
});
