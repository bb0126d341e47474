/** What can happen to voters: their disks are lost, all of them stay silent. Real chain, contracts, journals. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import type { Addresses } from "@openledger/sdk/addresses";
import { packWord } from "@openledger/sdk/grades";
import { submissionRoot } from "@openledger/sdk/leaves";
import { pino } from "pino";
import { type Address, keccak256, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../node/src/app/database.ts";
import { UserError } from "../../node/src/app/errors.ts";
import { Chain } from "../../node/src/chain/chain.ts";
import { Journal } from "../../node/src/chain/journal.ts";
import { readConfig } from "../../node/src/config/config.ts";
import { Notices } from "../../node/src/notices/notices.ts";
import { approveAll } from "../../node/src/voting/approval.ts";
import { BallotBox } from "../../node/src/voting/ballotBox.ts";
import { DocketBoard } from "../../node/src/voting/docketBoard.ts";
import { type Docket, DocketBook } from "../../node/src/voting/docketBook.ts";
import { OwnVotes } from "../../node/src/voting/ownVotes.ts";
import { Turns } from "../../node/src/voting/turns.ts";
import { VoteNotices } from "../../node/src/voting/voteNotices.ts";
import { type ItemOpinion, VoteStore } from "../../node/src/voting/voteStore.ts";
import { Voting } from "../../node/src/voting/voting.ts";
import { until } from "../../scripts/demo/questions.ts";
import { prepareWorld } from "../../scripts/demo/world.ts";
import { deployProtocol } from "../../scripts/deploy/protocol.ts";
import {
  builder,
  contributors,
  datanetOwner,
  deployer,
  type Person,
  trainers,
  validators,
} from "../../scripts/stack/accounts.ts";
import { sendAll } from "../../scripts/stack/transactions.ts";
import { type LocalChain, startLocalChain } from "../contracts/localChain.ts";

const folder = mkdtempSync(join(tmpdir(), "openledger-voting-"));
const log = pino({ level: "silent" });
const TEXT = 0;
let local: LocalChain;
let addresses: Addresses;
type Node = { person: Person; refusal: () => UserError | undefined; stop: () => Promise<void> };
let nodes: Node[] = [];

beforeAll(async () => {
  local = await startLocalChain();
  ({ addresses } = await deployProtocol({
    rpcUrl: local.rpcUrl,
    account: deployer.account,
    localWindows: true,
    log: () => {},
  }));
  for (const { account } of [...validators, ...trainers, datanetOwner, builder]) {
    await local.client.setBalance({ address: account.address, value: parseEther("100") });
  }
  await prepareWorld(local.client as never, () => {});
});

afterEach(async () => {
  await Promise.all(nodes.map(({ stop }) => stop()));
  nodes = [];
});

afterAll(async () => {
  await local?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A voting node on a folder, with opinions of its own. */
async function startNode(
  person: Person,
  directory: string,
  opinions: (docket: Docket) => ItemOpinion[] | undefined,
) {
  rmSync(directory, { recursive: true, force: true });
  const stop = new AbortController();
  const { signal } = stop;
  const config = readConfig({}, { RPC_URL: local.rpcUrl, DATA_DIR: directory, POLL_SECONDS: "0.4" });
  mkdirSync(directory, { recursive: true });
  const database = openDatabase(join(directory, "node.sqlite"));
  const account = privateKeyToAccount(person.privateKey);
  const chain = await Chain.connect({ config, log, database, account, signal });
  const journal = new Journal({ client: chain.client, account, database, log, config, signal });
  const ownVotes = new OwnVotes({ database, chain, journal });
  const votes = new VoteStore(database);
  const voting = new Voting({
    chain,
    log,
    box: new BallotBox({ chain, journal, votes, ownVotes, log }),
    book: new DocketBook(database, chain, [TEXT]),
    votes,
    turns: new Turns(chain),
    bench: { prepare: () => {}, opinions, settled: async () => true },
    approvals: approveAll,
    ownVotes,
    board: new DocketBoard(),
    notices: new VoteNotices(new Notices(database)),
  });
  const work = Promise.all([
    chain.poll("journal", () => journal.advance()),
    chain.poll("dockets", () => voting.look()),
  ]);
  let refusal: UserError | undefined;
  // As the daemon does: what a person has to change ends it.
  const ended = work.catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    refusal = error;
    stop.abort();
  });
  const node = {
    person,
    refusal: () => refusal,
    stop: async () => {
      stop.abort();
      await ended;
      database.close();
    },
  };
  nodes.push(node);
  return node;
}

const judged = (docket: Docket): ItemOpinion[] =>
  Array.from({ length: docket.items }, (_, item) => ({
    item,
    subject: `file ${item + 1}`,
    why: "It was looked at.",
    ...(item === 1 ? { grade: 0 as const, reason: "silent" as const } : { grade: 3 as const }),
  }));

const accepted = { grade: 2 as const, why: "It was looked at otherwise." };

