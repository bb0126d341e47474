import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import { createServer, type Server } from "../app/server.ts";
import type { Chain } from "../chain/chain.ts";
import { assay } from "../judge/assay.ts";
import { KnownFiles } from "../judge/known.ts";
import { runJsonCommand } from "../testing/commandLine.ts";
import { attachJudgements, JUDGEMENTS } from "../validator/judgements.ts";
import { addJudgeRoute } from "../validator/judgeRoute.ts";
import { PageAccess } from "../validator/pageAccess.ts";
import { addProposalRoutes } from "../validator/proposalRoutes.ts";
import { ProposalBook } from "../validator/proposals.ts";
import { DocketBoard } from "../voting/docketBoard.ts";
import { type Docket, Phase } from "../voting/docketBook.ts";
import type { ItemOpinion } from "../voting/voteStore.ts";
import { ExitCode } from "./exitCodes.ts";
import type { Io } from "./io.ts";

const docket = {
  id: 8,
  phase: Phase.COMMITTING,
  pool: 0,
  items: 2,
  round: 1,
  commitEnds: 1_000,
  revealEnds: 1_400,
  origin: { docket: 8, position: 0 },
} as Docket;
const opinions: ItemOpinion[] = [0, 1].map((item) => ({
  item,
  subject: `file ${item + 1}`,
  grade: 3,
  why: "312 letters",
}));

let folder: string;
let database: Database;
let server: Server;
let proposals: ProposalBook;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "openledger-votes-"));
  database = openDatabase(join(folder, "node.sqlite"));
  attachJudgements(database, join(folder, "judgements.sqlite"));
  proposals = new ProposalBook(database, "commit");
  server = createServer({
    log: pino({ level: "silent" }),
    metrics: new Registry(),
    readiness: () => undefined,
    role: "validator",
    account: undefined,
    trustProxy: false,
  });
  await addProposalRoutes({
    server,
    chain: { lastHead: { timestamp: 500 }, account: { address: "0xabc" } } as unknown as Chain,
    board: new DocketBoard(),
    proposals,
    access: new PageAccess(folder, []),
    unconfirmed: "commit",
    read: async () => Buffer.from("text"),
  });
  const known = new KnownFiles(database, JUDGEMENTS);
  await addJudgeRoute(server, { assayer: { assay }, known, folder: join(folder, "downloads") });
  await server.listen({ host: "127.0.0.1", port: 0 });
  proposals.approve(docket, { opinions, complete: true, isLastMoment: false });
});
afterEach(async () => {
  await server.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const openledger = (args: string[], more: Partial<Io> = {}) =>
  runJsonCommand([...args, "--daemon", server.listeningOrigin], { env: {}, cwd: folder, ...more });

const token = ["--token-file", "page-token"];

test("tells the votes that wait, and one of them item by item", async () => {
  const list = await openledger(["votes", ...token]);
  expect(list, list.err).toMatchObject({
    code: 0,
    json: { proposals: [{ docket: 8, items: 2, confirmUntil: expect.any(Number) }] },
  });
  const text = readFileSync(join(folder, "page-token"), "utf8");
  const one = await openledger(["votes", "8"], { env: { OPENLEDGER_PAGE_TOKEN: text } });
  expect(one.json).toMatchObject({
    docket: 8,
    items: [
      { item: 0, grade: 3 },
      { item: 1, grade: 3 },
    ],
  });
});

test("confirms a vote with changes, once a person agreed", async () => {
  const args = ["confirm", "8", ...token, "--grade", "0=1", "1=0:not-language"];
  expect((await openledger(args)).code).toBe(ExitCode.REFUSED);
  expect(proposals.find(8, 1).confirmedAt).toBeUndefined();
  const confirmed = await openledger(args, { isInteractive: true, ask: async () => true });
  expect(confirmed, confirmed.err).toMatchObject({
    code: 0,
    json: { docket: 8, changes: [{ item: 0 }, { item: 1 }] },
  });
  const { confirmedAt, changes } = proposals.find(8, 1);
  expect(confirmedAt).toBeDefined();
  expect(changes).toMatchObject([
    { item: 0, grade: 1 },
    { item: 1, grade: 0, reason: "not-language" },
  ]);
});

test.each([
  [["confirm", "8", "--grade", "0=4"], ExitCode.USAGE, /ITEM=GRADE/],
  [["confirm", "8", "--grade", "0=0"], ExitCode.USAGE, /REASON/],
  [["confirm", "8", "--yes", "--token-file", "nowhere"], ExitCode.REFUSED, /cannot be read/],
  [["confirm", "8", "--yes"], ExitCode.REFUSED, /data directory/],
  [["confirm", "9", "--yes", "--token-file", "page-token"], ExitCode.REFUSED, /No vote on docket 9/],
  [["confirm", "8", "--yes", "--token-file", "page-token", "--grade", "7=1"], ExitCode.REFUSED, /no item 7/],
  [["votes", "--token-file", "wrong-token"], ExitCode.REFUSED, /data directory/],
])("%j is refused", async (args, code, sentence) => {
  writeFileSync(join(folder, "wrong-token"), "x".repeat(43));
  const outcome = await openledger(args);
  expect(outcome.code).toBe(code);
  expect(JSON.parse(outcome.err.slice(outcome.err.lastIndexOf("{\n"))).sentence).toMatch(sentence);
});

test("asks the daemon what it thinks of a file", async () => {
  writeFileSync(join(folder, "empty.txt"), "");
  const judged = await openledger(["judge", "empty.txt"]);
  expect(judged).toMatchObject({ code: ExitCode.REFUSED, json: { pool: "TEXT", grade: 0, reason: "empty" } });
});
