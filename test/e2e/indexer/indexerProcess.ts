import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { PublicClient } from "viem";

const startScript = fileURLToPath(new URL("../../../indexer/start.ts", import.meta.url));
const PATIENCE_MILLISECONDS = 60_000;

/** Where an indexer reads, listens and keeps its index. */
type IndexerOptions = { rpcUrl: string; port: number; directory: string; databaseUrl?: string };

/** The indexer as a user starts it. */
export class IndexerProcess {
  readonly #child: ChildProcess;
  readonly #url: string;
  #output = "";

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#output += chunk;
      });
    }
  }

  /** Starts it; it may not be ready yet. */
  static start(options: IndexerOptions): IndexerProcess {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", startScript], {
      env: {
        ...process.env,
        RPC_URL: options.rpcUrl,
        PORT: String(options.port),
        DATA_DIR: options.directory,
        DATABASE_URL: options.databaseUrl ?? "",
        POLL_SECONDS: "0.2",
        LOG_LEVEL: "info",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new IndexerProcess(child, `http://127.0.0.1:${options.port}`);
  }

  /** Waits until it has read the past. */
  async ready(): Promise<void> {
    await this.#until("ready", async () => (await fetch(`${this.#url}/ready`)).ok);
  }

  /** Waits until it has read the chain's newest block. */
  async caughtUp(client: PublicClient): Promise<void> {
    const head = Number(await client.getBlockNumber({ cacheTime: 0 }));
    await this.#until(`at block ${head}`, async () => {
      const { _meta } = await this.query<{
        _meta: { status: { openledger: { block: { number: number } } } };
      }>("{ _meta { status } }");
      return _meta.status.openledger.block.number >= head;
    });
  }

  /** Asks its GraphQL. */
  async query<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: { message: string }[] };
    if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join("; "));
    return data;
  }

  /** Ends it with a signal and tells how it ended. */
  async end(signal: "SIGINT" | "SIGKILL"): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.#child.once("close", resolve));
    this.#child.kill(signal);
    return ended;
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const start = Date.now();
    while (Date.now() - start < PATIENCE_MILLISECONDS) {
      if (this.#child.exitCode !== null) break;
      if (await isSo().catch(() => false)) return;
      await sleep(100);
    }
    throw new Error(`The indexer was not ${what} in time:\n${this.#output.slice(-4000)}`);
  }
}
