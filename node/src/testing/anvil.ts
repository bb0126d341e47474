import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { type Address, createTestClient, type Hex, http, parseEther, publicActions } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";

/** A chain of a test's own. */
export interface LocalChain {
  url: string;
  stop(): Promise<void>;
}

/** Starts anvil on a port that nobody uses. Without `blockSeconds` every transaction is mined at once. */
export async function startAnvil(
  options: { blockSeconds?: number; more?: string[] } = {},
): Promise<LocalChain> {
  const program = createRequire(import.meta.url)
    .resolve("@foundry-rs/anvil/package.json")
    .replace("package.json", "bin.mjs");
  const timing = options.blockSeconds === undefined ? [] : ["--block-time", String(options.blockSeconds)];
  const child = spawn(
    process.execPath,
    [program, "--host", "127.0.0.1", "--port", "0", ...timing, ...(options.more ?? [])],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const url = await listeningUrl(child);
  return { url, stop: () => stop(child) };
}

/** Reads the chain and rules it: balances, mining, time. */
export function controlOf({ url }: Pick<LocalChain, "url">) {
  return createTestClient({ chain: foundry, mode: "anvil", transport: http(url), cacheTime: 0 }).extend(
    publicActions,
  );
}

/** A new key whose account has ten coins. */
export async function fundedKey(chain: Pick<LocalChain, "url">): Promise<Hex> {
  const key = generatePrivateKey();
  await controlOf(chain).setBalance({ address: privateKeyToAccount(key).address, value: parseEther("10") });
  return key;
}

/** An address that nobody has used. */
export function freshAddress(): Address {
  return privateKeyToAccount(generatePrivateKey()).address;
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("anvil has no output.");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const found = /Listening on (127\.0\.0\.1:\d+)/.exec(line);
    if (found === null) continue;
    // Nobody reads on: let it flow away, or anvil blocks on a full pipe.
    child.stdout.resume();
    return `http://${found[1]}`;
  }
  throw new Error("anvil ended without listening.");
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
