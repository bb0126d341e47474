/** What the demo needs on the chain before anybody contributes: OPEN in people's hands, base models, Datanets, seats. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { addressesOf } from "@openledger/sdk/addresses";
import { formatEther, type Hex, maxUint256, type PublicClient, parseEther } from "viem";
import { bases } from "../setup/setup.mjs";
import {
  appellants,
  builder,
  datanetOwner,
  deployer,
  type Person,
  trainers,
  validators,
} from "../stack/accounts.ts";
import { type Call, sendAll } from "../stack/transactions.ts";

/** The demo's Datanets in the order of their ids, which begin at 1. */
export const datanets = [
  {
    id: 1,
    pool: 0,
    name: "Word problems",
    licence: "MIT",
    guidelines:
      "English text that teaches a model to reason and to write: worked word problems as question/answer lines, and plain literary prose. No machine noise, no copies.",
  },
  {
    id: 2,
    pool: 1,
    name: "Everyday pictures",
    licence: "CC0-1.0",
    guidelines:
      "Sharp photographs of things, places and textures, at least 64 pixels on each side. No blank pictures, no copies.",
  },
  {
    id: 3,
    pool: 2,
    name: "Spoken digits",
    licence: "CC-BY-SA-4.0",
    guidelines: "One spoken digit a file, 8 kHz or more, without clipping. No silence, no copies.",
  },
] as const;

/** A base model that set-up made. */
export interface Base {
  name: string;
  family: string;
  licence: string;
  baseDigest: Hex;
}

const rewardWei = parseEther("1");
const feeWei = parseEther("0.25");
/** Pays eleven voters twice. */
const appealFundsWei = parseEther("110");
const computePool = 3;

/** The base models in the folder that set-up fills. */
export function localBases(): Base[] {
  return readdirSync(bases, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => join(bases, entry.name, "base.json"))
    .filter((path) => existsSync(path))
    .map((path) => JSON.parse(readFileSync(path, "utf8")) as Base)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Does whatever is missing; does nothing the second time. */
export async function prepareWorld(client: PublicClient, log: (line: string) => void): Promise<void> {
  const addresses = addressesOf(await client.getChainId());
  const token = { address: addresses.openToken, abi: openTokenAbi } as const;
  const balanceOf = (person: Person) =>
    client.readContract({ ...token, functionName: "balanceOf", args: [person.account.address] });

  const allowances: [Person, bigint][] = [
    ...[...validators, ...trainers].map((person): [Person, bigint] => [person, parseEther("50000")]),
    [datanetOwner, parseEther("100000")],
    [builder, parseEther("20000")],
    ...appellants.map((person): [Person, bigint] => [person, parseEther("120")]),
  ];
  const gifts: Call[] = [];
  for (const [person, amount] of allowances) {
    const spent = await client.getTransactionCount({ address: person.account.address });
    if (spent === 0 && (await balanceOf(person)) === 0n)
      gifts.push({
        to: token.address,
        abi: openTokenAbi,
        functionName: "transfer",
        args: [person.account.address, amount],
      });
  }
  for (const base of localBases()) {
    const known = await client.readContract({
      address: addresses.models,
      abi: modelsAbi,
      functionName: "isBase",
      args: [base.baseDigest],
    });
    if (known) continue;
    gifts.push({
      to: addresses.models,
      abi: modelsAbi,
      functionName: "addBase",
      args: [base.baseDigest, base.family, base.name, base.licence],
    });
    log(`governance lists the base model ${base.name} (${base.family}, ${base.licence})`);
  }
  await sendAll(client, deployer.account, gifts);

  await Promise.all([
    openDatanets(client, log),
    ...appellants.map((person) => approveBonds(client, person)),
    ...validators.map((person) => takeSeats(client, person, [0, 1, 2])),
    ...trainers.map((person) => takeSeats(client, person, [computePool])),
  ]);
  log(
    `${validators.length} validators hold a seat in TEXT, IMAGE and AUDIO, ${trainers.length} trainers in COMPUTE`,
  );
}

/** An appeal has to be made within its window: the approval is given before. */
async function approveBonds(client: PublicClient, person: Person): Promise<void> {
  const addresses = addressesOf(await client.getChainId());
  if ((await client.getTransactionCount({ address: person.account.address })) > 0) return;
  await sendAll(client, person.account, [
    {
      to: addresses.openToken,
      abi: openTokenAbi,
      functionName: "approve",
      args: [addresses.vault, maxUint256],
    },
  ]);
}

async function openDatanets(client: PublicClient, log: (line: string) => void): Promise<void> {
  const addresses = addressesOf(await client.getChainId());
  const count = await client.readContract({
    address: addresses.datanets,
    abi: datanetsAbi,
    functionName: "datanetCount",
  });
  const calls: Call[] = [];
  for (const datanet of datanets.slice(count)) {
    if (calls.length === 0)
      calls.push({
        to: addresses.openToken,
        abi: openTokenAbi,
        functionName: "approve",
        args: [addresses.vault, maxUint256],
      });
    calls.push({
      to: addresses.datanets,
      abi: datanetsAbi,
      functionName: "create",
      args: [datanet.pool, rewardWei, feeWei, datanet.name, datanet.licence, datanet.guidelines],
    });
    calls.push({
      to: addresses.datanets,
      abi: datanetsAbi,
      functionName: "fund",
      args: [datanet.id, parseEther("5000")],
    });
    log(`Datanet ${datanet.id} "${datanet.name}" opens with 5,000 OPEN, 1 OPEN a point`);
  }
  if (count === 0) {
    calls.push({
      to: addresses.court,
      abi: courtAbi,
      functionName: "fundAppeals",
      args: [appealFundsWei],
    });
    log(`the owner puts ${formatEther(appealFundsWei)} OPEN into the pot that pays the voters of appeals`);
  }
  await sendAll(client, datanetOwner.account, calls);
}

async function takeSeats(client: PublicClient, person: Person, pools: readonly number[]): Promise<void> {
  const addresses = addressesOf(await client.getChainId());
  const calls: Call[] = [];
  for (const pool of pools) {
    const stake = await client.readContract({
      address: addresses.seats,
      abi: seatsAbi,
      functionName: "stakeOf",
      args: [pool, person.account.address],
    });
    if (stake.seats > 0) continue;
    if (calls.length === 0)
      calls.push({
        to: addresses.openToken,
        abi: openTokenAbi,
        functionName: "approve",
        args: [addresses.seats, maxUint256],
      });
    calls.push({ to: addresses.seats, abi: seatsAbi, functionName: "stake", args: [pool, 1] });
  }
  await sendAll(client, person.account, calls);
}
