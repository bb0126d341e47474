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

/** Good texts of which none repeats another. */
export const PASSAGES = {
  letter:
    "On the fourth of October the sea was calm again, and my brother rowed out to the lighthouse with bread, oil and two " +
    "letters. The keeper told him that the lamp had burned through three storms without going out, and that he had counted " +
    "forty ships passing in the dark. We sat by the stove until late and spoke of our father, who had built the boat.",
  orchard:
    "The orchard behind the mill gave more apples this year than anybody could pick, so the miller opened the gate and let " +
    "the children of the village fill their aprons. In return they carried the sacks to the cart and sang all the way to " +
    "the market, where the baker bought everything before noon and gave each of them a warm roll.",
  bridge:
    "Nobody had crossed the old bridge since its middle arch fell, until two masons from the next valley measured the " +
    "stones that lay in the river and found that only three were missing. They cut new ones from the same quarry, waited " +
    "for the dry weeks of summer, and closed the gap with a wooden frame and a great deal of patience.",
} as const;
