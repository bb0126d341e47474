import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { appealTerms, decideAppeal } from "@openledger/sdk/appeals";
import { fundAppealsCall, prepareAppeal } from "@openledger/sdk/client/appeal";
import { readAppeal, readAppealed, readAppealPot, readStanding } from "@openledger/sdk/client/readAppeal";
import { readChainTime } from "@openledger/sdk/client/readChainTime";
import { readCommittee, recomputeCommittee } from "@openledger/sdk/client/readCommittee";
import { readDocket, readVerdict } from "@openledger/sdk/client/readDocket";
import { readDraws } from "@openledger/sdk/client/readDraws";
import { readEarnings } from "@openledger/sdk/client/readMoney";
import { readAppealRules, readPoolRules, readSeatRules } from "@openledger/sdk/client/readParameters";
import { readFinalized, readSubmission } from "@openledger/sdk/client/readSubmission";
import { commitmentOf, deriveSalt } from "@openledger/sdk/commitment";
import { drawIndicesOf } from "@openledger/sdk/committee";
import { appealId, isAppeal, poolOfDocket } from "@openledger/sdk/docketId";
import { explainError } from "@openledger/sdk/errors";
import { type Grade, packReasons, packWord } from "@openledger/sdk/grades";
import { submissionRoot } from "@openledger/sdk/leaves";
import { localAccounts } from "@openledger/sdk/localAccounts";
import { TEXT } from "@openledger/sdk/pools";
import { settlementOf } from "@openledger/sdk/settlement";
import { type Abi, type Address, keccak256, maxUint256, parseEther, toHex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProtocol } from "./protocol.ts";

const chainId = 31337;
const feeWei = parseEther("0.5");
const validators = localAccounts(chainId, "validator").slice(0, 7);
const [contributor] = localAccounts(chainId, "contributor").map(({ account }) => account.address) as [
  Address,
];
/** Nobody in particular: whoever dislikes a verdict. */
const [stranger] = localAccounts(chainId, "relayer").map(({ account }) => account.address) as [Address];
const files = 3;
let protocol: Awaited<ReturnType<typeof startProtocol>>;
let addresses: (typeof protocol)["addresses"];

async function send(
  from: Address,
  address: Address,
  abi: Abi,
  functionName: string,
  args: readonly unknown[],
) {
  const call = { address, abi, functionName, args, account: from };
  const hash = await protocol.wallet.writeContract(call as never);
  return protocol.reader.waitForTransactionReceipt({ hash });
}

beforeAll(async () => {
  protocol = await startProtocol();
  addresses = protocol.addresses;
  const [owner] = protocol.accounts as [Address];
  const { seatWei } = await readSeatRules(protocol.reader, { addresses });
  const { datanets, openToken, seats, vault } = addresses;
  const texts = ["Notes", "CC0-1.0", "Be kind."];
  await send(owner, datanets, datanetsAbi, "create", [TEXT, parseEther("2"), feeWei, ...texts]);
  await send(owner, openToken, openTokenAbi, "approve", [vault, maxUint256]);
  await send(owner, datanets, datanetsAbi, "fund", [1, parseEther("10000")]);
  for (const account of [contributor, stranger, ...validators.map((voter) => voter.account.address)]) {
    await protocol.reader.setBalance({ address: account, value: parseEther("1") });
    await protocol.reader.impersonateAccount({ address: account });
    await send(owner, openToken, openTokenAbi, "transfer", [account, seatWei * 3n]);
  }
  for (const { account } of validators) {
    await send(account.address, openToken, openTokenAbi, "approve", [seats, maxUint256]);
    await send(account.address, seats, seatsAbi, "stake", [TEXT, 3]);
  }
}, 120_000);
afterAll(() => protocol?.close());

/** The contributor brings files that nobody has to see, by a transaction of their own. */
async function submit(name: string) {
  const { seconds } = await readChainTime(protocol.reader);
  const leavesRoot = keccak256(toHex(name));
  const submission = {
    contributor,
    datanet: 1,
    files,
    sizeBytes: 300,
    terms: 1,
    leavesRoot,
    manifestDigest: keccak256(leavesRoot),
    deadline: seconds + 60,
  };
  await send(contributor, addresses.datanets, datanetsAbi, "submit", [submission, "0x"]);
  const root = submissionRoot(contributor, leavesRoot);
  const state = await readSubmission(protocol.reader, { addresses, root });
  if (state === undefined) throw new Error("The submission was not mined.");
  return state;
}

