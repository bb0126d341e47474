/** What a model owes its contributors, recomputed from the events of the real contracts, and judged where challenged. */
import { attributionAbi } from "@openledger/sdk/abi/attribution";
import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { trainingAbi } from "@openledger/sdk/abi/training";
import {
  type Owed,
  owedListBytes,
  owedListDigest,
  owedProof,
  owedRoot,
  receiptTypedData,
  totalOwedWei,
} from "@openledger/sdk/attribution";
import { cidOfDigest } from "@openledger/sdk/cid";
import { eventsInRange } from "@openledger/sdk/client/eventsInRange";
import { readChainTime } from "@openledger/sdk/client/readChainTime";
import { readCommittee } from "@openledger/sdk/client/readCommittee";
import { readDatanet } from "@openledger/sdk/client/readDatanet";
import { readDocket, readOpenDocket } from "@openledger/sdk/client/readDocket";
import { readSeatRules } from "@openledger/sdk/client/readParameters";
import { commitmentOf, deriveSalt } from "@openledger/sdk/commitment";
import { drawIndicesOf } from "@openledger/sdk/committee";
import { type Grade, packReasons, packWord } from "@openledger/sdk/grades";
import { defaultJobSpec, jobSpecBytes, jobSpecDigest } from "@openledger/sdk/jobSpec";
import { submissionRoot } from "@openledger/sdk/leaves";
import { localAccounts } from "@openledger/sdk/localAccounts";
import { COMPUTE, type Pool, TEXT } from "@openledger/sdk/pools";
import { type Abi, type Address, type Hex, keccak256, maxUint256, parseEther, toHex, zeroHash } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ContentUnavailableError } from "../../node/src/content/contentSources.ts";
import type { Challenged } from "../../node/src/trainer/challengeBook.ts";
import { ChallengeJudge } from "../../node/src/trainer/challengeJudge.ts";
import { OwedLists } from "../../node/src/trainer/owedLists.ts";
import { startProtocol } from "./protocol.ts";

const chainId = 31337;
const [ada, ben] = localAccounts(chainId, "contributor").map(({ account }) => account.address) as [
  Address,
  Address,
];
const validators = localAccounts(chainId, "validator").slice(0, 4);
const [trainerAccount] = localAccounts(chainId, "trainer") as [(typeof validators)[number]];
const trainer = trainerAccount.account.address;
/** Everybody who may be drawn, the trainer among them. */
const voters = [...validators, trainerAccount];
const [builder] = localAccounts(chainId, "builder").map(({ account }) => account.address) as [Address];
const [server] = localAccounts(chainId, "chat").map(({ account }) => account.address) as [Address];
const [user] = localAccounts(chainId, "relayer") as [ReturnType<typeof localAccounts>[number]];
const baseDigest = keccak256(toHex("base"));
/** What is published, by CID. */
const published = new Map<string, Uint8Array>();
let protocol: Awaited<ReturnType<typeof startProtocol>>;
let addresses: (typeof protocol)["addresses"];
let owner: Address;
let judge: ChallengeJudge;
let model: number;

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

/** Every voter gives a docket the same grades, and its window to appeal passes. */
async function verdict(pool: Pool, grades: readonly Grade[]): Promise<void> {
  const { reader } = protocol;
  const { court } = addresses;
  const docket = await readOpenDocket(reader, { addresses, pool });
  await protocol.passUntil((await readDocket(reader, { addresses, docket })).closesAt);
  await send(owner, court, courtAbi, "close", [pool]);
  await reader.mine({ blocks: 5 });
  await send(owner, court, courtAbi, "draw", [docket]);
  const { round, commitEnds } = await readDocket(reader, { addresses, docket });
  const committee = await readCommittee(reader, { addresses, docket });
  const word = packWord(grades);
  const reasons = packReasons(word, grades.length, () => 46);
  const where = { chainId, court, docket };
  const drawn = voters.filter(({ account }) => drawIndicesOf(committee, account.address).length > 0);
  const salts = await Promise.all(drawn.map(({ account }) => deriveSalt(account, { ...where, round })));
  for (const [index, { account }] of drawn.entries()) {
    const salt = salts[index] as Hex;
    const commitment = commitmentOf({ ...where, voter: account.address, word, reasons, salt });
    await send(account.address, court, courtAbi, "commit", [docket, commitment]);
  }
  await protocol.passUntil(commitEnds);
  for (const [index, { account }] of drawn.entries()) {
    const [draw] = drawIndicesOf(committee, account.address);
    await send(account.address, court, courtAbi, "reveal", [docket, draw, word, salts[index], reasons]);
  }
  const { revealEnds, phase } = await readDocket(reader, { addresses, docket });
  if (phase !== "SETTLED") await protocol.passUntil(revealEnds);
  await send(owner, court, courtAbi, "settle", [docket]);
  await protocol.passUntil((await readDocket(reader, { addresses, docket })).appealEnds);
}

