/** A chain with the whole protocol, people who train, check and post, and a docket taken through the court. */
import { courtAbi } from "@openledger/sdk/abi/court";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { type Docket, readDocket } from "@openledger/sdk/client/readDocket";
import { commitmentOf, deriveSalt } from "@openledger/sdk/commitment";
import { packReasons, packWord } from "@openledger/sdk/grades";
import { LOCAL_MNEMONIC } from "@openledger/sdk/localAccounts";
import { reasonOf } from "@openledger/sdk/reasons";
import { type Address, type Hex, maxUint256, parseEther, parseEventLogs } from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import type { Opinion } from "../../node/src/judge/opinion.ts";
import { TestProtocol } from "../../node/src/testing/protocol.ts";
import { prepareWorld } from "../../scripts/demo/world.ts";
import { builder, deployer, trainers } from "../../scripts/stack/accounts.ts";
import { type Call, sendAll } from "../../scripts/stack/transactions.ts";

const COMPUTE = 3;
/** So many that the seats of who is judged are rarely drawn. */
const CHECKERS_SEATS = 40;
/** Each backs two bonds. */
const CHEATS_SEATS = 12;
const HONEST_SEATS = 2;
export const PRICE_WEI = parseEther("100");

const person = (addressIndex: number) => mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex });
/** Trains honestly. */
export const honest = person(50);
/** Cheats. */
export const cheat = person(51);
/** Sit in the COMPUTE pool and check. */
export const checkers = trainers.map(({ account }) => account);

/** What a member of the committee thinks of a docket's items, in their order. */
export type Judgement = (member: HDAccount, docket: Docket) => Promise<Opinion[]>;

/** The protocol on a chain whose clock moves a second a block, however long training takes. */
export class Hearing {
  readonly protocol: TestProtocol;

  private constructor(protocol: TestProtocol) {
    this.protocol = protocol;
  }

  static async start(): Promise<Hearing> {
    const protocol = await TestProtocol.start();
    const hearing = new Hearing(protocol);
    const { client, addresses } = protocol;
    await client.setBlockTimestampInterval({ interval: 1 });
    await prepareWorld(client as never, () => {});
    const gifts: Call[] = [];
    for (const [{ address }, wei] of [
      [honest, parseEther("3000")],
      [cheat, parseEther("20000")],
    ] as const) {
      await client.setBalance({ address, value: parseEther("10") });
      gifts.push({
        to: addresses.openToken,
        abi: openTokenAbi,
        functionName: "transfer",
        args: [address, wei],
      });
    }
    await hearing.send(deployer.account, gifts);
    await hearing.#takeSeats(honest, HONEST_SEATS);
    await hearing.#takeSeats(cheat, CHEATS_SEATS);
    for (const checker of checkers) await hearing.#takeSeats(checker, CHECKERS_SEATS);
    await hearing.send(builder.account, [
      {
        to: addresses.openToken,
        abi: openTokenAbi,
        functionName: "approve",
        args: [addresses.vault, maxUint256],
      },
    ]);
    return hearing;
  }

  send(account: HDAccount, calls: Call[]) {
    return sendAll(this.protocol.client as never, account, calls);
  }

