import {
  type Abi,
  type Address,
  concat,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  size as sizeOf,
} from "viem";
import type { ContractName, View, Word } from "../reference/world.ts";
import type { Rpc } from "./deploy.ts";

const READER: Address = "0x00000000000000000000000000000000000EADE7";
/** Every view's calldata is padded to this length: contracts ignore what follows their arguments. */
const CALL_BYTES = 128;
const FAILED = 1n << 255n;

/**
 * A contract that makes many calls in one. Its calldata is a list of (address 32 bytes, calldata 128 bytes), its answer a
 * list of (length 32 bytes, answer), the length with its top bit set where a call failed. The stack holds the places in
 * both: `input` and `output`, which is in memory behind the calldata of one call.
 */
const readerCode = concat([
  "0x5f6080", //             input = 0; output = 0x80
  "0x5b368210601157", // 03: if (input < calldatasize) goto 0x11
  "0x60808103", //           size = output - 0x80
  "0x6080f3", //             return memory[0x80, size]
  "0x5b6080826020015f37", // 11: memory[0, 0x80] = calldata[input + 32, 0x80]
  "0x5f5f60805f85355afa", // staticcall(address at input, memory[0, 0x80])
  "0x1560ff1b3d178152", //   memory[output] = length of the answer | failed << 255
  "0x3d5f826020013e", //     memory[output + 32] = answer
  "0x3d01602001", //         output += length + 32
  "0x9060a00190", //         input += 160
  "0x600356", //             goto 0x03
]);

/** Reads many views in one call and compares their answers with what the model says. */
export class Reader {
  private readonly rpc: Rpc;
  private readonly at: Record<ContractName, Address>;
  private readonly abis: Record<ContractName, Abi>;
  private readonly entries = new Map<string, string>();

  constructor(rpc: Rpc, at: Record<ContractName, Address>, abis: Record<ContractName, Abi>) {
    this.rpc = rpc;
    this.at = at;
    this.abis = abis;
  }

  async install(): Promise<void> {
    await this.rpc("hardhat_setCode", [READER, readerCode]);
  }

  /** The views whose answers are not what the model says, in words. */
  async differences(views: readonly View[]): Promise<string[]> {
    const data = `0x${views.map((view) => this.entryOf(view)).join("")}`;
    const answers = await this.rpc<Hex>("eth_call", [{ to: READER, data, gas: "0x1000000" }, "latest"]);
    const expected = views.map(({ words }) => words.map(hexOf).join(""));
    if (answers === `0x${expected.map((words) => lengthOf(words) + words).join("")}`) return [];
    let place = 2;
    return views.flatMap((view, index) => {
      const length = BigInt(`0x${answers.slice(place, place + 64)}`);
      const size = 2 * Number(length % FAILED);
      const answer = answers.slice(place + 64, place + 64 + size);
      place += 64 + size;
      if (length < FAILED && answer === expected[index]) return [];
      return this.explain(view, length >= FAILED ? undefined : `0x${answer}`, `0x${expected[index]}`);
    });
  }

  private entryOf(view: View): string {
    const key = `${view.contract} ${view.function} ${view.args.join()}`;
    const known = this.entries.get(key);
    if (known) return known;
    const { contract, function: functionName, args } = view;
    const calldata = encodeFunctionData({ abi: this.abis[contract], functionName, args });
    if (sizeOf(calldata) > CALL_BYTES) throw new Error(`${functionName} has too many arguments to be read.`);
    const entry =
      this.at[contract].slice(2).toLowerCase().padStart(64, "0") +
      calldata.slice(2).padEnd(2 * CALL_BYTES, "0");
    this.entries.set(key, entry);
    return entry;
  }

  private explain(view: View, answer: Hex | undefined, expected: Hex): string {
    const { contract, function: functionName, args } = view;
    const abi = this.abis[contract];
    const show = (data: Hex) => print(decodeFunctionResult({ abi, functionName, data }));
    const found = answer === undefined ? "nothing: it reverts" : show(answer);
    return `${contract}.${functionName}(${args.join(", ")}) is\n      ${found}, the model says\n      ${show(expected)}`;
  }
}

const lengthOf = (words: string) => (words.length / 2).toString(16).padStart(64, "0");

function hexOf(word: Word): string {
  if (typeof word === "string") return word.slice(2).toLowerCase().padStart(64, "0");
  return BigInt(word).toString(16).padStart(64, "0");
}

/** A decoded value on one line. */
export function print(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? `${inner}` : inner)).replaceAll(
    '"',
    "",
  );
}
