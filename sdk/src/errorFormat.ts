import { type Hex, hexToString } from "viem";
import type { ErrorText } from "./errorCatalogue.ts";
import { formatOpenAmount, OPEN_DECIMALS } from "./openTokenFormat.ts";
import { POOLS } from "./pools.ts";

/** Names of a docket's phases, by the contract's number. */
export const PHASE_NAMES = [
  "not existing",
  "collecting",
  "drawing",
  "committing",
  "revealing",
  "settling",
  "settled",
] as const;

/** Names of a job's statuses, by the contract's number. */
export const STATUS_NAMES = ["not existing", "open", "leased", "attested", "accepted", "cancelled"] as const;

/** Names of a proposed root's statuses, by the contract's number. */
const PROPOSAL_NAMES = ["not existing", "waiting", "active", "dropped"] as const;

const PLACEHOLDER = /\{(\w+)(?::(\w+))?\}/g;

/** The sentence and the next step with their values. */
export type Formatted = { sentence: string; next: string };

/** Fill the placeholders of an error's texts. */
export function formatError(text: ErrorText, values: Record<string, unknown>): Formatted {
  const fill = (template: string) =>
    template.replace(PLACEHOLDER, (_, name: string, format?: string) => formatValue(values[name], format));
  return { sentence: fill(text.sentence), next: fill(text.next) };
}

/** The parameter names that a template speaks of. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name]) => name as string);
}

/**
 * Write one value: `open` an amount of OPEN (`exactOpen` with all decimals), `time` a Unix time, `bytes` a size, `pool`, `phase`, `status` and `proposal` names,
 * `text` a name packed in bytes32, otherwise the value as it is.
 */
export function formatValue(value: unknown, format?: string): string {
  switch (format) {
    case "open":
      return formatOpenAmount(BigInt(value as bigint));
    case "exactOpen":
      return formatOpenAmount(BigInt(value as bigint), OPEN_DECIMALS);
    case "time":
      return formatTime(Number(value));
    case "bytes":
      return formatBytes(Number(value));
    case "pool":
      return POOLS[Number(value)] ?? String(value);
    case "phase":
      return PHASE_NAMES[Number(value)] ?? String(value);
    case "status":
      return STATUS_NAMES[Number(value)] ?? String(value);
    case "proposal":
      return PROPOSAL_NAMES[Number(value)] ?? String(value);
    case "text":
      return hexToString(value as Hex, { size: 32 });
    default:
      return String(value);
  }
}

/** A Unix time for people, in UTC; the number itself when no calendar has it. */
export function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? String(seconds)
    : date.toISOString().replace("T", " ").replace(".000Z", " UTC");
}

/** A size for people; exact in bytes below a KiB, else with two digits and the bytes behind it. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} bytes`;
  const [unit, size] = sizeBytes < 1024 ** 2 ? ["KiB", 1024] : ["MiB", 1024 ** 2];
  return `${Number((sizeBytes / (size as number)).toFixed(2))} ${unit} (${sizeBytes} bytes)`;
}