async function submit(contributor: Address, files: number): Promise<Hex> {
  const { seconds } = await readChainTime(protocol.reader);
  const leavesRoot = keccak256(toHex(contributor));
  const submission = {
    ...{ contributor, datanet: 1, files, sizeBytes: 100, terms: 1, leavesRoot },
    manifestDigest: leavesRoot,
    deadline: seconds + 60,
  };
  await send(contributor, addresses.datanets, datanetsAbi, "submit", [submission, "0x"]);
  return submissionRoot(contributor, leavesRoot);
}

beforeAll(async () => {
  protocol = await startProtocol();
  addresses = protocol.addresses;
  [owner] = protocol.accounts as [Address];
  const { attribution, datanets, models, openToken, seats, training, vault } = addresses;
  const { seatWei } = await readSeatRules(protocol.reader, { addresses });
  const people = [ada, ben, builder, server, user.account.address];
  for (const account of [...people, ...voters.map((voter) => voter.account.address)]) {
    await protocol.reader.setBalance({ address: account, value: parseEther("1") });
    await protocol.reader.impersonateAccount({ address: account });
    await send(owner, openToken, openTokenAbi, "transfer", [account, seatWei * 3n]);
    for (const spender of [seats, vault, attribution])
      await send(account, openToken, openTokenAbi, "approve", [spender, maxUint256]);
  }
  for (const { account } of validators)
    for (const pool of [TEXT, COMPUTE]) await send(account.address, seats, seatsAbi, "stake", [pool, 1]);
  await send(trainer, seats, seatsAbi, "stake", [COMPUTE, 1]);
  await send(owner, openToken, openTokenAbi, "approve", [vault, maxUint256]);
  const texts = ["Notes", "CC0-1.0", "Be kind."];
  await send(owner, datanets, datanetsAbi, "create", [TEXT, parseEther("1"), parseEther("0.5"), ...texts]);
  await send(owner, datanets, datanetsAbi, "fund", [1, parseEther("1000")]);
  await send(owner, models, modelsAbi, "addBase", [baseDigest, "gpt2", "Tiny", "MIT"]);

  const roots = [await submit(ada, 2), await submit(ben, 1)];
  await verdict(TEXT, [3, 3, 1]);
  for (const root of roots) await send(owner, datanets, datanetsAbi, "finalize", [root]);

  const { version } = await readDatanet(protocol.reader, { addresses, datanet: 1 });
  const spec = defaultJobSpec({
    base: { name: "Tiny", family: "gpt2", baseDigest },
    datasets: [{ datanet: 1, versionCount: version.count, versionHead: version.head }],
  });
  const specDigest = jobSpecDigest(spec);
  published.set(cidOfDigest(specDigest), jobSpecBytes(spec));
  const { seconds } = await readChainTime(protocol.reader);
  const posted = [specDigest, baseDigest, 0, parseEther("10"), seconds + 300_000];
  await send(builder, training, trainingAbi, "post", posted);
  await send(trainer, training, trainingAbi, "claim", [1]);
  const attestation = {
    adapterDigest: baseDigest,
    transcriptHead: baseDigest,
    reportDigest: baseDigest,
    ...{ lossBeforeMicronats: 2n, lossAfterMicronats: 1n, tokens: 1n, steps: 1 },
  };
  await send(trainer, training, trainingAbi, "attest", [1, attestation]);
  await verdict(COMPUTE, [3]);
  await send(owner, training, trainingAbi, "settle", [1, trainer, attestation]);
  await send(owner, models, modelsAbi, "release", [1, trainer, attestation]);
  model = 1;
  await send(server, attribution, attributionAbi, "registerServer", ["Chat"]);

  const chain = {
    addresses,
    client: protocol.reader,
    head: async () => ({ number: await protocol.reader.getBlockNumber(), timestamp: 0 }),
  };
  const content = {
    read: async (cid: string) => {
      const bytes = published.get(cid);
      if (bytes === undefined) throw new ContentUnavailableError(`Nobody has ${cid}.`);
      return bytes;
    },
  };
  const jobs = { find: () => ({ job: 1, specDigest, baseDigest, parentRelease: 0 }) };
  judge = new ChallengeJudge(new OwedLists(chain as never, content as never, jobs as never));
}, 120_000);
afterAll(() => protocol?.close());

