import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { eventsInRange } from "@openledger/sdk/client/eventsInRange";
import { readStanding } from "@openledger/sdk/client/readAppeal";
import { readChainTime } from "@openledger/sdk/client/readChainTime";
import { readCommittee, recomputeCommittee } from "@openledger/sdk/client/readCommittee";
import { readDatanet, readDatanetTexts } from "@openledger/sdk/client/readDatanet";
import { readDocket, readOpenDocket, readVerdict } from "@openledger/sdk/client/readDocket";
import { readDraws } from "@openledger/sdk/client/readDraws";
import { readEarnings } from "@openledger/sdk/client/readMoney";
import { readPoolRules, readSeatRules, readSubmissionLimits } from "@openledger/sdk/client/readParameters";
import { readQuota } from "@openledger/sdk/client/readQuota";
import { readScore, type Score } from "@openledger/sdk/client/readScore";
import { readFinalized, readGrades, readSubmission } from "@openledger/sdk/client/readSubmission";
import { commitmentOf, deriveSalt } from "@openledger/sdk/commitment";
import { drawIndicesOf } from "@openledger/sdk/committee";
import { explainError } from "@openledger/sdk/errors";
import {
  countAccepted,
  type Grade,
  packReasons,
  packWord,
  pointsOf,
  unpackWord,
} from "@openledger/sdk/grades";
import { localAccounts } from "@openledger/sdk/localAccounts";
import { TEXT } from "@openledger/sdk/pools";
import { quotaLeft, quotaResetsAt, utcDay } from "@openledger/sdk/quota";
import { raiseScore } from "@openledger/sdk/score";
import { settlementOf } from "@openledger/sdk/settlement";
import { prepareSubmission, rootOfSubmission, typedDataOf } from "@openledger/sdk/submission";
import { EMPTY_VERSION, extendVersion, versionOf } from "@openledger/sdk/version";
import { Wallet } from "ethers";
import fc from "fast-check";
import { type Abi, type Address, bytesToHex, type Hex, maxUint256, parseEther } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytes32, grade } from "./arbitraries.ts";
import { startProtocol } from "./protocol.ts";

const chainId = 31337;
const cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
const rewardWei = parseEther("2");
const feeWei = parseEther("0.5");
const validators = localAccounts(chainId, "validator").slice(0, 4);
const [relayer] = localAccounts(chainId, "relayer").map(({ account }) => account.address) as [Address];
const contributorKey: Hex = `0x${"c0".repeat(32)}`;
const contributor = new Wallet(contributorKey).address as Address;

/** What each voter had earned before the round. */
const voterEarnings = new Map<Address, bigint>();
let protocol: Awaited<ReturnType<typeof startProtocol>>;
let addresses: (typeof protocol)["addresses"];

/** Send a call from any account: the chain in this process signs for everybody. */
async function send(
  from: Address,
  address: Address,
  abi: Abi,
  functionName: string,
  args: readonly unknown[],
) {
  const hash = await protocol.wallet.writeContract({
    address,
    abi,
    functionName,
    args,
    account: from,
  } as never);
  return protocol.reader.waitForTransactionReceipt({ hash });
}

beforeAll(async () => {
  protocol = await startProtocol();
  addresses = protocol.addresses;
  const [owner] = protocol.accounts as [Address];
  const { seatWei } = await readSeatRules(protocol.reader, { addresses });
  await send(owner, addresses.datanets, datanetsAbi, "create", [
    TEXT,
    rewardWei,
    feeWei,
    "Notes",
    "CC0-1.0",
    "Be kind.",
  ]);
  await send(owner, addresses.openToken, openTokenAbi, "approve", [addresses.vault, maxUint256]);
  await send(owner, addresses.datanets, datanetsAbi, "fund", [1, parseEther("100000")]);
  // One holder has two seats, so that somebody can be drawn twice.
  for (const [index, { account }] of validators.entries()) {
    const seats = index === 0 ? 2 : 1;
    await protocol.reader.setBalance({ address: account.address, value: parseEther("1") });
    await protocol.reader.impersonateAccount({ address: account.address });
    await send(owner, addresses.openToken, openTokenAbi, "transfer", [
      account.address,
      seatWei * BigInt(seats),
    ]);
    await send(account.address, addresses.openToken, openTokenAbi, "approve", [addresses.seats, maxUint256]);
    await send(account.address, addresses.seats, seatsAbi, "stake", [TEXT, seats]);
  }
  await protocol.reader.setBalance({ address: relayer, value: parseEther("1") });
  await protocol.reader.impersonateAccount({ address: relayer });
}, 120_000);
afterAll(() => protocol?.close());

