import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A daemon in a process of its own, as a user starts it. */
export interface Daemon {
  url: string;
  /** Its log so far, as text. */
  log(): string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Asks it to stop, and waits for it. */
  stop(): Promise<{ code: number | null }>;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** Starts a role and waits until it listens, or ends. */
export async function startDaemon(role: string, environment: Record<string, string>): Promise<Daemon> {
  const child = spawn(process.execPath, [MAIN, role], {
    env: {
      PATH: process.env.PATH ?? "",
      HOST: "127.0.0.1",
      POLL_SECONDS: "0.1",
      // Tests run beside each other.
      JUDGING_PROCESSES: "1",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  child.stderr.on("data", (data: Buffer) => {
    text += data.toString();
  });
  const url = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      text += `${line}\n`;
      if (line.includes('"msg":"listening"')) resolve((JSON.parse(line) as { url: string }).url);
    });
    child.once("close", () => resolve(""));
  });
  return {
    url,
    log: () => text,
    ended,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
