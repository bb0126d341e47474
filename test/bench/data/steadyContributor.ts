import { setTimeout as sleep } from "node:timers/promises";
import { submissionTypedData } from "@openledger/sdk/typedData";
import type { Hex } from "viem";
import type { Handed } from "./contributions.ts";
import type { Contributor } from "./contributors.ts";
import { RefusedError, type Requests } from "./requests.ts";
import type { Stage } from "./stage.ts";

/** What a contributor met on the way. */
export interface Met {
  /** Errors that were worth another try, by what they said. */
  retries: Map<string, number>;
}

interface Signed {
  manifest: Handed["manifest"];
  submit: () => Promise<{ root: Hex }>;
}

const RETRY_MS = 500;

/**
 * Contributes in spite of everything: a program that asks again when nobody answers, uploads again what is gone, and
 * hands in the very submission that it signed, so that it cannot stand on the chain twice.
 *
 * @throws the last error when `deadline` (of Date.now) has passed.
 */
export async function contributeSteadily(
  requests: Requests,
  stage: Pick<Stage, "chainId" | "addresses">,
  contributor: Contributor,
  deadline: number,
  met: Met,
): Promise<Handed> {
  let signed: Signed | undefined;
  for (;;) {
    try {
      signed ??= await prepare(requests, stage, contributor);
      const { root } = await signed.submit();
      return { contributor, manifest: signed.manifest, root };
    } catch (error) {
      const what = error instanceof RefusedError ? `${error.status} ${error.code}` : connectionError(error);
      met.retries.set(what, (met.retries.get(what) ?? 0) + 1);
      if (Date.now() > deadline) throw error;
      // A staged file can be gone with the machine's last moments; then it is brought again, and signed as it was.
      if (error instanceof RefusedError && error.code === "not-uploaded")
        await upload(requests, contributor).catch(() => []);
      else if (!isWorthRetrying(error)) throw error;
      await sleep(RETRY_MS);
    }
  }
}

async function prepare(
  requests: Requests,
  { chainId, addresses }: Pick<Stage, "chainId" | "addresses">,
  contributor: Contributor,
): Promise<Signed> {
  const { account, datanet } = contributor;
  const uploaded = await upload(requests, contributor);
  const rehearsal = await requests.dryRun(
    account.address,
    datanet,
    uploaded.map(({ name, sha256 }) => ({ name, sha256 })),
  );
  const { manifest, submission } = rehearsal;
  if (manifest === undefined || submission === undefined) {
    const bad = rehearsal.files.find(({ ok }) => !ok);
    throw new Error(`${bad?.name} of ${account.address} was refused: ${bad?.reason?.sentence}`);
  }
  const signature = await account.signTypedData(
    submissionTypedData({ chainId, datanets: addresses.datanets, submission }),
  );
  return { manifest, submit: () => requests.submit(manifest, submission, signature) };
}

async function upload(requests: Requests, { account, datanet, files }: Contributor) {
  return (await requests.upload(account.address, datanet, files)).files;
}

/** The gateway is down, starting, busy, or has no room at the moment; what was asked is not at fault. */
function isWorthRetrying(error: unknown): boolean {
  if (error instanceof RefusedError) return error.status >= 500 || error.status === 429;
  return error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError");
}

function connectionError(error: unknown): string {
  const cause = (error as { cause?: { code?: string } }).cause;
  return cause?.code ?? (error instanceof Error ? error.message.slice(0, 80) : String(error));
}
