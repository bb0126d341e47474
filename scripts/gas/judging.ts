/** Measures the life of full dockets: submissions, committee, votes, verdict, credit, claims. */
import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { vaultAbi } from "@openledger/sdk/abi/vault";
import { commitmentOf } from "@openledger/sdk/commitment";
import { submissionRoot } from "@openledger/sdk/leaves";
import { submissionTypedData } from "@openledger/sdk/typedData";
import { type Address, erc20Abi, type Hex, keccak256, parseEther, toHex } from "viem";
import { hardhat } from "viem/chains";
import type { GasReport } from "./budgets.ts";
import { accountAt, type GasChain } from "./chain.ts";

type Person = { address: Address };

/** `ICourt.Phase.COLLECTING`. */
const collecting = 1;
const text = 0;
export const image = 1;
export const relayer = accountAt(1);
export const contributors = Array.from({ length: 7 }, (_, index) => accountAt(2 + index));
const voters = Array.from({ length: 7 }, (_, index) => accountAt(10 + index));
/** Sixteen holders of up to 64 seats each fill a pool of 1,000. */
export const crowd = Array.from({ length: 16 }, (_, index) => accountAt(30 + index));
const owner = accountAt(21);
const datanet = 1;
/** Six submissions of 20 and one of 8: a full docket. */
const fileCounts = [20, 20, 20, 20, 20, 20, 8];

/** Gives OPEN to people and lets the contracts that pull it do so. */
export async function giveOpen(
  chain: GasChain,
  to: Address,
  amount: string,
  spender: Address,
): Promise<void> {
  const { openToken } = chain.addresses;
  await chain.send(accountAt(0), openToken, erc20Abi, "transfer", [to, parseEther(amount)]);
  await chain.send(to, openToken, erc20Abi, "approve", [spender, 2n ** 256n - 1n]);
}

/** Takes seats in a pool. */
export async function takeSeats(
  chain: GasChain,
  pool: number,
  holder: Address,
  count: number,
): Promise<void> {
  await giveOpen(chain, holder, String(1_000 * count), chain.addresses.seats);
  await chain.send(holder, chain.addresses.seats, seatsAbi, "stake", [pool, count]);
}

/** Seats, a funded Datanet in TEXT and one in IMAGE. */
async function prepare(chain: GasChain): Promise<void> {
  for (const { address } of voters) await takeSeats(chain, text, address, 1);
  for (const [index, { address }] of crowd.entries()) {
    await takeSeats(chain, image, address, index < 8 ? 63 : 62);
  }
  const { datanets, vault } = chain.addresses;
  await giveOpen(chain, owner.address, "2000000", vault);
  for (const pool of [text, image]) {
    const prose = ["Questions", "CC-BY-4.0", "Answer in full sentences."] as const;
    await chain.send(owner, datanets, datanetsAbi, "create", [
      pool,
      parseEther("1"),
      parseEther("0.5"),
      ...prose,
    ]);
    await chain.send(owner, datanets, datanetsAbi, "fund", [pool + 1, parseEther("1000000")]);
  }
}

/** Sends one relayed submission. Its leaves' root stands for whatever they hold, unless it is given. */
export async function submit(
  chain: GasChain,
  contributor: number,
  files: number,
  target = datanet,
  leaves?: Hex,
) {
  const { datanets } = chain.addresses;
  const author = contributors[contributor] as (typeof contributors)[number];
  const leavesRoot = leaves ?? keccak256(toHex(`${author.address} ${chain.now()} ${files}`));
  const submission = {
    ...{ contributor: author.address, datanet: target, files, leavesRoot },
    sizeBytes: files * 500_123,
    terms: 1,
    manifestDigest: keccak256(leavesRoot),
    deadline: chain.now() + 3_600,
  };
  const signature = await author.signTypedData(
    submissionTypedData({ chainId: hardhat.id, datanets, submission }),
  );
  const gas = await chain.send(relayer, datanets, datanetsAbi, "submit", [submission, signature]);
  return { root: submissionRoot(author.address, leavesRoot), gas };
}

/** A voter's word: grades 1 to 3, a little different for each voter, none incoherent. */
function wordOf(voter: number, items: number): bigint {
  let word = 0n;
  for (let item = 0; item < items; item++) {
    const grade = 1 + ((item * 7) % 3);
    const own = (item + voter) % 29 === 0 && grade < 3 ? grade + 1 : grade;
    word |= BigInt(own) << BigInt(2 * item);
  }
  return word;
}

/** Takes a pool's docket through everything until nobody can appeal any more; returns the gas of each step. */
export async function judge(chain: GasChain, docket: number, people: readonly Person[], wordFor = wordOf) {
  const gas = await decide(chain, docket, people, wordFor);
  await passUntil(chain, (await readDocket(chain, docket)).appealEnds);
  return gas;
}

