import type { Command } from "commander";
import { address, type Runner, wholeNumber } from "./options.ts";

/** The options of commands that look after a chat server's keys. */
function atChatServer(command: Command): Command {
  return command
    .requiredOption("--data-dir <folder>", "the chat server's own DATA_DIR")
    .option("--json", "print one JSON document, and errors as JSON");
}

/** Everything about a chat server's API keys. */
export function addChatKeyCommands(program: Command, run: Runner): void {
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
    .option("--days <number>", "valid for so many days; for ever otherwise", wholeNumber(1, 36_500))
    .action((name: string, { user, requests, tokens, days, ...options }) =>
      run("chat-key create", { json: options.json }, async (session) =>
        (await commands()).createChatKey(session, options.dataDir, { name, user, requests, tokens, days }),
      ),
    );

  atChatServer(chatKey.command("list"))
    .description("Tell which API keys there are, revoked and expired ones included.")
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
