import type { Grade } from "@openledger/sdk/grades";
import { poolOf } from "@openledger/sdk/pools";
import { type Command, InvalidArgumentError } from "commander";
import { type Address, getAddress, type Hex, isAddress } from "viem";
import type { GradeOverride } from "./commands/votes.ts";
import type { Answer } from "./io.ts";
import type { CommonOptions, Session } from "./session.ts";

/** Runs one command and tells what came of it. */
export type Runner = (
  name: string,
  options: CommonOptions,
  work: (session: Session) => Promise<Answer>,
) => Promise<void>;

export function root(text: string): Hex {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase() as Hex;
  throw new InvalidArgumentError("A submission's root is 0x and 64 hexadecimal digits.");
}

export function address(text: string): Address {
  if (isAddress(text, { strict: false })) return getAddress(text);
  throw new InvalidArgumentError("An address is 0x and 40 hexadecimal digits.");
}

export function addressOrRoot(text: string): { address: Address } | { root: Hex } {
  return text.length === 66 ? { root: root(text) } : { address: address(text) };
}

export function wholeNumber(minimum: number, maximum: number) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= minimum && number <= maximum) return number;
    throw new InvalidArgumentError(`A whole number from ${minimum} to ${maximum} is meant.`);
  };
}

export function pool(text: string) {
  try {
    return poolOf(text);
  } catch {
    throw new InvalidArgumentError("The pools are TEXT, IMAGE, AUDIO and COMPUTE.");
  }
}

export function url(text: string): string {
  if (/^https?:\/\/./.test(text) && URL.canParse(text)) return text.replace(/\/+$/, "");
  throw new InvalidArgumentError("An address that starts with http:// or https:// is meant.");
}

export function urls(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(",").map((part) => url(part.trim()))];
}

/** "3=2" sets item 3's grade to 2; "3=0:silent" rejects it with a reason. */
export function grades(text: string, before: readonly GradeOverride[] = []): GradeOverride[] {
  const [, item, grade, reason] = /^(\d{1,3})=([0-3])(?::([a-z0-9-]+))?$/.exec(text) ?? [];
  const isRejected = grade === "0";
  if (item === undefined || isRejected !== (reason !== undefined))
    throw new InvalidArgumentError("Write ITEM=GRADE with a grade of 1 to 3, or ITEM=0:REASON.");
  return [
    ...before,
    { item: Number(item), grade: Number(grade) as Grade, ...(reason === undefined ? {} : { reason }) },
  ];
}

/** The options of every command. */
export function common(command: Command): Command {
  return command
    .option("--rpc <url>", "chain to talk to (RPC_URL; http://127.0.0.1:8545)", url)
    .option("--gateway <url>", "gateway to talk to (GATEWAY_URL; http://127.0.0.1:8080)", url)
    .option("--addresses <file>", "JSON file of contract addresses (OPENLEDGER_ADDRESSES)")
    .option("--json", "print one JSON document, and errors as JSON");
}

/** The options of commands that ask for an account. */
export function withAccount(command: Command): Command {
  return common(command).option(
    "--keystore <file>",
    "encrypted JSON keystore (KEYSTORE_FILE); PRIVATE_KEY otherwise",
  );
}

/** The options of commands that send transactions. */
export function signing(command: Command): Command {
  return withAccount(command)
    .option("--data-dir <folder>", "where transactions are kept (OPENLEDGER_DATA_DIR; ~/.openledger)")
    .option("--yes", "agree to what would be asked")
    .option("--wait <seconds>", "how long to wait for a transaction (120)", wholeNumber(1, 86_400));
}

/** The options of commands that decide for a validator's daemon. */
export function atDaemon(command: Command): Command {
  return common(command)
    .requiredOption("--daemon <url>", "the validator's own address", url)
    .option("--token-file <file>", "the file page-token of its data directory (OPENLEDGER_PAGE_TOKEN)");
}
