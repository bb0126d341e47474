import { readQuota } from "@openledger/sdk/client/readQuota";
import type { QuotaLeft } from "@openledger/sdk/quota";
import type { Address, Hex } from "viem";
import type { Chain } from "../chain/chain.ts";
import type { Journal } from "../chain/journal.ts";
import { submitKey } from "./journalKeys.ts";
import type { SubmissionStore } from "./submissionStore.ts";

/** What an address may still hand in: what the chain says, less what this gateway is about to send. */
export async function quotaOf(
  parts: { chain: Chain; journal: Journal; submissions: SubmissionStore },
  contributor: Address,
  except?: Hex,
): Promise<QuotaLeft> {
  const { chain, journal, submissions } = parts;
  // Listed before the chain is read: one that is mined in between is counted twice, never not at all.
  const pending = submissions.pendingOf(contributor).filter(({ root }) => {
    const state = journal.find(submitKey(root))?.state;
    return root !== except && state !== "mined" && state !== "finalized";
  });
  const quota = await readQuota(chain.client, { addresses: chain.addresses, contributor });
  const files = pending.reduce((sum, { submission }) => sum + submission.files, 0);
  const bytes = pending.reduce((sum, { submission }) => sum + submission.sizeBytes, 0);
  return {
    filesLeft: Math.max(0, quota.filesLeft - files),
    bytesLeft: Math.max(0, quota.bytesLeft - bytes),
    resetsAt: quota.resetsAt,
  };
}
