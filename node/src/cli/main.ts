import { explainError } from "@openledger/sdk/errors";
import { Problem } from "@openledger/sdk/problem";
import { CommanderError } from "commander";
import { type Refusal, RestartError, UserError } from "../app/errors.ts";
import { TransactionRefusedError } from "../chain/dryRun.ts";
import { isUnreachable } from "../chain/unreachable.ts";
import { ExitCode } from "./exitCodes.ts";
import { type Answer, type Io, refusalLines, toJson } from "./io.ts";
import { buildProgram } from "./program.ts";
import { type CommonOptions, Session } from "./session.ts";

/**
 * Runs the command line. The answer goes to stdout, everything else to stderr.
 *
 * @param args Without program and script.
 * @returns the exit status; see `ExitCode`.
 */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  let code: number = ExitCode.DONE;
  const run = async (
    name: string,
    options: CommonOptions,
    work: (session: Session) => Promise<Answer>,
  ): Promise<void> => {
    const session = new Session(io, options, name);
    try {
      const answer = await work(session);
      if (options.json === true) io.out(toJson(answer.json));
      else for (const line of answer.lines) io.out(line);
      await session.finish();
      if (answer.ok === false) code = ExitCode.REFUSED;
    } finally {
      await session.close();
    }
  };
  try {
    await buildProgram(io, run).parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.DONE;
    const { exitCode, refusal } = explain(error, io.signal);
    for (const line of refusalLines(refusal, args.includes("--json"))) io.err(line);
    return exitCode;
  }
}

function explain(error: unknown, signal: AbortSignal): { exitCode: number; refusal: Refusal } {
  if (signal.aborted) {
    return {
      exitCode: ExitCode.INTERRUPTED,
      refusal: {
        code: "interrupted",
        sentence: "Interrupted.",
        next: "What was sent is kept: give the same command again to go on with it.",
      },
    };
  }
  if (error instanceof CommanderError) {
    const sentence = error.message.replace(/^error: /, "");
    return { exitCode: ExitCode.USAGE, refusal: { code: "usage", sentence, next: "See openledger --help." } };
  }
  if (error instanceof RestartError) {
    return {
      exitCode: ExitCode.TRY_AGAIN,
      refusal: {
        code: "no-answer",
        sentence: error.message,
        next: "Check --gateway and --rpc, and try again.",
      },
    };
  }
  if (isUnreachable(error)) {
    return {
      exitCode: ExitCode.TRY_AGAIN,
      refusal: {
        code: "chain-unreachable",
        sentence: "The chain does not answer.",
        next: "Check --rpc, and try again.",
      },
    };
  }
  if (error instanceof UserError || error instanceof TransactionRefusedError || error instanceof Problem) {
    const { code, sentence, next } = error;
    return { exitCode: ExitCode.REFUSED, refusal: { code, sentence, next } };
  }
  const { name, sentence, next } = explainError(error);
  return { exitCode: ExitCode.REFUSED, refusal: { code: name, sentence, next } };
}
