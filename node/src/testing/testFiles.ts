import { createHash } from "node:crypto";
import type { Hex } from "viem";
import type { TestFile } from "./gatewayClient.ts";

/** A text file. */
export function text(name: string, content: string): TestFile {
  return { name, bytes: new Uint8Array(Buffer.from(content)) };
}

/** A short text that is different for every number. */
export function story(number: number): TestFile {
  return text(
    `story-${number}.txt`,
    `The lighthouse keeper wrote letter number ${number} by the light of the lamp, and sent it with the morning boat.\n`,
  );
}

/** sha256 as it stands in manifests. */
export function sha256(bytes: Uint8Array): Hex {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}
