import { type Logger, pino } from "pino";
import pretty from "pino-pretty";
import { type CommonConfig, redactUrl, rpcUrls } from "../config/config.ts";

/** What the log needs of a configuration. */
export type LogConfig = Pick<CommonConfig, "LOG_LEVEL" | "LOG_PRETTY"> &
  Partial<Pick<CommonConfig, "RPC_URL" | "PRIVATE_KEY" | "KEYSTORE_PASSWORD">> & {
    WEBHOOK_SECRET?: string | undefined;
  };

/** The daemon's log: JSON lines, or lines for people. A message is a short fixed phrase; every fact is a key. */
export function createLog(role: string, config: LogConfig): Logger {
  const options = { level: config.LOG_LEVEL, base: { role }, hooks: { streamWrite: redactor(config) } };
  // Written at once, so that nothing is lost when the process is killed.
  if (!config.LOG_PRETTY) return pino(options, pino.destination({ dest: 1, sync: true }));
  return pino(options, pretty({ sync: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss.l" }));
}

/** Errors of libraries carry what they were called with; whatever is secret in it is blotted out of every line. */
export function redactor({
  RPC_URL,
  PRIVATE_KEY,
  KEYSTORE_PASSWORD,
  WEBHOOK_SECRET,
}: Partial<LogConfig>): (line: string) => string {
  const blots: [string, string][] = [];
  for (const secret of [PRIVATE_KEY, PRIVATE_KEY?.slice(2), KEYSTORE_PASSWORD, WEBHOOK_SECRET]) {
    if (secret !== undefined) blots.push([JSON.stringify(secret).slice(1, -1), "[redacted]"]);
  }
  for (const url of RPC_URL === undefined ? [] : rpcUrls(RPC_URL))
    if (redactUrl(url) !== url) blots.push([url, redactUrl(url)]);
  return (line) => blots.reduce((text, [secret, blot]) => text.replaceAll(secret, blot), line);
}
