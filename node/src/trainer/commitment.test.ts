import type { Hex } from "viem";
import { expect, test } from "vitest";
import type { Chain } from "../chain/chain.ts";
import { trainingClient } from "../testing/trainingChain.ts";
import { Commitments } from "./commitment.ts";

const trainer = "0x00000000000000000000000000000000000000aa";
const training = "0x00000000000000000000000000000000000000bb";
const specDigest: Hex = `0x${"5".repeat(64)}`;
const recipe: Hex = `0x${"6".repeat(64)}`;
const other: Hex = `0x${"7".repeat(64)}`;
const head: Hex = `0x${"8".repeat(64)}`;
const lease = { from: 10n, to: 20n };

/** What the chain says of a recipe after heartbeats of (block, step, transcript head). */
function standing(...beats: [block: number, step: number, transcriptHead: Hex][]) {
  const told = { job: 1, trainer, lossMicronats: 0n, leaseEnds: 0 };
  const events = beats.map(([blockNumber, step, transcriptHead]) => ({
    name: "Heartbeat" as const,
    blockNumber,
    blockHash: head,
    args: { ...told, step, transcriptHead },
  }));
  const chain = {
    addresses: { training, deploymentBlock: 0 },
    head: async () => ({ number: 20n, timestamp: 0 }),
    client: trainingClient(training, { events, job: {} }),
  } as unknown as Chain;
  return new Commitments(chain).standingOf(1, trainer, recipe, lease);
}

test("a recipe is committed to by a heartbeat of step 0 before any of a later step", async () => {
  expect(await standing([11, 0, recipe], [12, 5, head])).toBe("committed");
  expect(await standing([11, 0, recipe])).toBe("committed");
  // The lease was kept before the recipe was known, and a trainer that starts anew names its recipe again.
  expect(await standing([11, 0, specDigest], [12, 0, recipe], [13, 5, head])).toBe("committed");
  expect(await standing([11, 0, recipe], [12, 5, head], [13, 0, recipe], [14, 9, head])).toBe("committed");
});

test("a recipe that comes after a later step is none, whatever stood before it", async () => {
  expect(await standing([11, 5, head], [12, 0, recipe])).toBe("too-late");
  expect(await standing([11, 0, specDigest], [12, 5, head], [13, 0, recipe])).toBe("too-late");
  expect(await standing([11, 0, other], [12, 5, head], [13, 0, recipe], [14, 9, head])).toBe("too-late");
  expect(await standing([11, 0, other], [12, 5, head])).toBe("too-late");
});

test("until a later step is told, a recipe can still be named; other leases do not count", async () => {
  expect(await standing()).toBe("open");
  expect(await standing([11, 0, specDigest], [12, 0, other])).toBe("open");
  expect(await standing([8, 0, recipe], [9, 5, head])).toBe("open");
  expect(await standing([8, 7, head], [11, 0, recipe], [12, 5, head], [21, 1, head])).toBe("committed");
});