/** Everybody who was drawn gives the same grades; the court's verdict, pay and committee are those of the SDK. */
async function judge(docket: number, grades: readonly Grade[]) {
  const { reader } = protocol;
  const { court } = addresses;
  await reader.mine({ blocks: 5 });
  await send(stranger, court, courtAbi, "draw", [docket]);
  const drawn = await readDocket(reader, { addresses, docket });
  const committee = await readCommittee(reader, { addresses, docket });
  expect(await recomputeCommittee(reader, { addresses, draw: drawn })).toEqual(committee);
  expect(committee).toHaveLength(drawn.committeeSize);
  const word = packWord(grades);
  const reasons = packReasons(word, grades.length, () => 7);
  const present = validators.filter(({ account }) => drawIndicesOf(committee, account.address).length > 0);
  const where = { chainId, court, docket };
  for (const { account } of present) {
    const salt = await deriveSalt(account, { ...where, round: drawn.round });
    const commitment = commitmentOf({ ...where, voter: account.address, word, reasons, salt });
    await send(account.address, court, courtAbi, "commit", [docket, commitment]);
  }
  await protocol.passUntil(drawn.commitEnds);
  for (const { account } of present) {
    const salt = await deriveSalt(account, { ...where, round: drawn.round });
    const [draw] = drawIndicesOf(committee, account.address);
    await send(account.address, court, courtAbi, "reveal", [docket, draw, word, salt, reasons]);
  }
  const before = new Map<Address, bigint>();
  const earned = async (account: Address) => (await readEarnings(reader, { addresses, account })).earnedWei;
  for (const { account } of present) before.set(account.address, await earned(account.address));
  await send(stranger, court, courtAbi, "settle", [docket]);
  const { voters } = settlementOf({
    ...(await readPoolRules(reader, { addresses, pool: TEXT })),
    committee,
    words: new Map(present.map(({ account }) => [account.address, word])),
    items: grades.length,
    seatWei: (await readSeatRules(reader, { addresses })).seatWei,
    feeWei: drawn.feeWei,
  });
  for (const { voter, paidWei } of voters) {
    expect((await earned(voter)) - (before.get(voter) ?? 0n)).toBe(paidWei);
  }
  return drawn;
}

/** The first verdict on a new submission. */
async function firstVerdict(name: string, grades: readonly Grade[]) {
  const submission = await submit(name);
  await protocol.passUntil(
    (await readDocket(protocol.reader, { addresses, docket: submission.docket })).closesAt,
  );
  await send(stranger, addresses.court, courtAbi, "close", [TEXT]);
  return { submission, drawn: await judge(submission.docket, grades) };
}

/** Somebody appeals with what the SDK prepares; what the court takes and pays is what the SDK says. */
async function appeal(root: `0x${string}`, appellant: Address, judgedBy: number): Promise<number> {
  const { reader } = protocol;
  const potWei = await readAppealPot(reader, { addresses });
  const terms = appealTerms({ judgedBy, rules: await readAppealRules(reader, { addresses }), potWei });
  const prepared = await prepareAppeal(reader, { addresses, root, appellant });
  expect(prepared).toMatchObject({ bondWei: terms.bondWei, committeeSize: terms.committeeSize });
  for (const { address, abi, functionName, args } of prepared.calls) {
    await send(appellant, address, abi, functionName, args);
  }
  expect(await readAppealPot(reader, { addresses })).toBe(terms.potWei);
  const toBlock = await reader.getBlockNumber();
  const appealed = (await readAppealed(reader, { addresses, fromBlock: 0n, toBlock })).at(-1);
  if (appealed === undefined) throw new Error("No event tells of the appeal.");
  expect(appealed).toMatchObject({ bondWei: terms.bondWei, feeWei: terms.feeWei, appellant, items: files });
  expect(await readAppeal(reader, { addresses, appeal: appealed.appeal })).toMatchObject({
    docket: appealed.docket,
    position: appealed.position,
    level: prepared.level,
  });
  return appealed.appeal;
}

