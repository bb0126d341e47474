import canonicalize from "canonicalize";
import { type Hex, sha256, stringToBytes } from "viem";
import { Problem } from "./problem.ts";

/**
 * The one spelling of a JSON value (RFC 8785), so that equal values have equal digests.
 *
 * @throws {Problem} `not-json` for a value that JSON cannot hold, such as a bigint or undefined.
 * @example
 * canonicalJson({ b: 1, a: 2 }); // '{"a":2,"b":1}'
 */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw notJson(cause);
  }
  if (text === undefined) throw notJson(undefined);
  return text;
}

/** The canonical spelling as UTF-8 bytes. */
export function canonicalBytes(value: unknown): Uint8Array {
  return stringToBytes(canonicalJson(value));
}

/** sha256 of the canonical spelling. */
export function canonicalDigest(value: unknown): Hex {
  return sha256(canonicalBytes(value));
}

function notJson(cause: unknown): Problem {
  return new Problem(
    "not-json",
    "The value cannot be written as JSON.",
    "Use text, finite numbers, lists and objects only.",
    {
      cause,
    },
  );
}
