import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { bytes32Schema } from "@openledger/sdk/schemas";
import { type SignedUsageRecord, verifyUsageRecords } from "@openledger/sdk/usageRecord";
import { type Hex, isHex, zeroHash } from "viem";
import { z } from "zod";
import { NODE_DATABASE } from "../../app/database.ts";
import { UserError } from "../../app/errors.ts";
import { loadAddresses } from "../../chain/addresses.ts";
import { recordsAfter } from "../../chat/usageLog.ts";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";

const AT_ONCE = 500;

/** What names a list of usage records, and the chain that they are signed for. */
export interface UsageSource {
  /** A JSON file of records. */
  file: string | undefined;
  /** A chat server's DATA_DIR. */
  dataDir: string | undefined;
  /** The digest of the record before the first. */
  after: Hex | undefined;
  /** Asked of the chain otherwise. */
  chainId: number | undefined;
}

const fileSchema = z
  .array(
    z.object({
      record: z.record(z.string(), z.unknown()),
      digest: bytes32Schema,
      signature: z.custom(isHex),
    }),
  )
  .transform((records) => records as unknown as SignedUsageRecord[]);

/** Checks that usage records follow each other, have the digests that they claim, and are signed by their server. */
export async function verifyUsage(session: Session, source: UsageSource): Promise<Answer> {
  const domain = await domainOf(session, source.chainId);
  let previous = source.after ?? zeroHash;
  let [count, promptTokens, completionTokens, last] = [0, 0, 0, 0];
  const servers = new Set<string>();
  for await (const records of source.dataDir === undefined
    ? fromFile(session.path(source.file ?? ""))
    : fromServer(session.path(source.dataDir))) {
    const verdict = await verifyUsageRecords({ ...domain, records, after: previous }).catch(
      (error: Error) => ({
        ok: false as const,
        number: last + 1,
        sentence: `A record after number ${last} is no usage record: ${error.message.split("\n")[0]}`,
      }),
    );
    if (!verdict.ok) return { json: verdict, ok: false, lines: [verdict.sentence] };
    promptTokens += verdict.promptTokens;
    completionTokens += verdict.completionTokens;
    count += records.length;
    for (const { record, digest } of records) {
      servers.add(record.server);
      previous = digest;
      last = record.number;
    }
  }
  const json = {
    ok: true,
    records: count,
    promptTokens,
    completionTokens,
    last,
    lastDigest: previous,
    servers: [...servers],
  };
  const of = servers.size === 0 ? "" : ` of ${[...servers].join(", ")}`;
  return {
    json,
    lines: [
      `${count} records${of}, each signed, with the digest of the one before it: ${promptTokens} tokens of questions, ${completionTokens} of answers.`,
      ...(count === 0 ? [] : [`The last is number ${last}, ${previous}.`]),
    ],
  };
}

async function domainOf(session: Session, chainId: number | undefined) {
  if (chainId === undefined) {
    const connection = await session.connection();
    return { chainId: connection.chainId, attribution: connection.addresses.attribution };
  }
  const file = session.options.addresses ?? session.io.env.OPENLEDGER_ADDRESSES;
  const { attribution } = loadAddresses(chainId, file === undefined ? undefined : session.path(file));
  return { chainId, attribution };
}

async function* fromFile(path: string): AsyncGenerator<SignedUsageRecord[]> {
  try {
    const told = JSON.parse(await readFile(path, "utf8")) as { records?: unknown };
    yield fileSchema.parse(told.records ?? told);
  } catch (error) {
    throw new UserError({
      code: "no-records",
      sentence: `${path} holds no usage records: ${(error as Error).message.split("\n")[0]}`,
      next: "Name a JSON file as GET /v1/usage gives it: a list of { record, digest, signature }, or an object with it as records.",
    });
  }
}

async function* fromServer(folder: string): AsyncGenerator<SignedUsageRecord[]> {
  const path = join(folder, NODE_DATABASE);
  if (!existsSync(path)) {
    throw new UserError({
      code: "no-daemon",
      sentence: `${folder} is not the data directory of a daemon that has ever run.`,
      next: "Name the DATA_DIR of the chat server.",
    });
  }
  // The server may write meanwhile.
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    for (let after = 0; ; ) {
      const records = recordsAfter(database, after, AT_ONCE);
      if (records.length === 0) return;
      yield records;
      after = records.at(-1)?.record.number ?? after;
    }
  } finally {
    database.close();
  }
}
