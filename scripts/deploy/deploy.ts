/** `npm run deploy -- --rpc-url URL`: deploys the protocol to any EVM chain and records where it is. */
import { parseArgs } from "node:util";
import { Problem } from "@openledger/sdk/problem";
import { type Address, type Hex, isAddress, isHex } from "viem";
import { deployProtocol } from "./protocol.ts";
import { recordAddresses, writeAddressFile } from "./record.ts";

const usage = `Usage: PRIVATE_KEY=0x… npm run deploy -- --rpc-url URL [--local] [--governance ADDRESS] [--out FILE]

  --rpc-url URL         the chain's JSON-RPC address
  --local               start with windows of seconds instead of hours
  --governance ADDRESS  who governs the parameters and receives the supply (the deployer when absent)
  --out FILE            write the addresses to FILE, for OPENLEDGER_ADDRESSES, instead of the sdk's table

The deployer's key comes from the environment variable PRIVATE_KEY and is never printed.
An interrupted deployment goes on where it stopped when the same command runs again.`;

function readArguments() {
  const { values } = parseArgs({
    options: {
      "rpc-url": { type: "string" },
      local: { type: "boolean", default: false },
      governance: { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  return values;
}

function keyFromEnvironment(): Hex {
  const key = process.env.PRIVATE_KEY;
  if (key !== undefined && isHex(key) && key.length === 66) return key;
  throw new Problem(
    "no-key",
    key === undefined ? "PRIVATE_KEY is not set." : "PRIVATE_KEY is not a private key.",
    "Set it to the deployer's key: 0x and 64 hexadecimal digits.",
  );
}

async function main(): Promise<void> {
  const { "rpc-url": rpcUrl, local, governance, out, help } = readArguments();
  if (help) return console.log(usage);
  if (rpcUrl === undefined) throw new Problem("no-rpc-url", "--rpc-url is missing.", usage);
  if (governance !== undefined && !isAddress(governance)) {
    throw new Problem(
      "bad-address",
      `--governance ${governance} is not an address.`,
      "Give an Ethereum address.",
    );
  }
  const { chainId, addresses } = await deployProtocol({
    rpcUrl,
    account: keyFromEnvironment(),
    localWindows: local,
    ...(governance === undefined ? {} : { governance: governance as Address }),
    log: (line) => console.log(line),
  });
  if (out !== undefined) await writeAddressFile(out, chainId, addresses);
  else await recordAddresses(chainId, addresses);
  for (const [name, value] of Object.entries(addresses)) console.log(`  ${name.padEnd(16)}${value}`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`${error.message}\n${error.next}`);
  process.exitCode = 1;
}
