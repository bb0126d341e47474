import { Command } from "commander";
import type { Address, Hex } from "viem";
import { addChatKeyCommands } from "./chatKeyProgram.ts";
import { accountStatus, submissionStatus } from "./commands/status.ts";
import type { Io } from "./io.ts";
import { addJobCommands } from "./jobProgram.ts";
import {
  address,
  addressOrRoot,
  atDaemon,
  common,
  grades,
  pool,
  type Runner,
  root,
  signing,
  url,
  urls,
  wholeNumber,
  withAccount,
} from "./options.ts";
import { addUsageCommands } from "./usageProgram.ts";

/** The command line `openledger`; `run` is called with the command that was given. */
export function buildProgram(io: Io, run: Runner): Command {
  const program = new Command("openledger")
    .description("Contribute data to OpenLedger, validate it, and check what others did.")
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: () => undefined })
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    .showHelpAfterError(false);

  signing(program.command("contribute"))
    .description("Upload files, show what would become of them, sign, and submit.")
    .argument("<files...>", "files to contribute, 20 at most")
    .requiredOption("--datanet <number>", "Datanet to contribute to", wholeNumber(1, 0xffff_ffff))
    .option("--dry-run", "show what would become of the files, and stop")
    .option("--skip-refused", "leave out files that would be refused")
    .option("--pay", "pay for the transaction yourself")
    .option("--list-proof <file>", "the Datanet's list of contributors, or the proof that you are on it")
    .option("--follow", "wait for the verdict")
    .action((files: string[], options) =>
      run("contribute", options, async (session) =>
        (await import("./commands/contribute.ts")).contribute(session, files, options),
      ),
    );

  withAccount(program.command("status"))
    .description("Tell how an account or a submission stands.")
    .argument("[address|root]", "account or submission; the own account by default", addressOrRoot)
    .action((what: ReturnType<typeof addressOrRoot> | undefined, options) =>
      run("status", options, (session) =>
        what !== undefined && "root" in what
          ? submissionStatus(session, what.root)
          : accountStatus(session, what?.address),
      ),
    );

  common(program.command("verify"))
    .description("Fetch a submission and check every byte against the chain.")
    .argument("<submission>", "its root", root)
    .option("--from <url...>", "whom to ask, in this order; the gateway by default", urls)
    .action((submission: Hex, options) =>
      run("verify", options, async (session) =>
        (await import("./commands/verify.ts")).verify(session, submission, options.from ?? []),
      ),
    );

  common(program.command("judge"))
    .description("Judge a file as validators do.")
    .argument("<file>", "file to judge")
    .option("--pool <name>", "TEXT, IMAGE or AUDIO; by the file's name otherwise", pool)
    .option("--guidelines <text>", "what the Datanet asks for")
    .option("--daemon <url>", "ask a validator, who also knows earlier files", url)
    .action((file: string, options) =>
      run("judge", options, async (session) =>
        (await import("./commands/judge.ts")).judge(session, file, options),
      ),
    );

  atDaemon(program.command("votes"))
    .description("Tell which votes of a validator in mode propose wait for a person.")
    .argument("[docket]", "one docket, item by item", wholeNumber(0, 2 ** 40))
    .action((docket: number | undefined, options) =>
      run("votes", options, async (session) =>
        (await import("./commands/votes.ts")).votes(session, docket, options),
      ),
    );

  atDaemon(program.command("confirm"))
    .description("Confirm a validator's vote, or change its grades.")
    .argument("<docket>", "docket to vote on", wholeNumber(0, 2 ** 40))
    .option("--grade <item=grade...>", "change a grade: 3=2, or 3=0:near-duplicate with its reason", grades)
    .option("--yes", "agree to what would be asked")
    .action((docket: number, options) =>
      run("confirm", options, async (session) =>
        (await import("./commands/votes.ts")).confirm(session, docket, options),
      ),
    );

  signing(program.command("claim"))
    .description("Take home what an account earned.")
    .argument("[address]", "account; the own one by default", address)
    .action((account: Address | undefined, options) =>
      run("claim", options, async (session) => (await import("./commands/claim.ts")).claim(session, account)),
    );

  signing(program.command("appeal"))
    .description("Have a submission judged anew by a larger committee, for a bond.")
    .argument("<root>", "the submission's root", root)
    .action((submission: Hex, options) =>
      run("appeal", options, async (session) =>
        (await import("./commands/appeal.ts")).appeal(session, submission),
      ),
    );

  addJobCommands(program, run);
  addUsageCommands(program, run);

  signing(program.command("stake"))
    .description("Take seats in a pool.")
    .argument("<seats>", "how many", wholeNumber(1, 65_535))
    .requiredOption("--pool <name>", "TEXT, IMAGE, AUDIO or COMPUTE", pool)
    .action((seats: number, options) =>
      run("stake", options, async (session) =>
        (await import("./commands/stake.ts")).stake(session, seats, options.pool),
      ),
    );

  signing(program.command("unstake"))
    .description("Leave seats of a pool, or take home stake that has thawed.")
    .argument("[seats]", "how many to leave", wholeNumber(1, 65_535))
    .requiredOption("--pool <name>", "TEXT, IMAGE, AUDIO or COMPUTE", pool)
    .option("--withdraw", "take home what has thawed")
    .action((seats: number | undefined, options, command: Command) => {
      if ((seats === undefined) === (options.withdraw !== true))
        command.error("error: give either a number of seats to leave or --withdraw", {
          code: "commander.invalidArgument",
        });
      return run("unstake", options, async (session) => {
        const { unstake, withdraw } = await import("./commands/stake.ts");
        return seats === undefined ? withdraw(session, options.pool) : unstake(session, seats, options.pool);
      });
    });

  addChatKeyCommands(program, run);
  return program;
}