  #takeSeats(account: HDAccount, seats: number) {
    const { openToken, seats: to } = this.protocol.addresses;
    return this.send(account, [
      { to: openToken, abi: openTokenAbi, functionName: "approve", args: [to, maxUint256] },
      { to, abi: seatsAbi, functionName: "stake", args: [COMPUTE, seats] },
    ]);
  }

  /** A call of the Training contract. */
  training(functionName: string, ...args: unknown[]): Call {
    return { to: this.protocol.addresses.training, abi: trainingAbi, functionName, args };
  }

  /** List a base model, as governance does. */
  async addBase(baseDigest: Hex, family: string, name: string): Promise<void> {
    const { models } = this.protocol.addresses;
    const args = [baseDigest, family, name, "MIT"];
    await this.send(deployer.account, [{ to: models, abi: modelsAbi, functionName: "addBase", args }]);
  }

  /** Post a job. */
  async post(specDigest: Hex, baseDigest: Hex): Promise<number> {
    const { timestamp } = await this.protocol.client.getBlock();
    const call = this.training("post", specDigest, baseDigest, 0, PRICE_WEI, Number(timestamp) + 86_400);
    const [receipt] = await this.send(builder.account, [call]);
    const [posted] = parseEventLogs({ abi: trainingAbi, eventName: "JobPosted", logs: receipt?.logs ?? [] });
    if (posted === undefined) throw new Error("Nothing was posted.");
    return posted.args.job;
  }

  /** Send all calls into one block, so that what they attest comes before one committee. */
  async together(batches: readonly (readonly [HDAccount, Call[]])[]): Promise<void> {
    const { client } = this.protocol;
    const count = batches.reduce((sum, [, calls]) => sum + calls.length, 0);
    await client.setAutomine(false);
    const sent = Promise.all(batches.map(([account, calls]) => this.send(account, calls)));
    while ((await client.getTxpoolStatus()).pending < count)
      await new Promise((next) => setTimeout(next, 20));
    await client.mine({ blocks: 1 });
    await client.setAutomine(true);
    await sent;
  }

  /** Take a docket from its closing to its final verdict; every member votes as it thinks. Returns the committee. */
  async judge(docket: number, judgement: Judgement): Promise<readonly Address[]> {
    const { protocol } = this;
    const { addresses, client } = protocol;
    const court = addresses.court;
    const drawn = await this.#draw(docket);
    const state = await readDocket(client, { addresses, docket });
    const members = checkers.filter(({ address }) => drawn.includes(address));
    const votes = [];
    for (const member of members) {
      const opinions = await judgement(member, state);
      const word = packWord(opinions.map(({ grade }) => grade));
      const reasons = packReasons(word, state.items, (item) => {
        const reason = opinions[item]?.reason;
        if (reason === undefined) throw new Error(`Item ${item} is rejected without a reason.`);
        return reasonOf(reason).code;
      });
      const salt = await deriveSalt(member, { chainId: 31_337, court, docket, round: state.round });
      const vote = { chainId: 31_337, court, docket, voter: member.address, word, reasons, salt };
      votes.push({ member, word, reasons, salt });
      await protocol.write(member, court, courtAbi, "commit", [docket, commitmentOf(vote)]);
    }
    await this.#passUntil(state.commitEnds);
    for (const { member, word, reasons, salt } of votes) {
      const place = drawn.indexOf(member.address);
      await protocol.write(member, court, courtAbi, "reveal", [docket, place, word, salt, reasons]);
    }
    await this.#passUntil(state.revealEnds);
    await protocol.write(deployer.account, court, courtAbi, "settle", [docket]);
    await this.#passUntil((await readDocket(client, { addresses, docket })).appealEnds);
    return drawn;
  }

  async #passUntil(moment: number): Promise<void> {
    const { timestamp } = await this.protocol.client.getBlock();
    await this.#pass(Math.max(1, moment - Number(timestamp) + 1));
  }

  async #pass(seconds: number): Promise<void> {
    const { client } = this.protocol;
    const { timestamp } = await client.getBlock();
    await client.setNextBlockTimestamp({ timestamp: timestamp + BigInt(seconds) });
    await client.mine({ blocks: 1 });
  }

  /** Close and draw; where chance does not seat three different checkers, the same docket is drawn by another block. */
  async #draw(docket: number): Promise<readonly Address[]> {
    const { protocol } = this;
    const { addresses, client } = protocol;
    for (let wait = 60; wait < 160; wait++) {
      const before = await client.snapshot();
      await this.#pass(wait);
      await protocol.write(deployer.account, addresses.court, courtAbi, "close", [COMPUTE]);
      await client.mine({ blocks: 8 });
      await protocol.write(deployer.account, addresses.court, courtAbi, "draw", [docket]);
      const drawn = await client.readContract({
        address: addresses.court,
        abi: courtAbi,
        functionName: "committee",
        args: [docket],
      });
      if (checkers.every(({ address }) => drawn.includes(address))) return drawn;
      await client.revert({ id: before });
    }
    throw new Error("No block of a hundred seats three checkers.");
  }
}
