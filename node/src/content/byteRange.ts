import type { ByteRange } from "../storage/contentStore.ts";

/**
 * The bytes that a Range header asks for (RFC 9110, section 14).
 *
 * @returns undefined when the whole file is to be sent: no header, several ranges, or none that is understood.
 */
export function byteRangeOf(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? "unsatisfiable" : { offset: sizeBytes - length, length };
  }
  const offset = Number(first);
  const end = last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (offset >= sizeBytes) return "unsatisfiable";
  return end < offset ? undefined : { offset, length: end - offset + 1 };
}
