import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileNameSchema, MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { COMPUTE, poolName, poolOf } from "@openledger/sdk/pools";
import { type Hex, zeroHash } from "viem";
import { z } from "zod";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import type { Assayer } from "../judge/assay.ts";
import type { Duplicate, KnownFiles } from "../judge/known.ts";
import { type Opinion, reject } from "../judge/opinion.ts";

/** Files that are judged for others at the same time: the court's come first. */
const MOST_AT_ONCE = 2;

/** A file that nobody submitted comes after every one that somebody did. */
const AFTER_ALL = { datanet: 0, root: zeroHash, index: 0, block: 2 ** 31, logIndex: 0 } as const;

const poolSchema = z.string().transform((text, context) => {
  try {
    const pool = poolOf(text);
    if (pool !== COMPUTE) return pool;
  } catch {
    // Said below.
  }
  context.addIssue("The pool is none of TEXT, IMAGE, AUDIO.");
  return z.NEVER;
});

/**
 * POST /v1/judge: what this validator thinks of a file that nobody submitted, for `openledger judge --daemon`. It takes
 * what the operator's own machine sends, and keeps nothing.
 */
export async function addJudgeRoute(
  server: Server,
  { assayer, known, folder }: { assayer: Assayer; known: KnownFiles; folder: string },
): Promise<void> {
  let underWay = 0;
  await server.register(async (scope) => {
    // The body is streamed to disk, whatever its type says.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    (scope as unknown as Server).post(
      "/v1/judge",
      {
        bodyLimit: MAX_FILE_BYTES,
        schema: { querystring: z.object({ name: fileNameSchema, pool: poolSchema }) },
      },
      async (request) => {
        requireLocal(request.ip);
        if (underWay >= MOST_AT_ONCE) {
          throw new HttpRefusal(429, {
            code: "busy",
            sentence: `${underWay} files are being judged here for others already.`,
            next: "Try again in a moment.",
          });
        }
        underWay += 1;
        const { name, pool } = request.query;
        const path = join(folder, `asked-${randomUUID()}`);
        try {
          await mkdir(folder, { recursive: true });
          await pipeline(request.body as IncomingMessage, createWriteStream(path, { mode: 0o600 }));
          const { inspection, opinion, fingerprint } = await assayer.assay({ path, name, pool });
          const repeats =
            opinion.grade === 0
              ? undefined
              : known.findDuplicate({ ...AFTER_ALL, pool, name, sha256: await digestOf(path) }, fingerprint);
          return {
            name,
            pool: poolName(pool),
            mediaType: inspection.mediaType,
            sizeBytes: inspection.sizeBytes,
            ...opinion,
            ...(repeats === undefined ? {} : { ...rejectionOf(repeats), repeats }),
            ...(fingerprint === undefined
              ? {}
              : { fingerprint: Buffer.from(fingerprint.print).toString("hex") }),
          };
        } finally {
          underWay -= 1;
          await rm(path, { force: true });
        }
      },
    );
  });
}

function rejectionOf({ exact, percent, index, name, root }: Duplicate): Opinion {
  const where = `file ${index + 1} ("${name}") of submission ${root}`;
  return exact
    ? reject("exact-duplicate", `The same bytes as ${where}.`)
    : reject("near-duplicate", `${percent} % like ${where}.`);
}

async function digestOf(path: string): Promise<Hex> {
  return `0x${createHash("sha256")
    .update(await readFile(path))
    .digest("hex")}`;
}

function requireLocal(ip: string): void {
  if (["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(ip)) return;
  throw new HttpRefusal(403, {
    code: "local-only",
    sentence: "Files are judged for this machine's own users only.",
    next: "Run openledger judge without --daemon.",
  });
}
