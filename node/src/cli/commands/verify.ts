import { type VerifiedFile, verifySubmission } from "@openledger/sdk/client/verifySubmission";
import { GRADE_NAMES } from "@openledger/sdk/grades";
import type { Hex } from "viem";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";

/** Fetches a submission and checks every byte against the chain. */
export async function verify(session: Session, root: Hex, from: readonly string[]): Promise<Answer> {
  const { client, addresses } = await session.connection();
  const sources = from.length === 0 ? [session.gateway.url] : from;
  const result = await verifySubmission(client, {
    addresses,
    root,
    sources,
    signal: session.io.signal,
    onProgress: ({ index, name, receivedBytes, sizeBytes }) => {
      if (receivedBytes === sizeBytes)
        session.progress(`file ${index + 1} "${name}": ${sizeBytes} bytes received`);
    },
  });
  const { manifest, verdict } = result;
  const good = result.files.filter(({ ok }) => ok).length;
  const standing = !verdict.settled
    ? "not judged yet"
    : verdict.isFinal
      ? "final verdict"
      : "verdict, open to appeal";
  return {
    json: { ...result, sources },
    ok: result.ok,
    lines: [
      `Submission ${root} of ${result.contributor} to Datanet ${result.datanet}: docket ${result.docket}, ${standing}.`,
      manifest.ok
        ? `manifest ${manifest.cid}: as signed, from ${manifest.source}`
        : `manifest ${manifest.cid}: ${manifest.fault?.sentence}`,
      ...result.files.map(fileLine),
      ...result.sourceFaults.map(
        ({ source, cid, sentence }) => `passed over ${source} for ${cid}: ${sentence}`,
      ),
      result.ok
        ? `Every byte is the one that was signed: ${good} file(s), ${result.verifiedBytes} bytes.`
        : `${result.fileCount - good} of ${result.fileCount} file(s) differ or are missing.`,
    ],
  };
}

function fileLine({ index, name, ok, grade, fault, sources, sizeBytes, mediaType }: VerifiedFile): string {
  const graded = grade === undefined ? "" : `, ${GRADE_NAMES[grade]}`;
  const found = ok ? `as signed, from ${sources.join(", ")}` : `${fault?.sentence} (${fault?.code})`;
  return `${ok ? "ok " : "BAD"} file ${index + 1} "${name}" (${mediaType}, ${sizeBytes} bytes${graded}): ${found}`;
}
