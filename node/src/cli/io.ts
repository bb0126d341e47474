import { clearLine, cursorTo } from "node:readline";
import { createInterface } from "node:readline/promises";
import password from "@inquirer/password";
import type { Refusal } from "../app/errors.ts";

/** How a command meets the world; tests give one of their own. */
export interface Io {
  /** Writes a whole line of the answer. */
  out(line: string): void;
  /** Writes a whole line of progress or error. */
  err(line: string): void;
  /** Shows how far something is, until the next line or the next of these; nothing where nobody looks on. */
  passing(line: string): void;
  env: Record<string, string | undefined>;
  /** The folder against which paths are read. */
  cwd: string;
  /** Whether a person can be asked. */
  isInteractive: boolean;
  ask(question: string): Promise<boolean>;
  askPassword(question: string): Promise<string>;
  /** Aborts at Ctrl-C. */
  signal: AbortSignal;
}

/** The terminal, or whatever stands in its place. Questions go to stderr: stdout holds the answer alone. */
export function processIo(signal: AbortSignal): Io {
  const { env, stderr } = process;
  const wipe = () => {
    if (!stderr.isTTY) return;
    cursorTo(stderr, 0);
    clearLine(stderr, 0);
  };
  return {
    out: (line) => {
      wipe();
      process.stdout.write(`${line}\n`);
    },
    err: (line) => {
      wipe();
      stderr.write(`${line}\n`);
    },
    passing: (line) => {
      if (!stderr.isTTY) return;
      wipe();
      stderr.write(line.slice(0, stderr.columns - 1));
    },
    env,
    // npm runs scripts in the package's folder, and says where it was called.
    cwd: env.npm_lifecycle_event === "openledger" ? (env.INIT_CWD ?? process.cwd()) : process.cwd(),
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    signal,
    async ask(question) {
      wipe();
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        const answer = await lines.question(`${question} [y/N] `, { signal });
        return /^y(es)?$/i.test(answer.trim());
      } finally {
        lines.close();
      }
    },
    askPassword: (question) => password({ message: question }, { output: process.stderr, signal }),
  };
}

/** What a command has to say. */
export interface Answer {
  /** For programs: one JSON document. Amounts are decimal strings of wei. */
  json: unknown;
  /** For people. */
  lines: string[];
  /** False when what was asked came out badly: a byte differs, a file is refused. */
  ok?: boolean;
}

/** JSON as every command writes it: amounts, which are bigint, become decimal strings. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === "bigint" ? String(part) : part), 2);
}

/** A refusal as it is written to stderr. */
export function refusalLines({ code, sentence, next }: Refusal, json: boolean): string[] {
  return json ? [toJson({ code, sentence, next })] : [sentence, `  ${next}`, `  (${code})`];
}
