import { parametersAbi } from "@openledger/sdk/abi/parameters";
import { trainingAbi } from "@openledger/sdk/abi/training";
import {
  type AbiEvent,
  type AbiParameter,
  type Address,
  createPublicClient,
  custom,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionResult,
  type Hex,
  type PublicClient,
  toHex,
} from "viem";

/** An event of the Training contract, with all of its arguments. */
interface TrainingEvent {
  name: "JobClaimed" | "Heartbeat";
  blockNumber: number;
  blockHash: Hex;
  args: Record<string, unknown>;
}

/** What a chain node answers about one job; the test changes it as it likes. */
export interface TrainingState {
  events: TrainingEvent[];
  /** The answer to `jobOf`. */
  job: Record<string, unknown>;
  /** The answer to `trainingRules`. */
  rules?: Record<string, unknown>;
}

/** A client of a chain on which nothing is but the word of the contracts Training and Parameters of one job. */
export function trainingClient(training: Address, state: TrainingState): PublicClient {
  const request = async ({
    method,
    params,
  }: {
    method: string;
    params: [{ topics: Hex[]; to: Address }];
  }) => {
    const [asked] = params;
    if (method === "eth_getLogs")
      return state.events
        .map((event, index) => logOf(training, event, index))
        .filter(({ topics }) => topics[0] === asked.topics[0]);
    return asked.to === training
      ? encodeFunctionResult({ abi: trainingAbi, functionName: "jobOf", result: state.job as never })
      : encodeFunctionResult({
          abi: parametersAbi,
          functionName: "trainingRules",
          result: state.rules as never,
        });
  };
  return createPublicClient({ transport: custom({ request } as never) }) as PublicClient;
}

function logOf(address: Address, { name, blockNumber, blockHash, args }: TrainingEvent, index: number) {
  const { inputs } = trainingAbi.find((item) => item.type === "event" && item.name === name) as AbiEvent;
  const told = inputs.filter(({ indexed }) => indexed !== true) as AbiParameter[];
  return {
    address,
    topics: encodeEventTopics({ abi: trainingAbi, eventName: name, args: args as never }) as Hex[],
    data: encodeAbiParameters(
      told,
      told.map(({ name: argument }) => args[argument ?? ""]),
    ),
    blockNumber: toHex(blockNumber),
    blockHash,
    transactionHash: blockHash,
    transactionIndex: "0x0",
    logIndex: toHex(index),
    removed: false,
  };
}
