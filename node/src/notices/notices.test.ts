import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { pino } from "pino";
import { Registry } from "prom-client";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createServer as createApp } from "../app/server.ts";
import type { Docket } from "../voting/docketBook.ts";
import { VoteNotices } from "../voting/voteNotices.ts";
import type { SavedVote } from "../voting/voteStore.ts";
import { addFeedRoutes } from "./feedRoutes.ts";
import { Notices } from "./notices.ts";
import { WebhookSender } from "./webhook.ts";

const log = pino({ level: "silent" });
const secret = "a long random text for tests";
const docket = {
  id: 8,
  round: 0,
  items: 2,
  commitEnds: 1_000,
  revealEnds: 2_000,
  origin: { docket: 8, position: 0 },
} as Docket;

let database: DatabaseSync;
let receiver: Server;
let url: string;
let answer: number;
let received: { headers: IncomingHttpHeaders; body: string }[];

beforeEach(async () => {
  database = new DatabaseSync(":memory:");
  received = [];
  answer = 200;
  receiver = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    received.push({ headers: request.headers, body });
    response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterEach(() => {
  receiver.closeAllConnections();
  receiver.close();
});

const sender = (notices: Notices) =>
  new WebhookSender({ notices, url, secret, log, signal: new AbortController().signal });

test("what happens is told once, signed, however often it is noticed and whatever restarts", async () => {
  for (let start = 0; start < 2; start++) {
    const notices = new Notices(database, true);
    new VoteNotices(notices).drawn(docket, [0, 3]);
    new VoteNotices(notices).revealDue(docket);
    await sender(notices).round();
  }
  expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(["vote.drawn", "vote.reveal-due"]);
  const [{ headers, body }] = received as [{ headers: IncomingHttpHeaders; body: string }];
  expect(headers["idempotency-key"]).toBe("drawn:8:0");
  const webhook = new Webhook(secret, { format: "raw" });
  expect(webhook.verify(body, headers as Record<string, string>)).toMatchObject({ data: { docket: 8 } });
  expect(() => webhook.verify(`${body} `, headers as Record<string, string>)).toThrow();
});

test("a receiver that refuses is asked again later, over a restart, and the next notice is not held up", async () => {
  answer = 410;
  const notices = new Notices(database, true);
  const told = new VoteNotices(notices);
  told.drawn(docket, [0]);
  await sender(notices).round();
  expect(received).toHaveLength(1);
  answer = 204;
  told.revealDue(docket);
  const restarted = new Notices(database, true);
  await sender(restarted).round();
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual(["drawn:8:0", "reveal-due:8:0"]);
  expect(restarted.waiting()).toBe(1);
  database.exec("UPDATE notice SET next_at = 0");
  await sender(restarted).round();
  expect(restarted.waiting()).toBe(0);
});

test("verdict and payment, as the Court shares them, and a feed of them", async () => {
  const notices = new Notices(database);
  const told = new VoteNotices(notices);
  told.drawn(docket, [1, 2]);
  const vote = { word: 0b0011n } as SavedVote;
  // Draws 0, 1, 2 and 4 are paid out of 4: 11 / 4 is 2 each, and the 3 left go to draw 0.
  told.settled(
    docket,
    { round: 0, verdict: 0b0111n, coherent: 0b10111, revealed: 0b11111, feeWei: 11n },
    vote,
  );
  const [paid, verdict] = notices.list(2);
  expect(paid?.facts.amountWei).toBe("4");
  expect(verdict?.facts).toMatchObject({
    outcome: "coherent, paid",
    grades: "excellent,fair",
    own: "excellent,reject",
  });
  const server = createApp({
    log,
    metrics: new Registry(),
    readiness: () => undefined,
    role: "validator",
    account: undefined,
    trustProxy: false,
  });
  addFeedRoutes(server, notices, "0x00000000000000000000000000000000000a11ce");
  const atom = await server.inject("/v1/feed.atom");
  expect(atom.headers["content-type"]).toContain("application/atom+xml");
  expect(atom.body.match(/<entry>/g)).toHaveLength(3);
  expect((await server.inject("/v1/feed.rss")).body).toContain(
    "<title><![CDATA[Drawn for docket 8]]></title>",
  );
  for (const host of ["::1", "99999999999999999999", "a b"]) {
    const refused = await server.inject({ url: "/v1/feed.atom", headers: { host } });
    expect([host, refused.statusCode, refused.json().code]).toEqual([host, 400, "bad-host"]);
  }
  await server.close();
});