/** Sign with ethers, relay, and return the root. */
async function submit(salts: readonly Hex[], sizeBytes: number): Promise<Hex> {
  const { seconds } = await readChainTime(protocol.reader);
  const files = salts.map((salt, index) => ({
    name: `${index}.txt`,
    mediaType: "text/plain",
    sizeBytes,
    sha256: salt,
    cid,
    salt,
  }));
  const prepared = prepareSubmission({
    chainId,
    datanets: addresses.datanets,
    datanet: 1,
    contributor,
    terms: 1,
    licence: "CC0-1.0",
    files,
    deadline: seconds + 3600,
  });
  const { domain, types, message } = typedDataOf(prepared);
  const signature = await new Wallet(contributorKey).signTypedData(
    domain,
    { Submission: [...types.Submission] },
    message,
  );
  await send(relayer, addresses.datanets, datanetsAbi, "submit", [prepared.submission, signature]);
  return rootOfSubmission(prepared.submission);
}

/** Take a submission through every phase with the given votes, and check each step against the SDK. */
async function judge(
  root: Hex,
  votes: readonly Grade[][],
  before: { score: Score; version: typeof EMPTY_VERSION },
) {
  const { reader } = protocol;
  const submission = await readSubmission(reader, { addresses, root });
  if (submission === undefined) throw new Error("The submission was not mined.");
  const { docket, files } = submission;
  const rules = await readPoolRules(reader, { addresses, pool: TEXT });

  const { closesAt } = await readDocket(reader, { addresses, docket });
  await protocol.passUntil(closesAt);
  await send(relayer, addresses.court, courtAbi, "close", [TEXT]);
  await reader.mine({ blocks: 4 });
  await send(relayer, addresses.court, courtAbi, "draw", [docket]);

  const drawn = await readDocket(reader, { addresses, docket });
  const committee = await readCommittee(reader, { addresses, docket });
  expect(drawn).toMatchObject({ phase: "COMMITTING", items: files, seats: 5, committeeSize: 5 });
  expect(await recomputeCommittee(reader, { addresses, draw: drawn })).toEqual(committee);

  const present = validators.flatMap(({ account }, index) => {
    const grades = votes[index];
    return grades ? [{ account, grades }] : [];
  });
  const ballots = await Promise.all(
    present.map(async ({ account, grades }) => {
      const word = packWord(grades);
      const reasons = packReasons(word, files, (item) => 1 + (item % 20));
      const salt = await deriveSalt(account, { chainId, court: addresses.court, docket, round: drawn.round });
      return {
        voter: account.address,
        word,
        reasons,
        salt,
        draws: drawIndicesOf(committee, account.address),
      };
    }),
  );
  for (const { voter, word, reasons, salt } of ballots) {
    const commitment = commitmentOf({ chainId, court: addresses.court, docket, voter, word, reasons, salt });
    await send(voter, addresses.court, courtAbi, "commit", [docket, commitment]);
  }
  await protocol.passUntil(drawn.commitEnds);
  for (const { voter, word, reasons, salt, draws } of ballots) {
    await send(voter, addresses.court, courtAbi, "reveal", [docket, draws[0], word, salt, reasons]);
  }
  if (present.length < validators.length) await protocol.passUntil(drawn.revealEnds);
  await send(relayer, addresses.court, courtAbi, "settle", [docket]);

  const settlement = settlementOf({
    ...rules,
    committee,
    words: new Map(ballots.map(({ voter, word }) => [voter, word])),
    items: files,
    seatWei: (await readSeatRules(reader, { addresses })).seatWei,
    feeWei: feeWei * BigInt(files),
  });
  const { verdict } = settlement;
  const beforeAppeals = await readStanding(reader, { addresses, items: submission });
  const { appealEnds } = await readDocket(reader, { addresses, docket });
  expect(beforeAppeals).toEqual({
    settled: true,
    isFinal: false,
    grades: unpackWord(verdict, files),
    judgedIn: docket,
    level: 0,
    appealEnds,
  });
  expect(await readVerdict(reader, { addresses, docket })).toBeUndefined();
  await protocol.passUntil(appealEnds);
  expect(await readVerdict(reader, { addresses, docket })).toBe(verdict);
  expect(await readGrades(reader, { addresses, submission })).toEqual(unpackWord(verdict, files));

  const range = { fromBlock: 0n, toBlock: await reader.getBlockNumber() };
  const query = { address: addresses.court, abi: courtAbi, args: { docket }, ...range } as const;
  const [settled] = await eventsInRange(reader, { ...query, eventName: "Settled" });
  expect(settled?.args).toMatchObject({ coherent: settlement.paid, feeWei: settlement.potWei });
  for (const { voter, paidWei } of settlement.voters) {
    const { earnedWei } = await readEarnings(reader, { addresses, account: voter });
    expect(earnedWei - (voterEarnings.get(voter) ?? 0n)).toBe(paidWei);
    voterEarnings.set(voter, earnedWei);
  }
  const [draw] = await readDraws(reader, { addresses, docket, ...range });
  expect(draw && (await recomputeCommittee(reader, { addresses, draw }))).toEqual(committee);

  const earned = await readEarnings(reader, { addresses, account: contributor });
  await send(relayer, addresses.datanets, datanetsAbi, "finalize", [root]);
  const score = await readScore(reader, { addresses, datanet: 1, contributor });
  const points = pointsOf(verdict, files);
  const standing = { judged: before.score.judged + files, points: before.score.points + points };
  expect(score).toMatchObject({
    ...standing,
    accepted: before.score.accepted + countAccepted(verdict, files),
    scoreBps: raiseScore(before.score.scoreBps, standing),
  });
  const paid = await readEarnings(reader, { addresses, account: contributor });
  expect(paid.earnedWei - earned.earnedWei).toBe(rewardWei * BigInt(points));
  const version = extendVersion(before.version, { root, grades: verdict });
  expect((await readDatanet(reader, { addresses, datanet: 1 })).version).toEqual(version);
  return { score, version };
}