/** Takes a docket, which may be an appeal's, to its verdict; returns the gas of each step. */
export async function decide(chain: GasChain, docket: number, people: readonly Person[], wordFor = wordOf) {
  const { court } = chain.addresses;
  const { items, phase, pool } = await readDocket(chain, docket);
  // A docket that is full has closed with its last submission.
  let close = 0;
  if (phase === collecting) {
    await chain.passTime(3_700);
    close = await chain.send(relayer, court, courtAbi, "close", [pool]);
  }
  await chain.passBlocks(10);
  const draw = await chain.send(relayer, court, courtAbi, "draw", [docket]);
  const committee = await chain.client.readContract({
    address: court,
    abi: courtAbi,
    functionName: "committee",
    args: [docket],
  });
  const seated = committee.flatMap((voter, drawIndex) =>
    committee.indexOf(voter) === drawIndex ? [{ voter, drawIndex }] : [],
  );
  const ballots = seated.map(({ voter, drawIndex }) => ({
    ...{ voter, drawIndex, reasons: "0x" as Hex, salt: keccak256(voter) },
    word: wordFor(
      people.findIndex(({ address }) => address === voter),
      items,
    ),
  }));
  const commits: number[] = [];
  for (const { voter, word, reasons, salt } of ballots) {
    const commitment = commitmentOf({ chainId: hardhat.id, court, docket, voter, word, reasons, salt });
    commits.push(await chain.send(voter, court, courtAbi, "commit", [docket, commitment]));
  }
  await passUntil(chain, (await readDocket(chain, docket)).commitEnds);
  const reveals: number[] = [];
  for (const { voter, drawIndex, word, reasons, salt } of ballots) {
    const args = [docket, drawIndex, word, salt, reasons] as const;
    reveals.push(await chain.send(voter, court, courtAbi, "reveal", args));
  }
  await passUntil(chain, (await readDocket(chain, docket)).revealEnds);
  const settle = await chain.send(relayer, court, courtAbi, "settle", [docket]);
  return { docket, close, draw, commits, reveals, settle };
}

/** Measures everything between a contributor's signature and their OPEN. */
export async function measureJudging(chain: GasChain): Promise<Partial<GasReport>> {
  const { datanets, vault } = chain.addresses;
  await prepare(chain);
  // Days before the measured ones: everybody has submitted, voted, earned and claimed before.
  for (let day = 0; day < 5; day++) await fullDocket(chain, [[0, 1, 2, 3, 4, 5, 6]]);
  for (const { address } of [...contributors, ...voters]) {
    await chain.send(relayer, vault, vaultAbi, "claim", [address]).catch(() => 0);
  }

  const full = await fullDocket(chain, [[0, 1, 2, 3, 4, 5, 6]]);
  const claim = await chain.send(relayer, vault, vaultAbi, "claim", [
    (contributors[2] as (typeof contributors)[number]).address,
  ]);
  const alone = await fullDocket(chain, [[6], [0, 1, 2, 3, 4, 5]]);
  const apart = await fullDocket(chain, [], async (roots) =>
    chain.send(relayer, datanets, datanetsAbi, "finalize", [roots[1] as Hex]),
  );

  await chain.nextDay();
  await submit(chain, 0, 1);
  const single = await submit(chain, 1, 1);
  const lone = await loneFile(chain);
  const { root: last } = await submit(chain, 2, 20, image + 1);
  const crowded = await judge(chain, await docketOf(chain, last), crowd);

  return {
    submit20Relayed: full.submissions[2] as number,
    submit1Relayed: single.gas,
    commit: mean(full.judged.commits),
    reveal: mean(full.judged.reveals),
    settleDocket: full.judged.settle,
    finalize20: apart.special,
    finalize20Sweep: Math.round((alone.sweeps[1] as number) / 6),
    perAcceptedFile: Math.round(full.total / 128),
    claim,
    draw5of1000: crowded.draw,
    ...lone,
  };
}

/** A docket with one file, by people who did all of it before: the dearest case, where nothing is shared. */
async function loneFile(chain: GasChain) {
  await chain.nextDay();
  const { root, gas } = await submit(chain, 3, 1);
  const { close, draw, commits, reveals, settle } = await judge(chain, await docketOf(chain, root), voters);
  const finalize = await chain.send(relayer, chain.addresses.datanets, datanetsAbi, "finalize", [root]);
  return {
    loneCommit: mean(commits),
    loneReveal: mean(reveals),
    loneSettle: settle,
    loneFinalize: finalize,
    loneFile: gas + close + draw + sum([...commits, ...reveals]) + settle + finalize,
  };
}

/**
 * One day: a full docket of relayed submissions is judged and finalized.
 *
 * @param groups Which submissions are finalized together.
 * @param special Runs before the groups, and may finalize a submission in its own way.
 */
async function fullDocket(
  chain: GasChain,
  groups: readonly (readonly number[])[],
  special?: (roots: Hex[]) => Promise<number>,
) {
  await chain.nextDay();
  const sent: { root: Hex; gas: number }[] = [];
  for (const [index, files] of fileCounts.entries()) sent.push(await submit(chain, index, files));
  const roots = sent.map(({ root }) => root);
  const judged = await judge(chain, await docketOf(chain, roots[0] as Hex), voters);
  const specialGas = special ? await special(roots) : 0;
  const sweeps: number[] = [];
  for (const group of groups.length > 0 ? groups : [fileCounts.map((_, index) => index)]) {
    const part = group.map((index) => roots[index] as Hex);
    sweeps.push(await chain.send(relayer, chain.addresses.datanets, datanetsAbi, "finalizeMany", [part]));
  }
  const submissions = sent.map(({ gas }) => gas);
  const { close, draw, commits, reveals, settle } = judged;
  const total = sum([...submissions, close, draw, ...commits, ...reveals, settle, ...sweeps]);
  return { submissions, judged, sweeps, special: specialGas, total };
}

/** The docket that judges a submission. */
export async function docketOf(chain: GasChain, root: Hex): Promise<number> {
  const { docket } = await chain.client.readContract({
    address: chain.addresses.datanets,
    abi: datanetsAbi,
    functionName: "submissionOf",
    args: [root],
  });
  return docket;
}

function readDocket(chain: GasChain, docket: number) {
  return chain.client.readContract({
    address: chain.addresses.court,
    abi: courtAbi,
    functionName: "docketOf",
    args: [docket],
  });
}

async function passUntil(chain: GasChain, time: number): Promise<void> {
  await chain.passTime(Math.max(1, time + 1 - chain.now()));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => Math.round(sum(values) / values.length);
