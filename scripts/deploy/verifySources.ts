/** `npm run verify -- --rpc-url URL`: has Sourcify, and Etherscan where there is a key, verify a deployment's sources. */
import { parseArgs } from "node:util";
import { loadAddressesFromEnvironment } from "@openledger/sdk/addressesFile";
import { Problem } from "@openledger/sdk/problem";
import { verifySources } from "./sources.ts";

const usage = `Usage: [ETHERSCAN_API_KEY=…] npm run verify -- --rpc-url URL [--sourcify-url URL] [--etherscan-url URL]

  --rpc-url URL        the chain's JSON-RPC address
  --sourcify-url URL   a Sourcify server other than the public one
  --etherscan-url URL  an explorer that speaks Etherscan's API, for a chain that Etherscan does not know

The contracts are those of the sdk's table, or of the file that OPENLEDGER_ADDRESSES names.
Etherscan is asked where the environment variable ETHERSCAN_API_KEY is set; the key is never printed.
A run that failed can be repeated: what was verified stays verified.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "rpc-url": { type: "string" },
      "sourcify-url": { type: "string" },
      "etherscan-url": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(usage);
  const rpcUrl = values["rpc-url"];
  if (rpcUrl === undefined) throw new Problem("no-rpc-url", "--rpc-url is missing.", usage);
  loadAddressesFromEnvironment();
  const outcomes = await verifySources({
    rpcUrl,
    sourcifyUrl: values["sourcify-url"],
    etherscanUrl: values["etherscan-url"],
    etherscanKey: process.env.ETHERSCAN_API_KEY,
    log: (line) => console.log(line),
  });
  const refused = outcomes.filter(({ result }) => result === "refused");
  console.log(`${outcomes.length - refused.length} of ${outcomes.length} are verified.`);
  if (refused.length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`${error.message}\n${error.next}`);
  process.exitCode = 1;
}
