/** An in-process chain with the protocol on it, whose blocks, times and therefore committees are the same in every run. */
import type { Addresses } from "@openledger/sdk/addresses";
import {
  type Abi,
  type Account,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createTestClient,
  custom,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Hex,
  publicActions,
  walletActions,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { anvil, hardhat } from "viem/chains";
import { buildOpenLedger } from "../../ignition/modules/OpenLedger.ts";
import { loadHardhat } from "../deploy/hardhat.ts";
import { holdersOf, moduleParameters } from "../deploy/module.ts";
import { productionParameters } from "../deploy/parameters.ts";
import { predictAddresses } from "../deploy/plan.ts";

const mnemonic = "test test test test test test test test test test test junk";
/** 2027-01-15 00:00:00 UTC. */
const firstDay = 1_799_971_200;

/** The account of the public test mnemonic at an index. */
export const accountAt = (index: number) => mnemonicToAccount(mnemonic, { addressIndex: index });

/** A chain to measure on. */
export type GasChain = Awaited<ReturnType<typeof startChain>>;

/** Starts the chain and deploys the protocol with production parameters as account 0. */
export async function startChain() {
  const hre = await loadHardhat();
  const connection = await hre.network.create({
    network: "default",
    override: {
      chainId: hardhat.id,
      hardfork: "prague",
      initialDate: new Date(firstDay * 1000),
      accounts: { mnemonic, count: 64 },
      blockGasLimit: 60_000_000,
    },
  });
  const client = createTestClient({
    chain: hardhat,
    mode: "hardhat",
    transport: custom(connection.provider),
    pollingInterval: 1,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions);

  const deployer = accountAt(0).address;
  const predicted = predictAddresses(deployer, 0);
  const holders = holdersOf(anvil.id, {}, deployer);
  await connection.ignition.deploy(buildOpenLedger(), {
    defaultSender: deployer,
    parameters: { OpenLedger: moduleParameters(predicted, productionParameters, holders, deployer) },
  });
  const addresses: Addresses = { ...predicted, deploymentBlock: 0 };
  let now = firstDay + 86_400;

  /** Sends a transaction in a block of its own, one second after the last, and returns the gas it used. */
  async function send<const abi extends Abi, name extends ContractFunctionName<abi, "nonpayable">>(
    from: Account | Address,
    to: Address,
    abi: abi,
    functionName: name,
    args: ContractFunctionArgs<abi, "nonpayable", name>,
  ): Promise<number> {
    now += 1;
    await client.setNextBlockTimestamp({ timestamp: BigInt(now) });
    const data: Hex = encodeFunctionData({
      abi,
      functionName,
      args,
    } as unknown as EncodeFunctionDataParameters);
    const account = typeof from === "string" ? from : from.address;
    const hash = await client.sendTransaction({ account, to, data, gas: 16_000_000n });
    const { gasUsed, status } = await client.getTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`${functionName} reverted.`);
    return Number(gasUsed);
  }

  /** Lets chain time pass, in one block. */
  async function passTime(seconds: number): Promise<void> {
    now += seconds;
    await client.setNextBlockTimestamp({ timestamp: BigInt(now) });
    await client.mine({ blocks: 1 });
  }

  /** Moves to a few hours into the next UTC day. */
  async function nextDay(): Promise<void> {
    const tomorrow = (Math.floor(now / 86_400) + 1) * 86_400;
    await passTime(tomorrow + 3 * 3_600 - now);
  }

  /** Mines blocks one second apart. */
  async function passBlocks(count: number): Promise<void> {
    for (let block = 0; block < count; block++) await passTime(1);
  }

  return {
    ...{ client, addresses, send, passTime, passBlocks, nextDay },
    now: () => now,
    close: () => connection.close(),
  };
}
