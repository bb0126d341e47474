import { readFile } from "node:fs/promises";
import { MAX_FILE_BYTES } from "@openledger/sdk/manifest";
import { REASONS, type ReasonKey } from "@openledger/sdk/reasons";
import { z } from "zod";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Server } from "../app/server.ts";
import type { Chain } from "../chain/chain.ts";
import { ContentUnavailableError } from "../content/contentSources.ts";
import type { DocketBoard } from "../voting/docketBoard.ts";
import type { PageAccess } from "./pageAccess.ts";
import type { Proposal, ProposalBook, Unconfirmed } from "./proposals.ts";

/** What the routes of the page take. */
export interface ProposalRoutesParts {
  server: Server;
  chain: Chain;
  board: DocketBoard;
  proposals: ProposalBook;
  access: PageAccess;
  unconfirmed: Unconfirmed;
  /** A file's bytes, checked against its CID. @throws ContentUnavailableError */
  read: (cid: string, limit: number) => Promise<Uint8Array>;
}

/** Reasons that say something about an upload, a quota or a training run, and nothing about a file. */
const NOT_OF_FILES: readonly ReasonKey[] = [
  "too-many-files",
  "quota-files",
  "quota-bytes",
  "bad-signature",
  "replay-differs",
  "evaluation-differs",
  "adapter-unavailable",
  "transcript-broken",
  "wrong-base",
  "wrong-data",
  "wrong-shares",
];
const FILE_REASONS = REASONS.filter(({ key }) => !NOT_OF_FILES.includes(key));
const LONGEST_NOTE = 500;

const place = z.object({
  docket: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 40),
  round: z.coerce.number().int().min(0).max(255),
});
const change = z.strictObject({
  item: z.number().int().min(0).max(127),
  grade: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  reason: z.enum(FILE_REASONS.map(({ key }) => key) as [ReasonKey, ...ReasonKey[]]).optional(),
  note: z.string().max(LONGEST_NOTE).optional(),
});

/** The bytes are anybody's: a browser shall take them for nothing but what they are shown as. */
const CONTENT_HEADERS = {
  "content-type": "application/octet-stream",
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};
const PAGE_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob: data:; media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};
const PAGE = [
  ["/", "index.html", "text/html; charset=utf-8"],
  ["/page.css", "page.css", "text/css; charset=utf-8"],
  ["/page.js", "page.js", "text/javascript; charset=utf-8"],
] as const;

/**
 * The page on which a person confirms votes, and what it asks: GET /v1/proposals, GET and POST
 * /v1/proposals/:docket/:round, and GET /v1/proposals/:docket/:round/:item/content. All of them but the page itself need
 * the token: what they tell is a secret until the vote is revealed.
 */
export async function addProposalRoutes(parts: ProposalRoutesParts): Promise<void> {
  const { server, chain, board, proposals, access, unconfirmed, read } = parts;
  for (const [path, file, type] of PAGE) {
    const bytes = await readFile(new URL(`page/${file}`, import.meta.url));
    server.get(path, { schema: { hide: true } }, (_request, reply) =>
      reply.headers(PAGE_HEADERS).type(type).send(bytes),
    );
  }
  const now = () => chain.lastHead?.timestamp ?? 0;
  const onRequest = async (request: Parameters<PageAccess["require"]>[0]) => access.require(request);

  server.get("/v1/proposals", { onRequest }, () => ({
    now: now(),
    account: chain.account.address,
    unconfirmed,
    proposals: proposals.list(now()).map(summaryOf),
    // Drawn, and still being judged.
    waiting: board
      .list(now())
      .filter(({ owes }) => owes.includes("judgement"))
      .map(({ docket, round, items, missing, deadline }) => ({
        docket,
        round,
        items,
        missing: missing.length,
        deadline,
      })),
  }));

  server.get("/v1/proposals/:docket/:round", { schema: { params: place }, onRequest }, ({ params }) => ({
    now: now(),
    reasons: FILE_REASONS.map(({ key, sentence }) => ({ key, sentence })),
    ...proposals.find(params.docket, params.round),
  }));

  server.post(
    "/v1/proposals/:docket/:round",
    {
      schema: {
        params: place,
        body: z.strictObject({
          seen: z.string().regex(/^0x[0-9a-f]{64}$/, "is not a proposal's digest"),
          changes: z.array(change).max(128).default([]),
        }),
      },
      onRequest,
    },
    ({ params, body }) =>
      summaryOf(
        proposals.confirm(params.docket, params.round, body.seen as `0x${string}`, body.changes, now()),
      ),
  );

  server.get(
    "/v1/proposals/:docket/:round/:item/content",
    { schema: { params: place.extend({ item: z.coerce.number().int().min(0).max(127) }) }, onRequest },
    async ({ params }, reply) => {
      const { items } = proposals.find(params.docket, params.round);
      const content = items.find(({ item }) => item === params.item)?.content;
      if (content === undefined) throw noContent(params.item);
      const bytes = await read(content.cid, MAX_FILE_BYTES).catch((error: unknown) => {
        throw error instanceof ContentUnavailableError ? noContent(params.item) : error;
      });
      return reply.headers(CONTENT_HEADERS).send(bytes);
    },
  );
}

function summaryOf({ items, ...proposal }: Proposal) {
  return {
    ...proposal,
    confirmedAt: proposal.confirmedAt ?? null,
    items: items.length,
    rejected: items.filter(({ grade }) => grade === 0).length,
  };
}

function noContent(item: number): HttpRefusal {
  return new HttpRefusal(404, {
    code: "no-content",
    sentence: `The file of item ${item} could not be had.`,
    next: "Try again later; the daemon keeps asking for it.",
  });
}
