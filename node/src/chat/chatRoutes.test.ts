import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyUsageRecords } from "@openledger/sdk/usageRecord";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../app/database.ts";
import { adapterDigestOf, startChat, TEST_DATASET, TEST_DOMAIN } from "../testing/chatServer.ts";

let chat: Awaited<ReturnType<typeof startChat>>;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "openledger-chat-"));
  await mkdir(join(folder, "releases", "2"), { recursive: true });
  await writeFile(join(folder, "releases", "2", "attribution_index"), "by rule");
  chat = await startChat({ folder, limits: { requestsPerMinute: 20 } });
});
afterAll(() => chat.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${chat.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const eventsOf = (text: string) =>
  text
    .split("\n\n")
    .filter((block) => block.startsWith("event:"))
    .map((block) => {
      const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) as Record<string, unknown> };
    });

describe("a question to both sides", () => {
  test("is answered by base and release beside each other, each with a record", async () => {
    // Long enough for the second to begin before the first has ended.
    const question = { release: 1, question: "Talk for ever.", maxTokens: 100, seed: 1 };
    const response = await post("/v1/answers", question);
    const events = eventsOf(await response.text());
    const done = events.at(-1);
    expect(done?.event).toBe("done");
    for (const side of ["base", "tuned"]) {
      const words = events.filter(({ data }) => data.side === side).map(({ data }) => data.text);
      expect(words.join("")).toBe(done?.data[side]);
    }
    const sides = events.slice(0, -1).map(({ data }) => data.side);
    // Neither waits for the other.
    expect(sides.indexOf("tuned")).toBeLessThan(sides.lastIndexOf("base"));
    expect(done?.data.adapterDigest).toBe(adapterDigestOf(1));
    const records = chat.usage.list(0, 10).map(({ digest }) => digest);
    expect(new Set(done?.data.usageRecords as string[])).toEqual(new Set(records));
  });

  test("of an unknown release is refused in the node's own words", async () => {
    const long = await post("/v1/answers", { release: 2, question: "?", maxTokens: 5_000 });
    expect([long.status, await long.text()]).toMatchObject([400, expect.stringContaining("4096")]);
    const response = await post("/v1/answers", { release: 9, question: "?" });
    expect([response.status, await response.json()]).toMatchObject([404, { code: "unknown-release" }]);
  });
});

describe("which data shaped an answer", () => {
  const asked = (release: number) => ({
    release,
    messages: [{ role: "user", content: "Who?" }],
    answer: "hens",
  });

  test("is told where the release keeps an index", async () => {
    const { releases } = (await (await fetch(`${chat.url}/v1/releases`)).json()) as { releases: object[] };
    expect(releases).toMatchObject([
      { release: 2, ready: true, hasAttribution: true, datasets: [TEST_DATASET] },
      { release: 1, ready: true, hasAttribution: false },
    ]);
    const answer = (await (await post("/v1/attributions", asked(2))).json()) as {
      shares: { sharePpm: number }[];
    };
    expect(answer.shares.reduce((sum, { sharePpm }) => sum + sharePpm, 0)).toBe(1_000_000);
  });

  test("is refused in a sentence where it keeps none, and when the question does not fit", async () => {
    const none = await post("/v1/attributions", asked(1));
    expect([none.status, await none.json()]).toMatchObject([404, { code: "no-attribution-index" }]);
    expect((await post("/v1/attributions", { ...asked(2), messages: [] })).status).toBe(400);
  });
});

describe("usage records", () => {
  const list = (query: string, token = chat.operator) =>
    fetch(`${chat.url}/v1/usage${query}`, { headers: { authorization: `Bearer ${token}` } });

  test("are listed for the operator alone, page by page", async () => {
    expect((await list("", "guessed")).status).toBe(401);
    expect((await fetch(`${chat.url}/v1/usage`)).status).toBe(401);
    const first = (await (await list("?limit=1")).json()) as { records: never[]; next: number };
    const rest = (await (await list(`?after=${first.next}`)).json()) as { records: never[] };
    const records = [...first.records, ...rest.records];
    expect(records).toHaveLength(chat.usage.list(0, 10).length);
    expect(await verifyUsageRecords({ ...TEST_DOMAIN, records })).toMatchObject({ ok: true });
  });

  test("can be had one by one by whoever was told their digest", async () => {
    const [first] = chat.usage.list(0, 1);
    const found = await fetch(`${chat.url}/v1/usage/${first?.digest}`);
    expect(await found.json()).toEqual(first);
    expect((await fetch(`${chat.url}/v1/usage/0x${"00".repeat(32)}`)).status).toBe(404);
  });

  test("are never changed or removed", () => {
    const database = openDatabase(join(chat.folder, "node.sqlite"));
    expect(() => database.exec("UPDATE usage_record SET signature = '0x'")).toThrow("never changed");
    expect(() => database.exec("DELETE FROM usage_record")).toThrow("never removed");
    database.close();
  });
});

test("askers behind the gateway have budgets of their own, by the address that it saw", async () => {
  const ask = (from: string) =>
    post("/v1/answers", { release: 9, question: "?" }, { "x-forwarded-for": from });
  for (let asked = 0; asked < 20; asked++) expect((await ask("203.0.113.5")).status).toBe(404);
  expect((await ask("203.0.113.5")).status).toBe(429);
  expect((await ask("203.0.113.6")).status).toBe(404);
  // Whoever has one address of such a network has them all.
  for (let asked = 0; asked < 20; asked++) await ask(`2001:db8::${asked}`);
  expect((await ask("2001:db8::ffff")).status).toBe(429);
});
