/**
 * `node indexer/start.ts`: index the chain at RPC_URL and serve GraphQL at HOST:PORT. `/ready` answers 200 once the past is read.
 *
 * Ponder runs in this very process, so that a signal reaches it and a kill leaves nothing behind. Exit code 75 means
 * that starting again helps.
 */
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { addressesOf } from "@openledger/sdk/addresses";
import { loadAddressesFromEnvironment } from "@openledger/sdk/addressesFile";
import { Problem } from "@openledger/sdk/problem";
import { createPublicClient, http } from "viem";
import { ChainHistory } from "./launch/chainHistory.ts";
import {
  createDatabase,
  databaseFolder,
  releaseLock,
  removeOtherIndexes,
} from "./launch/embeddedDatabase.ts";
import { takeInstanceLock } from "./launch/instanceLock.ts";
import { requireFreePort } from "./launch/port.ts";
import { schemaNameOf } from "./launch/schemaName.ts";
import { readSettings, type Settings } from "./launch/settings.ts";
import { forgetOtherChain } from "./launch/sharedDatabase.ts";

const EXIT_TRY_AGAIN = 75;
const indexerFolder = dirname(fileURLToPath(import.meta.url));

/** The folder and name of the index for the chain as it is now. */
async function prepareIndex(settings: Settings, dataDirectory: string) {
  const predecessor = takeInstanceLock(dataDirectory);
  const client = createPublicClient({ transport: http(settings.rpcUrl, { retryCount: 8 }) });
  const chainId = await client.getChainId();
  loadAddressesFromEnvironment(process.env);
  const history = new ChainHistory(client, dataDirectory);
  const identity = { ...(await history.identify()), chainId, addresses: addressesOf(chainId) };
  const schemaName = schemaNameOf(identity);
  const folder = databaseFolder(dataDirectory, schemaName);
  if (settings.databaseUrl === undefined) {
    removeOtherIndexes(dataDirectory, schemaName);
    if (predecessor === "killed") await releaseLock(folder, schemaName);
    await createDatabase(folder);
  } else {
    await forgetOtherChain(settings.databaseUrl, chainId, (block) => history.hashAt(block));
  }
  return { chainId, schemaName, folder, history };
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const dataDirectory = resolve(settings.dataDirectory);
  mkdirSync(dataDirectory, { recursive: true });
  await requireFreePort(settings.host, settings.port);
  const { chainId, schemaName, folder, history } = await prepareIndex(settings, dataDirectory);
  history.watch(() => {
    report("The chain lost blocks that the index held as final", "Start again: the index is made anew.");
    process.exit(EXIT_TRY_AGAIN);
  });

  Object.assign(process.env, {
    RPC_URL: settings.rpcUrl,
    CHAIN_ID: String(chainId),
    DATABASE_DIR: folder,
    PORT: String(settings.port),
    PONDER_TELEMETRY_DISABLED: "true",
  });
  const ponder = join(dirname(fileURLToPath(import.meta.resolve("ponder"))), "bin", "ponder.js");
  process.argv = [
    ...[process.execPath, ponder, "start", "--root", indexerFolder, "--schema", schemaName],
    ...["--hostname", settings.host, "--port", String(settings.port)],
    ...["--log-level", settings.logLevel, "--log-format", settings.logPretty ? "pretty" : "json"],
  ];
  await import(pathToFileURL(ponder).href);
}

/** One line on standard error, in the form of Ponder's own log. */
function report(msg: string, next: string): void {
  process.stderr.write(`${JSON.stringify({ level: "error", msg, next })}\n`);
}

try {
  await main();
} catch (error) {
  if (error instanceof Problem) report(error.message, error.next);
  else
    report(
      error instanceof Error ? error.message : String(error),
      "Check RPC_URL and DATABASE_URL, and that both answer.",
    );
  process.exit(error instanceof Problem ? 1 : EXIT_TRY_AGAIN);
}
