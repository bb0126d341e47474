import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { courtAbi } from "@openledger/sdk/abi/court";
import { type Addresses, addressesOf } from "@openledger/sdk/addresses";
import { readDocket } from "@openledger/sdk/client/readDocket";
import { commitmentOf, deriveSalt } from "@openledger/sdk/commitment";
import { packReasons } from "@openledger/sdk/grades";
import { LOCAL_MNEMONIC } from "@openledger/sdk/localAccounts";
import {
  type Abi,
  type Account,
  type Address,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  publicActions,
} from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { type LocalChain, startAnvil } from "./anvil.ts";

const DEPLOY = new URL("../../../scripts/deploy/deploy.ts", import.meta.url).pathname;

/** A demo account by its index. */
export function person(index: number): HDAccount {
  return mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex: index });
}

/** A demo account's key. */
export function keyOf(index: number): Hex {
  return `0x${Buffer.from(person(index).getHdKey().privateKey ?? []).toString("hex")}`;
}

/** A chain of a test's own with the whole protocol on it, whose time the test turns. */
export class TestProtocol {
  readonly url: string;
  readonly addresses: Addresses;
  readonly #anvil: LocalChain;

  private constructor(anvil: LocalChain, addresses: Addresses) {
    this.#anvil = anvil;
    this.url = anvil.url;
    this.addresses = addresses;
  }

  static async start(): Promise<TestProtocol> {
    const anvil = await startAnvil({ more: ["--accounts", "25"] });
    const directory = await mkdtemp(join(tmpdir(), "openledger-deploy-"));
    const child = spawn(
      process.execPath,
      [DEPLOY, "--rpc-url", anvil.url, "--local", "--out", join(directory, "addresses.json")],
      { env: { ...process.env, PRIVATE_KEY: keyOf(0) }, stdio: ["ignore", "ignore", "inherit"] },
    );
    const code = await new Promise((resolve) => child.once("close", resolve));
    await rm(directory, { recursive: true, force: true });
    if (code !== 0) throw new Error("The protocol was not deployed.");
    return new TestProtocol(anvil, addressesOf(foundry.id));
  }

  stop(): Promise<void> {
    return this.#anvil.stop();
  }

  get client() {
    return createTestClient({
      chain: foundry,
      mode: "anvil",
      transport: http(this.url),
      cacheTime: 0,
    }).extend(publicActions);
  }

  /** Sends one transaction and waits for it; a revert throws. */
  async write(
    account: Account,
    to: Address,
    abi: Abi | readonly unknown[],
    functionName: string,
    args: unknown[],
  ) {
    const wallet = createWalletClient({ account, chain: foundry, transport: http(this.url) });
    const data = encodeFunctionData({ abi: abi as Abi, functionName, args });
    const hash = await wallet.sendTransaction({ to, data });
    const receipt = await this.client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`${functionName} reverted.`);
    return receipt;
  }

  /** Lets chain time pass. */
  async pass(seconds: number): Promise<void> {
    await this.client.increaseTime({ seconds });
    await this.client.mine({ blocks: 1 });
  }

  /** Takes a docket through its whole life: every drawn voter gives the same word. */
  async judge(
    docket: number,
    word: bigint,
    reasonOf: (item: number) => number,
    voters: readonly HDAccount[],
  ) {
    const { addresses, client } = this;
    const court = addresses.court;
    await this.pass(60);
    // A busy machine's clock may have closed it: a pool's docket closes when a later item opens the next one.
    const { phase } = await readDocket(client, { addresses, docket });
    if (phase === "COLLECTING") {
      await this.write(person(0), court, courtAbi, "close", [docket % 4]);
    }
    await client.mine({ blocks: 8 });
    await this.write(person(0), court, courtAbi, "draw", [docket]);
    const drawn = await client.readContract({
      address: court,
      abi: courtAbi,
      functionName: "committee",
      args: [docket],
    });
    const { round, items } = await readDocket(client, { addresses, docket });
    const reasons = packReasons(word, items, reasonOf);
    const seated = voters.filter(({ address }) => drawn.includes(address));
    for (const voter of seated) {
      const salt = await deriveSalt(voter, { chainId: foundry.id, court, docket, round });
      const vote = { chainId: foundry.id, court, docket, voter: voter.address, word, reasons, salt };
      await this.write(voter, court, courtAbi, "commit", [docket, commitmentOf(vote)]);
    }
    await this.passUntil((await readDocket(client, { addresses, docket })).commitEnds);
    for (const voter of seated) {
      const salt = await deriveSalt(voter, { chainId: foundry.id, court, docket, round });
      await this.write(voter, court, courtAbi, "reveal", [
        docket,
        drawn.indexOf(voter.address),
        word,
        salt,
        reasons,
      ]);
    }
    await this.passUntil((await readDocket(client, { addresses, docket })).revealEnds);
    await this.write(person(0), court, courtAbi, "settle", [docket]);
  }

  async passUntil(moment: number): Promise<void> {
    const { timestamp } = await this.client.getBlock();
    await this.pass(Math.max(1, moment - Number(timestamp) + 1));
  }
}
