import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { openTokenAbi } from "@openledger/sdk/abi/openToken";
import { parametersAbi } from "@openledger/sdk/abi/parameters";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { vaultAbi } from "@openledger/sdk/abi/vault";
import type { Addresses } from "@openledger/sdk/addresses";
import {
  type Abi,
  type Address,
  createTestClient,
  encodeFunctionData,
  type Hash,
  http,
  type PublicClient,
  publicActions,
  type RpcTransactionReceipt,
  type TestClient,
  type WalletClient,
  walletActions,
} from "viem";
import { anvil } from "viem/chains";
import { deployProtocol } from "../../../scripts/deploy/protocol.ts";
import { deployer } from "../../../scripts/stack/accounts.ts";
import { chainProcess } from "../../../scripts/stack/chain.ts";

const abis = {
  openToken: openTokenAbi,
  vault: vaultAbi,
  seats: seatsAbi,
  court: courtAbi,
  datanets: datanetsAbi,
  training: trainingAbi,
  models: modelsAbi,
  parameters: parametersAbi,
} as const;

/** Enough for anything; what is not used is given back. */
const GAS = "0x989680";

type ContractName = keyof typeof abis;

/** The deployed protocol on a chain of its own that mines when told, and whose time passes when told. */
export class LocalProtocol {
  readonly url: string;
  readonly addresses: Addresses;
  readonly #client: TestClient & PublicClient & WalletClient;
  readonly #chain: ChildProcess;

  private constructor(
    url: string,
    client: LocalProtocol["client"],
    chain: ChildProcess,
    addresses: Addresses,
  ) {
    this.url = url;
    this.#client = client;
    this.#chain = chain;
    this.addresses = addresses;
  }

  get client(): TestClient & PublicClient & WalletClient {
    return this.#client;
  }

  /** Starts a chain that keeps nothing, and deploys the protocol with local windows. */
  static async start(port: number, directory: string): Promise<LocalProtocol> {
    const { command } = chainProcess(directory, port);
    const options = ["--host", "127.0.0.1", "--port", String(port), "--accounts", "40"];
    const chain = spawn(
      command,
      [...options, "--hardfork", "prague", "--gas-limit", "60000000", "--silent"],
      {
        stdio: "ignore",
      },
    );
    const url = `http://127.0.0.1:${port}`;
    const client = createTestClient({
      mode: "anvil",
      chain: anvil,
      transport: http(url, { retryCount: 20, retryDelay: 100 }),
      pollingInterval: 20,
      cacheTime: 0,
    })
      .extend(publicActions)
      .extend(walletActions) as unknown as LocalProtocol["client"];
    try {
      await client.getBlockNumber();
      const deployed = await deployProtocol({ rpcUrl: url, account: deployer.account, localWindows: true });
      return new LocalProtocol(url, client, chain, deployed.addresses);
    } catch (error) {
      chain.kill("SIGKILL");
      throw error;
    }
  }

  /** Sends a transaction of an account that the chain itself holds, and requires that it succeeds. */
  async send(
    from: Address,
    contract: ContractName,
    functionName: string,
    args: readonly unknown[],
  ): Promise<void> {
    const call = { address: this.addresses[contract], abi: abis[contract] as Abi, functionName, args };
    const hash = await this.#client.request({
      method: "eth_sendTransaction",
      params: [{ from, to: call.address, data: encodeFunctionData(call), gas: GAS }],
    });
    const { status, gasUsed } = await this.#receiptOf(hash);
    if (status === "0x1") return;
    // The same call again tells why.
    await this.#client.simulateContract({ ...call, account: from });
    throw new Error(`${contract}.${functionName} reverted after ${Number(gasUsed)} gas, and would not now.`);
  }

  async #receiptOf(hash: Hash): Promise<RpcTransactionReceipt> {
    for (let attempt = 0; attempt < 500; attempt++) {
      const receipt = await this.#client.request({ method: "eth_getTransactionReceipt", params: [hash] });
      if (receipt) return receipt;
      await sleep(10);
    }
    throw new Error(`Transaction ${hash} is not mined.`);
  }

  /** Reads a view. */
  async read<Result>(
    contract: ContractName,
    functionName: string,
    args: readonly unknown[],
    blockNumber?: bigint,
  ): Promise<Result> {
    return (await this.#client.readContract({
      address: this.addresses[contract],
      abi: abis[contract] as Abi,
      functionName,
      args,
      ...(blockNumber === undefined ? {} : { blockNumber }),
    })) as Result;
  }

  /** Lets chain time pass. */
  async pass(seconds: number, blocks = 1): Promise<void> {
    await this.#client.increaseTime({ seconds });
    await this.#client.mine({ blocks });
  }

  /** Lets chain time pass until a moment; one that is past already changes nothing. */
  async passUntil(time: number): Promise<void> {
    const { timestamp } = await this.#client.getBlock();
    if (time > Number(timestamp)) await this.pass(time - Number(timestamp));
  }

  /** Ends the chain. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#chain.once("close", resolve));
    this.#chain.kill("SIGKILL");
    await ended;
  }
}
