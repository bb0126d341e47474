import type { Grade } from "@openledger/sdk/grades";
import fc from "fast-check";
import { bytesToHex, getAddress, type Hex } from "viem";

/** Random 32 bytes. */
export const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Hex => bytesToHex(bytes));

/** A random address, checksummed. */
export const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => getAddress(bytesToHex(bytes)));

/** A random grade. */
export const grade = fc.constantFrom<Grade>(0, 1, 2, 3);

/** A whole number of a Solidity type of up to 48 bits; the ends come up often. */
export const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
