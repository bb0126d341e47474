import { type Abi, type Hex, parseAbiItem, toFunctionSelector } from "viem";
import { decodeErrorResult } from "viem/utils";
import { ATTRIBUTION_ERRORS } from "./attributionErrorCatalogue.ts";
import { DATANETS_ERRORS } from "./datanetsErrorCatalogue.ts";
import { type ErrorText, PROTOCOL_ERRORS } from "./errorCatalogue.ts";
import { type Formatted, formatError } from "./errorFormat.ts";
import { explainTransport } from "./errorTransport.ts";
import type { Explanation } from "./explanation.ts";
import { GOVERNANCE_ERRORS } from "./governanceErrorCatalogue.ts";
import { LIBRARY_ERRORS } from "./libraryErrorCatalogue.ts";

type AbiError = Extract<Abi[number], { type: "error" }>;
type Entry = { text: ErrorText; item: AbiError };

/** Every error that has a text. */
export const ERROR_TEXTS: readonly ErrorText[] = [
  ...PROTOCOL_ERRORS,
  ...DATANETS_ERRORS,
  ...ATTRIBUTION_ERRORS,
  ...GOVERNANCE_ERRORS,
  ...LIBRARY_ERRORS,
];

const entries = new Map<Hex, Entry>(
  ERROR_TEXTS.map((text) => {
    const item = parseAbiItem(text.signature as "error Any()") as AbiError;
    return [selectorOf(item), { text, item }];
  }),
);

const PANICS: Readonly<Record<number, string>> = {
  1: "an assertion failed",
  17: "a number left its range",
  18: "a division by zero",
  33: "a value outside an enumeration",
  50: "an index outside a list",
  65: "not enough memory",
};

/**
 * Say in plain words what went wrong, whoever threw it: viem, ethers, a wallet, the RPC, this SDK, or raw revert data.
 *
 * @example
 * try {
 *   await client.simulateContract(request);
 * } catch (error) {
 *   const { sentence, next } = explainError(error);
 * }
 */
export function explainError(error: unknown): Explanation {
  const chain = causesOf(error);
  for (const one of chain) {
    const data = revertDataOf(one);
    const explained = data === undefined ? undefined : explainRevert(data);
    if (explained !== undefined) return explained;
  }
  for (const one of chain) {
    const explained = explainProblem(one);
    if (explained !== undefined) return explained;
  }
  return explainTransport(chain) ?? unknownError(chain);
}

/**
 * Explain the data that a call reverted with.
 *
 * @returns undefined when the data belongs to no known error.
 */
export function explainRevert(data: Hex): Explanation | undefined {
  const entry = entries.get(data.slice(0, 10).toLowerCase() as Hex);
  if (entry !== undefined) return explainCustom(entry, data);
  if (data.startsWith("0x08c379a0")) return explainText(data);
  if (data.startsWith("0x4e487b71")) return explainPanic(data);
  return undefined;
}

/** Whether the catalogue has a sentence for an ABI's error. */
export function hasErrorText(item: AbiError): boolean {
  return entries.has(selectorOf(item));
}

/** A `Problem`, or the body that a gateway answers with, which says the same things. */
function explainProblem(value: unknown): Explanation | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { code, sentence, next, values, details } = value as Record<string, unknown>;
  if (typeof sentence !== "string" || typeof next !== "string") return undefined;
  const more = values ?? details;
  return {
    name: typeof code === "string" ? code : "Problem",
    sentence,
    next,
    values: typeof more === "object" && more !== null ? { ...more } : {},
  };
}

function explainCustom({ text, item }: Entry, data: Hex): Explanation | undefined {
  const values = decodeValues(item, data);
  if (values === undefined) return undefined;
  const formatted: Formatted = formatError(text, values);
  return { name: item.name, ...formatted, values };
}

function decodeValues(item: AbiError, data: Hex): Record<string, unknown> | undefined {
  try {
    const { args } = decodeErrorResult({ abi: [item], data });
    return Object.fromEntries(item.inputs.map((input, index) => [input.name ?? `${index}`, args?.[index]]));
  } catch {
    return undefined;
  }
}

function explainText(data: Hex): Explanation | undefined {
  const item = parseAbiItem("error Error(string message)") as AbiError;
  const values = decodeValues(item, data);
  if (values === undefined) return undefined;
  return {
    name: "Error",
    sentence: `The contract refused: ${String(values.message)}.`,
    next: "Check the values that you sent, then try again.",
    values,
  };
}

function explainPanic(data: Hex): Explanation | undefined {
  const values = decodeValues(parseAbiItem("error Panic(uint256 code)") as AbiError, data);
  if (values === undefined) return undefined;
  const code = Number(values.code);
  return {
    name: "Panic",
    sentence: `The contract stopped: ${PANICS[code] ?? "an internal check failed"} (panic ${code}).`,
    next: "Report this with the transaction: a contract should never end here.",
    values,
  };
}

function selectorOf(item: AbiError): Hex {
  return toFunctionSelector(`${item.name}(${item.inputs.map((input) => input.type).join(",")})`);
}

/** The error and everything that it says was its cause, outermost first. */
function causesOf(error: unknown): unknown[] {
  const found: unknown[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (value === null || value === undefined || depth > 12 || found.includes(value)) return;
    found.push(value);
    if (typeof value !== "object") return;
    const fields = value as Record<string, unknown>;
    for (const key of ["cause", "error", "data", "info", "originalError"]) {
      if (typeof fields[key] === "object") walk(fields[key], depth + 1);
    }
  };
  walk(error, 0);
  return found;
}

/** Revert data where viem, ethers, wallets and nodes put it. */
function revertDataOf(value: unknown): Hex | undefined {
  if (typeof value === "string") return asRevertData(value);
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  for (const key of ["raw", "data", "result", "reason"]) {
    const data = asRevertData(fields[key]);
    if (data !== undefined) return data;
  }
  return undefined;
}

function asRevertData(value: unknown): Hex | undefined {
  if (typeof value !== "string") return undefined;
  // Some nodes put words before the data, such as "Reverted 0x…".
  const match = /(?:^|\s)(0x(?:[0-9a-fA-F]{2}){4,})$/.exec(value.trim());
  return match?.[1] as Hex | undefined;
}

function unknownError(chain: readonly unknown[]): Explanation {
  const data = chain.map(revertDataOf).find((one) => one !== undefined);
  if (data !== undefined) {
    return {
      name: "UnknownRevert",
      sentence: `The contract refused with an error that is not known here (${data.slice(0, 10)}).`,
      next: "Check that the addresses belong to this deployment and this chain.",
      values: { data },
    };
  }
  const message = chain.map(messageOf).find((text) => text !== "") ?? "Nothing was said about why.";
  return {
    name: "Unknown",
    sentence: `Something went wrong: ${message}`,
    next: "Try again; if it stays, report it with this sentence.",
    values: {},
  };
}

function messageOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  const { shortMessage, message } = value as { shortMessage?: unknown; message?: unknown };
  if (typeof shortMessage === "string" && shortMessage !== "") return shortMessage;
  return typeof message === "string" ? message : "";
}
