import type { Grade } from "@openledger/sdk/grades";
import { poolOf } from "@openledger/sdk/pools";
import { Command, InvalidArgumentError } from "commander";
import { type Address, getAddress, type Hex, isAddress } from "viem";
import { accountStatus, submissionStatus } from "./commands/status.ts";
import type { GradeOverride } from "./commands/votes.ts";
import type { Answer, Io } from "./io.ts";
import type { CommonOptions, Session } from "./session.ts";

/** Runs one command and tells what came of it. */
export type Runner = (
  name: string,
  options: CommonOptions,
  work: (session: Session) => Promise<Answer>,
) => Promise<void>;

function root(text: string): Hex {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase() as Hex;
  throw new InvalidArgumentError("A submission's root is 0x and 64 hexadecimal digits.");
}

function address(text: string): Address {
  if (isAddress(text, { strict: false })) return getAddress(text);
  throw new InvalidArgumentError("An address is 0x and 40 hexadecimal digits.");
}

function addressOrRoot(text: string): { address: Address } | { root: Hex } {
  return text.length === 66 ? { root: root(text) } : { address: address(text) };
}

function wholeNumber(minimum: number, maximum: number) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= minimum && number <= maximum) return number;
    throw new InvalidArgumentError(`A whole number from ${minimum} to ${maximum} is meant.`);
  };
}

function pool(text: string) {
  try {
    return poolOf(text);
  } catch {
    throw new InvalidArgumentError("The pools are TEXT, IMAGE, AUDIO and COMPUTE.");
  }
}

function url(text: string): string {
  if (/^https?:\/\/./.test(text) && URL.canParse(text)) return text.replace(/\/+$/, "");
  throw new InvalidArgumentError("An address that starts with http:// or https:// is meant.");
}

function urls(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(",").map((part) => url(part.trim()))];
}

/** "3=2" sets item 3's grade to 2; "3=0:silent" rejects it with a reason. */
function grades(text: string, before: readonly GradeOverride[] = []): GradeOverride[] {
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
function common(command: Command): Command {
  return command
    .option("--rpc <url>", "chain to talk to (RPC_URL; http://127.0.0.1:8545)", url)
    .option("--gateway <url>", "gateway to talk to (GATEWAY_URL; http://127.0.0.1:8080)", url)
    .option("--addresses <file>", "JSON file of contract addresses (OPENLEDGER_ADDRESSES)")
    .option("--json", "print one JSON document, and errors as JSON");
}

/** The options of commands that ask for an account. */
function withAccount(command: Command): Command {
  return common(command).option(
    "--keystore <file>",
    "encrypted JSON keystore (KEYSTORE_FILE); PRIVATE_KEY otherwise",
  );
}

/** The options of commands that send transactions. */
function signing(command: Command): Command {
  return withAccount(command)
    .option("--data-dir <folder>", "where transactions are kept (OPENLEDGER_DATA_DIR; ~/.openledger)")
    .option("--yes", "agree to what would be asked")
    .option("--wait <seconds>", "how long to wait for a transaction (120)", wholeNumber(1, 86_400));
}

/** The options of commands that decide for a validator's daemon. */
function atDaemon(command: Command): Command {
  return common(command)
    .requiredOption("--daemon <url>", "the validator's own address", url)
    .option("--token-file <file>", "the file page-token of its data directory (OPENLEDGER_PAGE_TOKEN)");
}

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

/** The options of commands that look after a chat server's keys. */
function atChatServer(command: Command): Command {
  return command
    .requiredOption("--data-dir <folder>", "the chat server's own DATA_DIR")
    .option("--json", "print one JSON document, and errors as JSON");
}

function addChatKeyCommands(program: Command, run: Runner): void {
  const chatKey = program
    .command("chat-key")
    .description("Look after the API keys of a chat server.")
    .helpCommand(false);
  const commands = () => import("./commands/chatKeys.ts");

  atChatServer(chatKey.command("create"))
    .description("Make an API key. It is shown once: only its hash is kept.")
    .argument("<name>", "what to call it in the list")
    .option("--user <address>", "the account whose receipts pay for what is asked with it", address)
    .option("--requests <number>", "requests in a minute; the server's limit otherwise", wholeNumber(1, 1e6))
    .option("--tokens <number>", "tokens in a minute; the server's limit otherwise", wholeNumber(1, 1e9))
    .action((name: string, { user, requests, tokens, ...options }) =>
      run("chat-key create", { json: options.json }, async (session) =>
        (await commands()).createChatKey(session, options.dataDir, { name, user, requests, tokens }),
      ),
    );

  atChatServer(chatKey.command("list"))
    .description("Tell which API keys there are, revoked ones included.")
    .action((options) =>
      run("chat-key list", { json: options.json }, async (session) =>
        (await commands()).listChatKeys(session, options.dataDir),
      ),
    );

  atChatServer(chatKey.command("revoke"))
    .description("Take an API key's validity away, at once.")
    .argument("<id>", "its number in the list", wholeNumber(1, 1e9))
    .action((id: number, options) =>
      run("chat-key revoke", { json: options.json }, async (session) =>
        (await commands()).revokeChatKey(session, options.dataDir, id),
      ),
    );
}
