import { type Logger, pino } from "pino";
import pretty from "pino-pretty";
import type { CommonConfig } from "../config/config.ts";

/** The daemon's log: JSON lines, or lines for people. A message is a short fixed phrase; every fact is a key. */
export function createLog(role: string, config: Pick<CommonConfig, "LOG_LEVEL" | "LOG_PRETTY">): Logger {
  const options = { level: config.LOG_LEVEL, base: { role } };
  // Written at once, so that nothing is lost when the process is killed.
  if (!config.LOG_PRETTY) return pino(options, pino.destination({ dest: 1, sync: true }));
  return pino(options, pretty({ sync: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss.l" }));
}
