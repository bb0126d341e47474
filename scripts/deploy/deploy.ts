/** `npm run deploy -- --rpc-url URL`: deploys the protocol to any EVM chain and records where it is. */
import { parseArgs } from "node:util";
import { Problem } from "@openledger/sdk/problem";
import { type Hex, isAddress, isHex } from "viem";
import { deployProtocol } from "./protocol.ts";
import { recordAddresses, writeAddressFile } from "./record.ts";
import type { Holders } from "./roles.ts";

const usage = `Usage: PRIVATE_KEY=0x… npm run deploy -- --rpc-url URL [--local] [--randomness drand] [--out FILE]
       --guardian ADDRESS --liquidity ADDRESS --investors ADDRESS --team ADDRESS

  --rpc-url URL        the chain's JSON-RPC address
  --local              start with windows of seconds instead of hours
  --randomness SOURCE  "blockhash" (the default), or "drand" where block hashes cannot be trusted
  --guardian ADDRESS   who may pause, and nothing else
  --liquidity ADDRESS  receives the OPEN that circulates from the first day
  --investors ADDRESS  whom the investors' vesting wallet pays
  --team ADDRESS       whom the team's vesting wallet pays
  --out FILE           write the addresses to FILE, for OPENLEDGER_ADDRESSES, instead of the sdk's table

On the local chain 31337 the deployer is everybody who is not named. Everywhere the Timelock governs: the deployer keeps
no right in the end.
The deployer's key comes from the environment variable PRIVATE_KEY and is never printed.
An interrupted deployment goes on where it stopped when the same command runs again.`;

function readArguments() {
  const { values } = parseArgs({
    options: {
      "rpc-url": { type: "string" },
      local: { type: "boolean", default: false },
      randomness: { type: "string", default: "blockhash" },
      guardian: { type: "string" },
      liquidity: { type: "string" },
      investors: { type: "string" },
      team: { type: "string" },
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

function holdersFrom(values: ReturnType<typeof readArguments>): Partial<Holders> {
  const names = ["guardian", "liquidity", "investors", "team"] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const address = values[name];
      if (address === undefined) return [];
      if (isAddress(address)) return [[name, address]];
      throw new Problem(
        "bad-address",
        `--${name} ${address} is not an address.`,
        "Give an Ethereum address: 0x and 40 hexadecimal digits.",
      );
    }),
  );
}

async function main(): Promise<void> {
  const values = readArguments();
  const { "rpc-url": rpcUrl, local, randomness, out, help } = values;
  if (help) return console.log(usage);
  if (rpcUrl === undefined) throw new Problem("no-rpc-url", "--rpc-url is missing.", usage);
  if (randomness !== "blockhash" && randomness !== "drand") {
    throw new Problem(
      "bad-randomness",
      `--randomness ${randomness} is not known.`,
      'Use "blockhash" or "drand".',
    );
  }
  const { chainId, addresses } = await deployProtocol({
    rpcUrl,
    account: keyFromEnvironment(),
    localWindows: local,
    randomness,
    holders: holdersFrom(values),
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
