/** docs/cli.md is made from the commands themselves: `npx vitest run node/src/cli/usage.test.ts -u` writes it anew. */
import type { Command } from "commander";
import { expect, test } from "vitest";
import type { Io } from "./io.ts";
import { buildProgram } from "./program.ts";

const PAGE = new URL("../../../docs/cli.md", import.meta.url).pathname;

const HEAD = `# The command line

\`npm run -s openledger -- COMMAND …\` in the repository; \`npx openledger COMMAND …\` there too, and
\`node/bin/openledger.mjs COMMAND …\` from any folder where Node is 24. Paths are read against the folder in which the
command is given.

\`\`\`sh
npm run -s openledger -- judge notes.md                     # what validators would say, before anybody else sees it
npm run -s openledger -- contribute notes.md --datanet 1    # dry run, question, signature, submission
npm run -s openledger -- status 0x…                         # how far it is
npm run -s openledger -- verify 0x… --from http://127.0.0.1:8101 http://127.0.0.1:8080
npm run -s openledger -- claim
npm run -s openledger -- job post --base NAME --datanet 1 --training-steps 200 --price 20 --dry-run
npm run -s openledger -- job watch 1                        # its loss, step by step, to the end
\`\`\`

**Keys** never stand on the command line. A command that signs takes an encrypted keystore (\`--keystore\` or
\`KEYSTORE_FILE\`; its password from \`KEYSTORE_PASSWORD\`, or asked for) or \`PRIVATE_KEY\` from the environment.

**Transactions** are tried without cost first, signed, saved under \`~/.openledger\` (a folder for each chain and account),
and only then sent. A command that was killed goes on with them when it is given again with the same arguments: nothing
is sent twice, and a contribution is handed in again as it was signed. Two commands of one account do not run at once.

**Output.** The answer goes to stdout, progress and questions to stderr. With \`--json\`, stdout is one JSON document
(amounts are decimal strings of wei) and an error is one JSON document \`{ "code", "sentence", "next" }\` on stderr.

| exit status | says |
|---|---|
| 0 | done, and all is well |
| 1 | refused, or checked and found wrong: a byte differs or is missing, a file is rejected, a transaction would revert |
| 2 | the command line makes no sense |
| 75 | chain, gateway or daemon does not answer: the same command again may help |
| 130 | interrupted; what was sent is kept |
`;

/** What help does not tell. */
const NOTES: Record<string, string> = {
  contribute:
    "What the gateway prepared is compared with the files, the Datanet's terms on the chain and the chain itself before it is signed. With `--pay`, or when the gateway does not pay and you agree, the command sends the transaction itself; the gateway publishes once it is mined. Uploads go on where they were: after a lost connection, for which the command waits two minutes, and when it is given again within a day. For a Datanet with a list of contributors, `--list-proof` names a file with that list (addresses) or with the proof that its owner made of it (32-byte words), as a JSON array or one a line.",
  status:
    "Grades come from the chain; names of files and reasons from the gateway, where it relayed the submission.",
  verify:
    "Event, digest of the manifest, manifest, leaves, root, the blocks of every file, sha256, size and kind. Sources are believed in nothing: what one withholds or falsifies is asked of the next, and told of under `sourceFaults`.",
  judge:
    "The same checks as a validator's, in a process that may die alone. Only a daemon knows the files that were submitted before; it answers its own machine alone (`POST /v1/judge`).",
  votes:
    "The token shows that one may decide for the validator: it stands in its data directory, and never on the command line.",
  confirm:
    "What is confirmed is the proposal as it is shown: if the daemon judged otherwise in the meantime, it is refused and shown anew. A later word replaces an earlier one until the window closes.",
  "chat-key create":
    "The server takes it while it runs. A server asks for keys with `CHAT_KEYS=required`, which is so by itself where it is not bound to its own machine alone.",
  "usage verify":
    "Records name the record before them, so that one that was left out, changed or moved shows. The digest of the last is printed: whoever keeps it can ask later for what follows, with `--after`.",
  "job post":
    "Spec and options have the fields of [the schema](../sdk/src/jobSpecFields.json): what neither names keeps its default, or what the release had that is refined. The base's family is read from governance's list, the Datanets' versions from the chain. Images and audio are refused: they are for other trainers. With `--dry-run` the whole spec is printed (`--json`), so that it can be kept and posted later.",
  "job show":
    "State, price and attestation come from the chain, the attempts from the trainers that the gateway knows.",
  "job watch":
    "What happened before comes first. A stream that breaks off goes on where it was. With `--json`, stdout has the last step, every evaluation and the release; progress goes to stderr as it does otherwise.",
  claim: "Anybody may claim for anybody: the account gets it.",
  unstake:
    "What leaves a seat thaws before it can be taken home, and stays slashable until then. Leaving more seats makes everything that thaws wait anew.",
};

test("docs/cli.md tells every command as it is", async () => {
  const program = buildProgram({ out: () => undefined } as unknown as Io, async () => undefined);
  const commands = program.commands.flatMap(withSubcommands).map(({ name, command }) => {
    command.configureHelp({ helpWidth: 100 });
    const note = NOTES[name];
    return `## ${name}\n\n${command.description()}${note === undefined ? "" : ` ${note}`}\n\n\`\`\`text\n${usageOf(command)}\n\`\`\`\n`;
  });
  await expect([HEAD, ...commands].join("\n")).toMatchFileSnapshot(PAGE);
});

/** A command, or those that it is made of, by their whole names. */
function withSubcommands(command: Command): { name: string; command: Command }[] {
  if (command.commands.length === 0) return [{ name: command.name(), command }];
  return command.commands.map((inner) => ({ name: `${command.name()} ${inner.name()}`, command: inner }));
}

/** Usage, arguments and options; the description stands above. */
function usageOf(command: Command): string {
  return command
    .helpInformation()
    .trim()
    .split("\n\n")
    .filter((part) => /^(Usage|Arguments|Options):/.test(part))
    .join("\n\n");
}
