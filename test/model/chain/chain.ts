import hre from "hardhat";
import {
  type Abi,
  type Address,
  decodeErrorResult,
  decodeEventLog,
  encodeFunctionData,
  getAddress,
  type Hex,
  numberToHex,
} from "viem";
import type { Rules } from "../reference/parameters.ts";
import type { Call } from "../reference/protocol.ts";
import type { ContractName } from "../reference/world.ts";
import { artifactOf, deployProtocol, type Rpc } from "./deploy.ts";
import { Reader } from "./reader.ts";

interface Log {
  address: Address;
  topics: [Hex, ...Hex[]];
  data: Hex;
}

interface Receipt {
  blockNumber: Hex;
  logs: Log[];
}

const HISTORY: Address = "0x0000F90827F1C53a10cb7A02335B175320002935";

/** An event as the chain recorded it. */
interface ChainEvent {
  contract: ContractName;
  name: string;
  args: Record<string, unknown>;
}

type ChainOutcome =
  | { events: ChainEvent[]; error?: undefined }
  | { error: { name: string; args: readonly unknown[] } };

export type Chain = Awaited<ReturnType<typeof startChain>>;

/** A chain in this process with the real contracts, on which everybody named acts without a key. */
export async function startChain(options: {
  people: readonly Address[];
  governor: Address;
  guardian: Address;
  rules: Rules;
  startsAt: number;
}) {
  const { people, governor, guardian, rules, startsAt } = options;
  const connection = await hre.network.create();
  const rpc: Rpc = async (method, params = []) =>
    (await connection.provider.request({ method, params: [...params] })) as never;
  for (const person of [...people, governor, guardian]) {
    await rpc("hardhat_impersonateAccount", [person]);
    await rpc("hardhat_setBalance", [person, numberToHex(10n ** 24n)]);
  }
  // Hardhat's history of block hashes (EIP-2935) only says that there is none. A chain without it has no code there.
  await rpc("hardhat_setCode", [HISTORY, "0x"]);
  await rpc("evm_setNextBlockTimestamp", [startsAt]);
  await rpc("hardhat_mine", ["0x8"]);
  const at = await deployProtocol(rpc, { deployer: governor, guardian, rules });
  const contracts = Object.keys(at) as ContractName[];
  const abis = Object.fromEntries(contracts.map((name) => [name, artifactOf(name).abi])) as Record<
    ContractName,
    Abi
  >;
  // A call bubbles up the errors of the contracts behind it.
  const errors = Object.values(abis).flatMap((abi) => abi.filter(({ type }) => type === "error"));
  const names = new Map(contracts.map((name) => [at[name].toLowerCase(), name]));
  const reader = new Reader(rpc, at, abis);
  await reader.install();

  /** The last block. */
  async function head(): Promise<{ number: number; timestamp: number }> {
    const block = await rpc<{ number: Hex; timestamp: Hex }>("eth_getBlockByNumber", ["latest", false]);
    return { number: Number(block.number), timestamp: Number(block.timestamp) };
  }

  async function blockHash(block: number): Promise<Hex> {
    const found = await rpc<{ hash: Hex }>("eth_getBlockByNumber", [numberToHex(block), false]);
    return found.hash;
  }

  /** One transaction in a block of its own, at a moment. */
  async function send(call: Call, seconds: number): Promise<ChainOutcome> {
    const { from, contract, function: functionName, args } = call;
    const data = encodeFunctionData({ abi: abis[contract], functionName, args });
    await rpc("evm_setNextBlockTimestamp", [seconds]);
    const fees = { gas: "0x1000000", maxFeePerGas: "0x174876e800", maxPriorityFeePerGas: "0x0" };
    let hash: Hex;
    try {
      hash = await rpc<Hex>("eth_sendTransaction", [{ from, to: at[contract], data, ...fees }]);
    } catch (error) {
      return { error: readError(error) };
    }
    const receipt = await rpc<Receipt>("eth_getTransactionReceipt", [hash]);
    return { events: receipt.logs.map(readLog) };
  }

  function readError(error: unknown): { name: string; args: readonly unknown[] } {
    // With a stack trace the data stands by itself, without one in an object.
    const found = (error as { data?: Hex | { data?: Hex } }).data;
    const data = typeof found === "object" ? found.data : found;
    if (data === undefined) throw error;
    try {
      const { errorName, args } = decodeErrorResult({ abi: errors, data });
      return { name: errorName, args: args ?? [] };
    } catch {
      return { name: `an error that no contract declares, ${data}`, args: [] };
    }
  }

  function readLog({ address, topics, data }: Log): ChainEvent {
    const contract = names.get(address.toLowerCase());
    if (contract === undefined) throw new Error(`${getAddress(address)} is no contract of the protocol.`);
    const { eventName, args } = decodeEventLog({ abi: abis[contract], topics, data });
    return { contract, name: eventName ?? "", args: (args ?? {}) as unknown as Record<string, unknown> };
  }

  return {
    rpc,
    at,
    reader,
    head,
    blockHash,
    send,
    mine: (blocks: number) => rpc("hardhat_mine", [numberToHex(blocks)]),
    snapshot: () => rpc<Hex>("evm_snapshot"),
    revert: (id: Hex) => rpc<boolean>("evm_revert", [id]),
    close: () => connection.close(),
  };
}