test("two appeals of a rejection: committees, ids, bonds, pay, standing and the credit in the end", async () => {
  const { reader } = protocol;
  await send(stranger, addresses.openToken, openTokenAbi, "approve", [addresses.vault, parseEther("1000")]);
  const fund = fundAppealsCall(addresses, parseEther("100"));
  await send(stranger, fund.address, fund.abi, fund.functionName, fund.args);

  const { submission, drawn } = await firstVerdict("first", [0, 0, 2]);
  const { root, docket } = submission;
  expect(drawn.committeeSize).toBe(5);

  const first = await appeal(root, contributor, 5);
  expect(first).toBe(appealId(TEXT, 1));
  expect([isAppeal(first), poolOfDocket(first)]).toEqual([true, TEXT]);
  expect(await readStanding(reader, { addresses, items: submission })).toMatchObject({
    settled: true,
    isFinal: false,
    grades: [0, 0, 2],
    judgedIn: first,
    level: 1,
    appealEnds: undefined,
  });
  const early = await prepareAppeal(reader, { addresses, root, appellant: stranger }).catch(explainError);
  expect(early).toMatchObject({ name: "not-appealable" });

  const bondOf = async () => (await readEarnings(reader, { addresses, account: contributor })).earnedWei;
  const before = await bondOf();
  expect((await judge(first, [3, 0, 2])).committeeSize).toBe(11);
  const rules = await readAppealRules(reader, { addresses });
  const changed = decideAppeal({
    before: packWord([0, 0, 2]),
    verdict: packWord([3, 0, 2]),
    bondWei: rules.bondWei * 11n,
  });
  expect((await bondOf()) - before).toBe(changed.toAppellantWei);

  // The second appeal is against what the first one gave; it draws as many seats as the pool has.
  const second = await appeal(root, stranger, 11);
  const potWei = await readAppealPot(reader, { addresses });
  expect((await judge(second, [3, 0, 2])).committeeSize).toBe(21);
  expect(await readAppealPot(reader, { addresses })).toBe(potWei + rules.bondWei * 23n);
  expect(await readStanding(reader, { addresses, items: submission })).toMatchObject({
    isFinal: true,
    grades: [3, 0, 2],
    judgedIn: second,
    level: 2,
  });
  const late = await prepareAppeal(reader, { addresses, root, appellant: stranger }).catch(explainError);
  expect(late).toMatchObject({ sentence: "This was appealed 2 times, and the last verdict stands." });
  // A docket of which something was appealed has no verdict as a whole.
  expect(await readVerdict(reader, { addresses, docket })).toBeUndefined();

  const range = { fromBlock: 0n, toBlock: await reader.getBlockNumber() };
  for (const [id, size] of [
    [docket, 5],
    [first, 11],
    [second, 21],
  ] as const) {
    const [draw] = await readDraws(reader, { addresses, docket: id, ...range });
    const again = draw && (await recomputeCommittee(reader, { addresses, draw }));
    expect(again).toHaveLength(size);
  }
  await send(stranger, addresses.datanets, datanetsAbi, "finalize", [root]);
  const toBlock = await reader.getBlockNumber();
  const [finalized] = await readFinalized(reader, { addresses, root, fromBlock: 0n, toBlock });
  expect(finalized?.args).toMatchObject({ grades: packWord([3, 0, 2]), rewardWei: parseEther("10") });
});

test("what waits for its window is refused in plain words", async () => {
  const { submission } = await firstVerdict("second", [2, 2, 2]);
  const finalize = {
    address: addresses.datanets,
    abi: datanetsAbi,
    functionName: "finalize",
    args: [submission.root],
    account: stranger,
  } as const;
  const early = await protocol.reader.simulateContract(finalize).catch(explainError);
  expect(early).toMatchObject({ name: "StillAppealable" });
  const { appealEnds } = await readDocket(protocol.reader, { addresses, docket: submission.docket });
  await protocol.passUntil(appealEnds);
  const prepared = await prepareAppeal(protocol.reader, {
    addresses,
    root: submission.root,
    appellant: stranger,
  });
  const call = { ...prepared.calls.at(-1), account: stranger } as never;
  const late = await protocol.reader.simulateContract(call).catch(explainError);
  expect(late).toMatchObject({ name: "AppealTooLate" });
  await protocol.reader.simulateContract(finalize);
});
