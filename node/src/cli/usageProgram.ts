import type { Command } from "commander";
import { common, type Runner, root, wholeNumber } from "./options.ts";

/** Everything about the usage records of chat servers. */
export function addUsageCommands(program: Command, run: Runner): void {
  const usage = program
    .command("usage")
    .description("Look into the usage records of a chat server.")
    .helpCommand(false);

  common(usage.command("verify"))
    .description("Check that usage records follow each other, and are signed by their server.")
    .argument("[file]", "JSON file of records, as GET /v1/usage gives them")
    .option("--data-dir <folder>", "the chat server's own DATA_DIR instead of a file")
    .option("--after <digest>", "digest of the record before the first; none otherwise", root)
    .option(
      "--chain-id <number>",
      "chain that they are signed for; that of --rpc otherwise",
      wholeNumber(1, 1e15),
    )
    .action((file: string | undefined, { dataDir, after, chainId, ...options }, command: Command) => {
      if ((file === undefined) === (dataDir === undefined))
        command.error("error: give either a file of records or --data-dir", {
          code: "commander.invalidArgument",
        });
      return run("usage verify", options, async (session) =>
        (await import("./commands/usageRecords.ts")).verifyUsage(session, { file, dataDir, after, chainId }),
      );
    });
}
