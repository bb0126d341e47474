import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { formatOfName } from "@openledger/sdk/formats";
import { GRADE_NAMES, type Grade } from "@openledger/sdk/grades";
import { type Pool, poolName } from "@openledger/sdk/pools";
import { type ReasonKey, reasonOf } from "@openledger/sdk/reasons";
import { UserError } from "../../app/errors.ts";
import type { Assay } from "../../judge/assay.ts";
import { AssayPool } from "../../judge/assayPool.ts";
import { GatewayApi } from "../gatewayApi.ts";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";

/** What a judge says of a file. */
export interface Judgement {
  name: string;
  pool: string;
  mediaType: string;
  sizeBytes: number;
  grade: Grade;
  reason?: ReasonKey;
  why: string;
  /** By what it would be found again, as hexadecimal digits; absent for what is rejected or too short. */
  fingerprint?: string;
}

/** Judges a file as validators do, on this machine or by a validator's daemon. */
export async function judge(
  session: Session,
  file: string,
  options: { pool?: Pool; guidelines?: string; daemon?: string },
): Promise<Answer> {
  const path = session.path(file);
  const name = basename(path);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    throw new UserError({ code: "no-file", sentence: `${path} is no file.`, next: "Check the path." });
  }
  const pool = options.pool ?? formatOfName(name)?.pool;
  if (pool === undefined) {
    throw new UserError({
      code: "unknown-pool",
      sentence: `The name ${name} does not tell which pool the file is for.`,
      next: "Say it with --pool TEXT, IMAGE or AUDIO.",
    });
  }
  const judgement =
    options.daemon === undefined
      ? await judgeHere(path, name, pool, options.guidelines)
      : await judgeThere(new GatewayApi(options.daemon, session.io.signal), path, name, pool);
  const { grade, reason, why, mediaType, sizeBytes, fingerprint } = judgement;
  const because = reason === undefined ? undefined : reasonOf(reason);
  return {
    json: {
      ...judgement,
      ...(because === undefined ? {} : { sentence: because.sentence, next: because.next }),
    },
    ok: grade > 0,
    lines: [
      `${name} (${mediaType}, ${sizeBytes} bytes) for ${poolName(pool)}: ${GRADE_NAMES[grade]}`,
      ...(because === undefined ? [] : [`${because.sentence} (${because.key})`]),
      why,
      ...(because === undefined ? [] : [because.next]),
      ...(fingerprint === undefined
        ? []
        : [`fingerprint ${fingerprint.slice(0, 32)}… (${fingerprint.length / 2} bytes)`]),
    ],
  };
}

async function judgeHere(
  path: string,
  name: string,
  pool: Pool,
  guidelines: string | undefined,
): Promise<Judgement> {
  const assays = new AssayPool({ processes: 1 });
  try {
    const assay = await assays.assay({
      path,
      name,
      pool,
      ...(guidelines === undefined ? {} : { guidelines }),
    });
    return judgementOf(assay, name, pool);
  } finally {
    await assays.close();
  }
}

async function judgeThere(daemon: GatewayApi, path: string, name: string, pool: Pool): Promise<Judgement> {
  return daemon.ask(`/v1/judge?name=${encodeURIComponent(name)}&pool=${poolName(pool)}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: await readFile(path),
  });
}

function judgementOf({ inspection, opinion, fingerprint }: Assay, name: string, pool: Pool): Judgement {
  return {
    name,
    pool: poolName(pool),
    mediaType: inspection.mediaType,
    sizeBytes: inspection.sizeBytes,
    ...opinion,
    ...(fingerprint === undefined ? {} : { fingerprint: Buffer.from(fingerprint.print).toString("hex") }),
  };
}
