import {
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type Address,
  type BaseError,
  encodeFunctionData,
  type Hex,
  toFunctionSelector,
  zeroAddress,
  zeroHash,
} from "viem";
import type { LocalChain } from "./localChain.ts";

/** The functions of an ABI that change something. */
export function writing(abi: Abi): AbiFunction[] {
  return abi.filter(
    (item): item is AbiFunction =>
      item.type === "function" && item.stateMutability !== "view" && item.stateMutability !== "pure",
  );
}

/** A value of an ABI type with nothing in it. */
export function emptyOf(input: AbiParameter): unknown {
  if (input.type.endsWith("]")) {
    const [, count] = /\[(\d*)\]$/.exec(input.type) ?? [];
    const element = { ...input, type: input.type.replace(/\[\d*\]$/, "") } as AbiParameter;
    return Array.from({ length: Number(count) }, () => emptyOf(element));
  }
  if (input.type === "tuple") {
    const { components } = input as { components: readonly AbiParameter[] };
    return Object.fromEntries(components.map((each) => [each.name, emptyOf(each)]));
  }
  if (input.type === "address") return zeroAddress;
  if (input.type === "bool") return false;
  if (input.type === "string") return "";
  if (input.type === "bytes") return "0x";
  if (input.type === "bytes32") return zeroHash;
  if (input.type.startsWith("bytes")) return `0x${"00".repeat(Number(input.type.slice(5)))}`;
  return Number(input.type.replace(/\D/g, "")) <= 48 ? 0 : 0n;
}

/** The selector of an error, such as "NoDelay()". */
export function errorSelector(signature: string): Hex {
  return toFunctionSelector(`function ${signature}`);
}

/** A call of one function. */
export type Attempt = { from: Address; to: Address; item: AbiFunction; args?: readonly unknown[] };

/** The error data with which a call ends; "" when it would go through. Without arguments, all are empty. */
export async function refusal({ client }: Pick<LocalChain, "client">, attempt: Attempt): Promise<string> {
  const { from, to, item } = attempt;
  const args = attempt.args ?? item.inputs.map(emptyOf);
  const data = encodeFunctionData({ abi: [item], functionName: item.name, args });
  try {
    await client.call({ account: from, to, data });
    return "";
  } catch (error) {
    const cause = (error as BaseError).walk((each) => typeof (each as { data?: unknown }).data === "string");
    return (cause as { data?: string } | null)?.data ?? "0x";
  }
}