describe("the whole way of a submission", () => {
  const dockets = fc.integer({ min: 1, max: 20 }).chain((files) =>
    fc.record({
      salts: fc.uniqueArray(bytes32, { minLength: files, maxLength: files }),
      votes: fc.array(fc.array(grade, { minLength: files, maxLength: files }), {
        minLength: 4,
        maxLength: 4,
      }),
    }),
  );

  test("committee, commitment, verdict, coherence, pay, score and version are what the SDK computes", async () => {
    let standing = {
      score: await readScore(protocol.reader, { addresses, datanet: 1, contributor }),
      version: EMPTY_VERSION,
    };
    for (const { salts, votes } of fc.sample(dockets, { numRuns: 10, seed: 20 })) {
      const { seconds } = await readChainTime(protocol.reader);
      await protocol.passUntil(quotaResetsAt(seconds));
      const root = await submit(salts, 100);
      standing = await judge(root, votes, standing);
    }
    const range = { fromBlock: 0n, toBlock: await protocol.reader.getBlockNumber() };
    const finalized = await readFinalized(protocol.reader, { addresses, datanet: 1, ...range });
    expect(finalized).toHaveLength(10);
    expect(versionOf(finalized.map(({ args }) => args))).toEqual(standing.version);
    expect(await readDatanetTexts(protocol.reader, { addresses, ...range })).toEqual([
      { datanet: 1, name: "Notes", licence: "CC0-1.0", guidelines: "Be kind." },
    ]);
  });
});

describe("quota", () => {
  test("counts as the contract counts, and resets at midnight UTC", async () => {
    const limits = await readSubmissionLimits(protocol.reader, { addresses });
    let { seconds } = await readChainTime(protocol.reader);
    await protocol.passUntil(quotaResetsAt(seconds));
    await submit([bytesToHex(new Uint8Array(32).fill(1)), bytesToHex(new Uint8Array(32).fill(2))], 5000);
    seconds = (await readChainTime(protocol.reader)).seconds;
    const use = { day: utcDay(seconds), files: 2, sizeBytes: 10_000 };
    const read = () => readQuota(protocol.reader, { addresses, contributor });
    expect(await read()).toEqual(quotaLeft(use, seconds, limits));

    const { resetsAt } = await read();
    await protocol.passUntil(resetsAt - 1);
    expect(await read()).toEqual(quotaLeft(use, resetsAt - 1, limits));
    await protocol.passUntil(resetsAt);
    expect(await read()).toMatchObject(quotaLeft(use, resetsAt, limits));
  });
});

describe("what a contract refuses is said in plain words", () => {
  const refusal = (functionName: string, args: readonly unknown[], address: Address, abi: Abi) =>
    protocol.reader
      .simulateContract({ address, abi, functionName, args, account: relayer } as never)
      .then(() => undefined, explainError);

  test("a docket that does not collect", async () => {
    const docket = await readOpenDocket(protocol.reader, { addresses, pool: TEXT });
    expect(await refusal("draw", [docket + 400], addresses.court, courtAbi)).toMatchObject({
      name: "WrongPhase",
      sentence: expect.stringContaining("is not existing, and this is possible only while it is drawing"),
    });
  });
  test("a stranger's signature", async () => {
    const submission = {
      contributor,
      datanet: 1,
      files: 1,
      sizeBytes: 1,
      terms: 1,
      leavesRoot: bytesToHex(new Uint8Array(32).fill(9)),
      manifestDigest: bytesToHex(new Uint8Array(32).fill(9)),
      deadline: 2 ** 39,
    };
    const signature = `0x${"11".repeat(65)}`;
    expect(await refusal("submit", [submission, signature], addresses.datanets, datanetsAbi)).toMatchObject({
      name: "BadSignature",
      sentence: `The signature is not one of ${contributor} for this submission.`,
    });
  });
  test("stake without money", async () => {
    expect(await refusal("stake", [TEXT, 1], addresses.seats, seatsAbi)).toMatchObject({
      name: "ERC20InsufficientAllowance",
      next: "Approve that contract for the amount, then try again.",
    });
  });
});