/** A user pays for the model: half of it is its contributors'. */
async function pay(cumulativeWei: bigint): Promise<void> {
  const { attribution } = addresses;
  await send(user.account.address, attribution, attributionAbi, "deposit", [cumulativeWei]);
  const { seconds } = await readChainTime(protocol.reader);
  const receipt = { user: user.account.address, server, model, cumulativeWei, issuedAt: seconds };
  const signature = await user.account.signTypedData(receiptTypedData({ chainId, attribution, receipt }));
  await send(server, attribution, attributionAbi, "redeem", [receipt, signature]);
}

/** Somebody proposes a list; it is published unless it is withheld. */
async function propose(list: readonly Owed[], period: number, withheld = false): Promise<number> {
  const digest = owedListDigest(model, period, list);
  if (!withheld) published.set(cidOfDigest(digest), owedListBytes(model, period, list));
  const args = [model, period, owedRoot(model, list), totalOwedWei(list), digest];
  await send(builder, addresses.attribution, attributionAbi, "proposeRoot", args);
  const count = await protocol.reader.readContract({
    address: addresses.attribution,
    abi: attributionAbi,
    functionName: "proposalCount",
  });
  return Number(count);
}

/** Challenges a leaf on the chain, and returns what the event says of it. */
async function challenge(proposal: number, list: readonly Owed[], who: Address): Promise<Challenged> {
  const { cumulativeWei, proof } = owedProof(model, list, who) ?? { cumulativeWei: 0n, proof: [] };
  const args = [proposal, who, cumulativeWei, proof];
  await send(ben, addresses.attribution, attributionAbi, "challenge", args);
  const events = await eventsInRange(protocol.reader, {
    address: addresses.attribution,
    abi: attributionAbi,
    eventName: "Challenged",
    fromBlock: 0n,
    toBlock: await protocol.reader.getBlockNumber(),
  });
  const challenged = events.at(-1)?.args;
  if (challenged === undefined) throw new Error("No event tells of the challenge.");
  return challenged;
}

async function potOf() {
  return protocol.reader.readContract({
    address: addresses.attribution,
    abi: attributionAbi,
    functionName: "potOf",
    args: [model],
  });
}

test("right and wrong leaves, over two periods, are told apart from the chain's events alone", async () => {
  await pay(parseEther("14"));
  const { receivedWei } = await potOf();
  expect(receivedWei).toBe(parseEther("7"));

  // Ada has six points, Ben one. The first list gives Ada everything, so that Ben is missing.
  const greedy = [{ contributor: ada, cumulativeWei: receivedWei }];
  const first = await propose(greedy, 1);
  expect(await judge.judge(await challenge(first, greedy, ada))).toMatchObject({ grade: 0 });
  expect(await judge.judge(await challenge(first, greedy, ben))).toMatchObject({ grade: 0 });
  expect(await judge.judge(await challenge(first, greedy, trainer))).toMatchObject({ grade: 3 });
  await verdict(COMPUTE, [0, 0, 3]);
  for (const id of [1, 2, 3]) await send(owner, addresses.attribution, attributionAbi, "resolve", [id]);

  const fair = [
    { contributor: ada, cumulativeWei: parseEther("6") },
    { contributor: ben, cumulativeWei: parseEther("1") },
  ];
  const second = await propose(fair, 1);
  expect(await judge.judge(await challenge(second, fair, ada))).toMatchObject({ grade: 3 });
  await verdict(COMPUTE, [3]);
  await send(owner, addresses.attribution, attributionAbi, "resolve", [4]);
  const { activatesAt } = await protocol.reader.readContract({
    address: addresses.attribution,
    abi: attributionAbi,
    functionName: "proposalOf",
    args: [second],
  });
  await protocol.passUntil(activatesAt);
  await send(owner, addresses.attribution, attributionAbi, "activateRoot", [model]);

  // What is added shares by the same points; a list that is withheld is judged by its leaves, or is a fault in the end.
  await pay(parseEther("28"));
  const later = fair.map(({ contributor, cumulativeWei }) => ({
    contributor,
    cumulativeWei: cumulativeWei * 2n,
  }));
  const third = await propose(later, 2, true);
  expect(await judge.judge(await challenge(third, later, ben))).toMatchObject({ grade: 3 });
  const missing = await challenge(third, [{ contributor: ada, cumulativeWei: 1n }], ben);
  await expect(judge.judge(missing)).rejects.toThrow("Nobody has");
  expect((await potOf()).root).not.toBe(zeroHash);
});
