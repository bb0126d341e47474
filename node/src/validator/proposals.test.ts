import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createServer, type Server } from "../app/server.ts";
import type { Chain } from "../chain/chain.ts";
import { DocketBoard } from "../voting/docketBoard.ts";
import { type Docket, Phase } from "../voting/docketBook.ts";
import type { ItemOpinion } from "../voting/voteStore.ts";
import { PageAccess } from "./pageAccess.ts";
import { addProposalRoutes } from "./proposalRoutes.ts";
import { ProposalBook, type Unconfirmed } from "./proposals.ts";

const root = `0x${"ab".repeat(32)}` as const;
const docket = {
  id: 8,
  phase: Phase.COMMITTING,
  pool: 0,
  items: 2,
  round: 0,
  commitEnds: 1_000,
  revealEnds: 1_400,
  origin: { docket: 8, position: 0 },
} as Docket;
const opinions: ItemOpinion[] = [0, 1].map((item) => ({
  item,
  subject: `file ${item + 1}`,
  grade: 3,
  why: "312 letters",
  content: {
    root,
    index: item,
    name: `${item}.txt`,
    mediaType: "text/plain",
    sizeBytes: 5,
    cid: `cid-${item}`,
  },
}));
const draft = { opinions, complete: true, isLastMoment: false };

let folder: string;
let database: DatabaseSync;
let now: number;
let server: Server;
let token: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "openledger-proposals-"));
  database = new DatabaseSync(":memory:");
  now = 500;
});
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(proposals: ProposalBook): Promise<void> {
  const chain = {
    account: { address: "0x00000000000000000000000000000000000a11ce" },
    get lastHead() {
      return { number: 1n, timestamp: now, ageSeconds: 0 };
    },
  } as unknown as Chain;
  const log = pino({ level: "silent" });
  server = createServer({
    log,
    metrics: new Registry(),
    readiness: () => undefined,
    role: "validator",
    account: undefined,
    trustProxy: false,
  });
  const access = new PageAccess(folder, ["validator.example"]);
  await addProposalRoutes({
    server,
    chain,
    board: new DocketBoard(),
    proposals,
    access,
    unconfirmed: "commit",
    read: async (cid) => Buffer.from(`<script>${cid}</script>`),
  });
  token = readFileSync(join(folder, "page-token"), "utf8").trim();
}

const ask = (url: string, options: { headers?: Record<string, string>; payload?: object } = {}) =>
  server.inject({
    url,
    method: options.payload === undefined ? "GET" : "POST",
    headers: { host: "127.0.0.1:8101", authorization: `Bearer ${token}`, ...options.headers },
    ...(options.payload === undefined ? {} : { payload: options.payload }),
  });

test.each<[Unconfirmed, "daemon" | undefined]>([
  ["commit", "daemon"],
  ["abstain", undefined],
])("nobody confirms, and the setting is %s", (unconfirmed, decidedBy) => {
  const proposals = new ProposalBook(database, unconfirmed);
  expect(proposals.approve(docket, draft)).toBeUndefined();
  expect(proposals.approve(docket, { ...draft, isLastMoment: true })?.decidedBy).toBe(decidedBy);
});

test("a person changes a grade: the vote has it, the log has what was proposed, and a restart keeps it", () => {
  const proposals = new ProposalBook(database, "commit");
  proposals.approve(docket, draft);
  const { digest } = proposals.find(8, 0);
  proposals.confirm(8, 0, digest, [{ item: 1, grade: 0, reason: "toxic", note: "An insult." }], now);
  const restarted = new ProposalBook(database, "commit");
  const vote = restarted.approve(docket, draft);
  expect(vote?.decidedBy).toBe("person");
  expect(vote?.opinions.map(({ grade, reason }) => [grade, reason])).toEqual([
    [3, undefined],
    [0, "toxic"],
  ]);
  expect(vote?.changes).toEqual([
    { item: 1, grade: 0, reason: "toxic", proposed: { grade: 3 }, note: "An insult." },
  ]);
  // The person's word is about the file: what the daemon thinks of others later on is the daemon's.
  const later = opinions.map((opinion) => ({ ...opinion, grade: 2 as const }));
  expect(
    restarted.approve(docket, { ...draft, opinions: later })?.opinions.map(({ grade }) => grade),
  ).toEqual([2, 0]);
});

test("the page's requests: who may ask, what fits, and when it is too late", async () => {
  const proposals = new ProposalBook(database, "commit");
  proposals.approve(docket, draft);
  await serve(proposals);
  expect(statSync(join(folder, "page-token")).mode & 0o077).toBe(0);
  for (const [headers, status] of [
    [{ authorization: "" }, 401],
    [{ authorization: "Bearer wrong" }, 401],
    [{ host: "attacker.example" }, 403],
    [{ origin: "https://attacker.example" }, 403],
    [{ origin: "http://127.0.0.1:9999" }, 403],
    [{ origin: "http://127.0.0.1:8101" }, 200],
    [{ host: "validator.example" }, 200],
  ] as const) {
    expect((await ask("/v1/proposals", { headers })).statusCode).toBe(status);
  }
  // The page itself tells nothing.
  expect((await server.inject("/")).headers["content-security-policy"]).toContain("script-src 'self'");

  const { digest, items } = (await ask("/v1/proposals/8/0")).json();
  expect(items).toHaveLength(2);
  const content = await ask("/v1/proposals/8/0/1/content");
  expect(content.body).toBe("<script>cid-1</script>");
  expect(content.headers["content-type"]).toBe("application/octet-stream");
  expect(content.headers["content-security-policy"]).toContain("sandbox");

  const confirm = (seen: string, changes: object[] = []) =>
    ask("/v1/proposals/8/0", { payload: { seen, changes } });
  expect((await confirm(`0x${"00".repeat(32)}`)).json().code).toBe("proposal-changed");
  expect((await confirm(digest, [{ item: 0, grade: 0 }])).json().code).toBe("bad-change");
  expect((await confirm(digest, [{ item: 0, grade: 2, reason: "toxic" }])).json().code).toBe("bad-change");
  expect((await confirm(digest, [{ item: 2, grade: 2 }])).json().code).toBe("bad-change");
  expect((await confirm(digest, [{ item: 0, grade: 0, reason: "quota-files" }])).statusCode).toBe(400);
  expect((await confirm(digest, [{ item: 0, grade: 4 }])).statusCode).toBe(400);
  expect((await confirm(digest, [{ item: 0, grade: 1 }])).json()).toMatchObject({ docket: 8, items: 2 });
  now = docket.commitEnds - 1;
  expect((await confirm(digest)).json().code).toBe("too-late");
  now = docket.commitEnds;
  expect((await ask("/v1/proposals")).json().proposals).toEqual([]);
});