/** Submits three files that nobody has to see. */
async function submit(salt: string): Promise<number> {
  const contributor = contributors[0] as Person;
  const submission = {
    contributor: contributor.account.address,
    datanet: 1,
    files: 3,
    sizeBytes: 3_000,
    terms: 1,
    leavesRoot: keccak256(toHex(salt)),
    manifestDigest: keccak256(toHex(`${salt} manifest`)),
    deadline: 2 ** 33,
  };
  const call = { to: addresses.datanets, abi: datanetsAbi, functionName: "submit", args: [submission, "0x"] };
  await sendAll(local.client as never, contributor.account, [call]);
  const state = await local.client.readContract({
    address: addresses.datanets,
    abi: datanetsAbi,
    functionName: "submissionOf",
    args: [submissionRoot(submission.contributor, submission.leavesRoot)],
  });
  return state.docket;
}

function eventsOf<Name extends "DocketDrawn" | "Committed" | "Revealed" | "NoQuorum" | "Settled">(
  eventName: Name,
  docket: number,
) {
  return local.client.getContractEvents({
    address: addresses.court,
    abi: courtAbi,
    eventName,
    args: { docket } as never,
    fromBlock: 0n,
    strict: true,
  });
}

const word = packWord([3, 0, 3]);

test("a voter whose disk is lost between commit and reveal opens its vote all the same", async () => {
  for (const person of validators) await startNode(person, join(folder, person.name), judged);
  const docket = await submit("first");
  const victim = await until("A commitment", 120, async () => {
    const [first] = await eventsOf("Committed", docket);
    return first?.args.voter as Address | undefined;
  });
  const node = nodes.find(({ person }) => person.account.address === victim);
  if (node === undefined) throw new Error("The voter is none of the validators.");
  await node.stop();
  nodes = nodes.filter((other) => other !== node);
  await startNode(node.person, join(folder, "another-disk"), judged);

  const settled = await until("The verdict", 120, async () => (await eventsOf("Settled", docket))[0]);
  expect(settled.args.verdict).toBe(word);
  const revealed = (await eventsOf("Revealed", docket)).map(({ args }) => args.voter);
  expect(revealed).toContain(victim);
  expect(new Set(revealed).size).toBe(revealed.length);
  // Every drawn seat revealed, and agreed.
  expect(settled.args.coherent).toBe(2 ** 5 - 1);
});

test("when all stay silent, the docket is drawn again and judged", async () => {
  const silentAtFirst = (docket: Docket) => (docket.round === 0 ? undefined : judged(docket));
  for (const person of validators)
    await startNode(person, join(folder, `${person.name}-silent`), silentAtFirst);
  const docket = await submit("second");
  await until("The draw", 120, async () => (await eventsOf("DocketDrawn", docket))[0]);
  // Both windows pass in silence.
  await local.client.increaseTime({ seconds: 16 });
  const silent = await until("The silent round", 120, async () => (await eventsOf("NoQuorum", docket))[0]);
  expect(silent.args).toMatchObject({ round: 0, revealed: 0 });
  const settled = await until("The verdict", 120, async () => (await eventsOf("Settled", docket))[0]);
  expect(settled.args).toMatchObject({ round: 1, verdict: word });
});

test("two daemons with one key: one says so and stops, and no commitment replaces another", async () => {
  // Past the hour in which the journals of the tests before are taken for living ones.
  await local.client.increaseTime({ seconds: 3_700 });
  await local.client.mine({ blocks: 1 });
  for (const person of validators) await startNode(person, join(folder, `${person.name}-first`), judged);
  // They do not even agree.
  const otherwise = (docket: Docket) =>
    judged(docket).map((opinion) => ({ ...accepted, item: opinion.item, subject: opinion.subject }));
  for (const person of validators) await startNode(person, join(folder, `${person.name}-twin`), otherwise);
  for (const salt of ["third", "fourth"]) {
    const docket = await submit(salt);
    await until("The verdict", 120, async () => (await eventsOf("Settled", docket))[0]);
    const commitments = await eventsOf("Committed", docket);
    const distinct = new Set(commitments.map(({ args }) => `${args.voter} ${args.commitment}`));
    const voters = new Set(commitments.map(({ args }) => args.voter));
    expect(distinct.size).toBe(voters.size);
    const revealed = (await eventsOf("Revealed", docket)).map(({ args }) => args.voter);
    expect(new Set(revealed)).toEqual(voters);
    for (const voter of voters) {
      const pair = nodes.filter(({ person }) => person.account.address === voter);
      await until("One of two to stop", 120, async () =>
        pair.some(({ refusal }) => refusal() !== undefined) ? true : undefined,
      );
      expect(pair.filter(({ refusal }) => refusal() !== undefined)).toHaveLength(1);
    }
  }
  const refusals = nodes.flatMap((node) => node.refusal() ?? []);
  for (const refusal of refusals) expect(refusal.code).toBe("key-in-use");
});

test("nobody pays gas for what somebody else did first", async () => {
  const { number } = await local.client.getBlock();
  let reverted = 0;
  for (let at = 0n; at <= number; at++) {
    const block = await local.client.getBlock({ blockNumber: at });
    for (const hash of block.transactions) {
      const { status, from } = await local.client.getTransactionReceipt({ hash });
      const isValidator = validators.some(({ account }) => account.address.toLowerCase() === from);
      if (status === "reverted" && isValidator) reverted++;
    }
  }
  expect(reverted).toBe(0);
});
