import { spawn } from "node:child_process";
import { expect } from "vitest";
import type { Io } from "../cli/io.ts";
import { runCommandLine } from "../cli/main.ts";

const BIN = new URL("../../bin/openledger.mjs", import.meta.url).pathname;

/** What came of a command. */
export interface Outcome {
  /** Its exit status. */
  code: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every command, of which tests name single fields
  json: any;
  out: string;
  err: string;
}

/** Runs a command with --json where nobody can be asked. */
export async function runJsonCommand(
  args: readonly string[],
  io: Pick<Io, "env" | "cwd"> & Partial<Io>,
): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine([...args, "--json"], {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    passing: () => undefined,
    isInteractive: false,
    ask: async () => false,
    askPassword: async () => "",
    signal: new AbortController().signal,
    ...io,
  });
  const text = out.join("\n");
  return { code, json: text === "" ? undefined : JSON.parse(text), out: text, err: err.join("\n") };
}

/** The refusal that stands at the end of stderr. */
export function refusalOf({ err }: Outcome): { code: string; sentence: string; next: string } {
  return JSON.parse(err.slice(err.lastIndexOf("{\n")));
}

/** Runs the real program, and kills it as soon as it says something. */
export async function killedWhen(
  args: readonly string[],
  said: RegExp,
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Promise<void> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", BIN, ...args], {
    env: { PATH: process.env.PATH, ...env },
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (data: Buffer) => {
    text += data;
    if (said.test(text)) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.once("close", resolve));
  expect(text).toMatch(said);
}
