import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { readDocket } from "@openledger/sdk/client/readDocket";
import { readSubmission } from "@openledger/sdk/client/readSubmission";
import { encodeFunctionData, type Hex } from "viem";
import { dryRun, TransactionRefusedError } from "../chain/dryRun.ts";
import { finalizableOf } from "../chain/finalizable.ts";
import { sweepKey } from "./journalKeys.ts";
import type { GatewayParts } from "./parts.ts";
import type { RelayedSubmission } from "./submissionStore.ts";

/** Why finalizing waits, so that the log says it once. */
const saidWhy = new WeakMap<GatewayParts, string | undefined>();

/** The most submissions that the contract finalizes in one transaction. */
const MOST_AT_ONCE = 64;

/**
 * Finalizes this gateway's submissions once their verdict is final, many in one transaction, so that contributors are
 * credited without sending anything. Call it in a poll.
 */
export async function finalizeFinal(parts: GatewayParts): Promise<void> {
  const open = parts.submissions.unfinalized();
  for (const submission of open) await followSweep(parts, submission);
  const ready = await finalOf(
    parts,
    open.filter(({ root }) => isFree(parts, root)),
  );
  for (let start = 0; start < ready.length; start += MOST_AT_ONCE) {
    const roots = ready.slice(start, start + MOST_AT_ONCE);
    const outcome = await sweep(parts, roots);
    if (outcome === "unpaid") return finalizeFewer(parts, roots);
    // One that cannot be finalized must not hold up the others.
    if (outcome === "refused" && roots.length > 1) for (const root of roots) await sweep(parts, [root]);
  }
}

/** Finalizes as many as the budget still allows. Anybody may finalize what this gateway may not pay for today. */
async function finalizeFewer(parts: GatewayParts, roots: Hex[]): Promise<void> {
  const half = roots.slice(0, roots.length >> 1);
  if (half.length > 0 && (await sweep(parts, half)) === "unpaid") await finalizeFewer(parts, half);
}

/** A sweep that began before a crash is carried on by the journal; here its end is taken note of. */
async function followSweep(
  { submissions, journal, chain }: GatewayParts,
  { root, sweep }: RelayedSubmission,
): Promise<void> {
  if (sweep === undefined) return;
  const state = journal.find(sweep)?.state;
  if (state !== undefined && state !== "finalized" && state !== "failed") return;
  const mined = await readSubmission(chain.client, { addresses: chain.addresses, root });
  if (mined?.finalized === true) submissions.markFinalized(root);
  else submissions.setSweep([root], undefined);
}

function isFree({ submissions }: GatewayParts, root: Hex): boolean {
  const now = submissions.find(root);
  return now !== undefined && !now.finalized && now.sweep === undefined;
}

/** Those whose verdict nobody can change any more, by chain time. */
async function finalOf({ chain, submissions }: GatewayParts, open: RelayedSubmission[]): Promise<Hex[]> {
  const now = await chain.now();
  const windows = new Map<number, Promise<boolean>>();
  const roots: Hex[] = [];
  for (const { root, docket } of open) {
    if (docket === undefined) continue;
    const isOver =
      windows.get(docket) ??
      readDocket(chain.client, { addresses: chain.addresses, docket }).then(
        ({ phase, appealEnds }) => phase === "SETTLED" && now >= appealEnds,
      );
    windows.set(docket, isOver);
    if (!(await isOver)) continue;
    const mined = await readSubmission(chain.client, { addresses: chain.addresses, root });
    if (mined?.finalized === true) submissions.markFinalized(root);
    else roots.push(root);
  }
  return finalizableOf(chain, roots);
}

type SweepOutcome =
  | "final"
  /** It would revert. */
  | "refused"
  /** The gateway may not pay for it at the moment. */
  | "unpaid";

async function sweep(parts: GatewayParts, roots: Hex[]): Promise<SweepOutcome> {
  const { chain, journal, submissions, payments, log } = parts;
  const key = sweepKey(roots);
  const call = {
    to: chain.addresses.datanets,
    data: encodeFunctionData({
      abi: datanetsAbi,
      functionName: "finalizeMany",
      args: [roots.toSorted()],
    }),
  };
  try {
    if (journal.find(key) === undefined || journal.find(key)?.state === "failed") {
      const gas = await dryRun(chain.client, { account: journal.sender, ...call, value: 0n });
      const why = await payments.takeFinalizing(key, gas);
      if (saidWhy.get(parts) !== why && why !== undefined)
        log.info({ submissions: roots.length, why }, "finalizing waits");
      saidWhy.set(parts, why);
      if (why !== undefined) return "unpaid";
    }
    submissions.setSweep(roots, key);
    await journal.send({
      key,
      ...call,
      description: `Finalize ${roots.length} submissions`,
      again: true,
    });
  } catch (error) {
    if (!(error instanceof TransactionRefusedError)) throw error;
    submissions.setSweep(roots, undefined);
    // An empty account is no fault of one of them: the poll comes again, later and later.
    if (error.code === "insufficient-funds") throw error;
    log.warn({ submissions: roots.length, code: error.code, sentence: error.sentence }, "finalizing refused");
    return "refused";
  }
  // A sweep leaves out what something else came before.
  let finalized = 0;
  for (const root of roots) {
    const mined = await readSubmission(chain.client, { addresses: chain.addresses, root });
    if (mined?.finalized === true) {
      submissions.markFinalized(root);
      finalized++;
    } else submissions.setSweep([root], undefined);
  }
  log.info({ submissions: finalized, leftOut: roots.length - finalized }, "submissions finalized");
  return "final";
}
