import { DatabaseSync } from "node:sqlite";
import type { Hash } from "viem";
import { expect, test } from "vitest";
import type { Chain } from "../chain/chain.ts";
import { OwnVotes } from "./ownVotes.ts";

const DOCKET = 4;
const OWN: Hash = `0x${"0a".repeat(32)}`;
const FOREIGN: Hash = `0x${"0b".repeat(32)}`;
const STANDING: Hash = `0x${"0c".repeat(32)}`;

/** Follows a chain whose newest block has a commitment that is not confirmed yet, so that no scan tells of it. */
function ownVotesWith(commitment: Hash): OwnVotes {
  const client = {
    getTransactionCount: async () => 5,
    getBlock: async () => ({ number: 37n }),
    getContractEvents: async () => [{ transactionHash: commitment }],
  };
  const chain = {
    client,
    account: { address: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" },
    addresses: { court: "0x5FbDB2315678afecb367f032d93F642f64180aa3", deploymentBlock: 1 },
    scanner: { scan: async () => undefined },
  };
  return new OwnVotes({
    database: new DatabaseSync(":memory:"),
    chain: chain as unknown as Chain,
    journal: { countFlying: () => 0, hasSigned: (hash) => hash === OWN },
  });
}

test("a commitment that another daemon made in the newest block is not replaced", async () => {
  const admitted = ownVotesWith(FOREIGN).admit(DOCKET, 5, async () => STANDING);
  await expect(admitted).rejects.toMatchObject({ code: "key-in-use" });
});

test("an own commitment in the newest block is replaced by a better one", async () => {
  await ownVotesWith(OWN).admit(DOCKET, 5, async () => STANDING);
});
