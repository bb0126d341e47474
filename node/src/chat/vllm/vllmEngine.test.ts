import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { verifyUsageRecords } from "@openledger/sdk/usageRecord";
import OpenAI from "openai";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { adapterDigestOf, startChat, TEST_BASE, TEST_DOMAIN } from "../../testing/chatServer.ts";
import { VllmServer } from "../../testing/vllmServer.ts";
import { VllmEngine } from "./vllmEngine.ts";

const RELEASES = 5;
const nameOf = (release: number) => `openledger-${adapterDigestOf(release).slice(2)}`;
const ask = (release: number, more: object = {}) => ({
  model: release === 0 ? TEST_BASE.name : `release-${release}`,
  messages: [{ role: "user", content: "How many eggs?" } as const],
  seed: 4,
  ...more,
});

let vllm: VllmServer;
let chat: Awaited<ReturnType<typeof startChat>>;
let client: OpenAI;

async function connect(apiKey?: string, { mostAdapters = 2, silenceMs = 60_000 } = {}) {
  chat = await startChat({
    releases: RELEASES,
    engine: () =>
      new VllmEngine({
        url: vllm.url,
        apiKey,
        mostAdapters,
        silenceMs,
        pathOf: (path) => path,
        log: pino({ level: "silent" }),
      }),
  });
  for (let release = 1; release < RELEASES; release++) {
    await mkdir(join(chat.folder, "releases", String(release)), { recursive: true });
  }
  client = new OpenAI({ apiKey: "any", baseURL: `${chat.url}/v1`, maxRetries: 0 });
}

beforeEach(async () => {
  vllm = await VllmServer.start("secret");
  await connect("secret");
});
afterEach(async () => {
  await chat.stop();
  await vllm.stop();
});

test("models are the releases of the bases that vLLM has, and those", async () => {
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toEqual([...[5, 4, 3, 2, 1].map((n) => `release-${n}`), TEST_BASE.name]);
  expect(await client.models.retrieve(TEST_BASE.name)).toMatchObject({
    // vLLM does not know the digest; the releases do.
    openledger: { baseDigest: TEST_BASE.baseDigest },
  });
});

test("an answer comes from the adapter that was registered for it, with all that was asked", async () => {
  const { openledger, ...answer } = (await client.chat.completions.create(
    ask(3, { max_tokens: 5, temperature: 0.5, top_p: 0.9, stop: "xyz" }),
  )) as OpenAI.ChatCompletion & { openledger: object };
  expect(answer.choices[0]).toMatchObject({
    finish_reason: "length",
    message: { content: " 0003-4-1 0003-4-2 0003-4-3 0003-4-4 0003-4-5" },
  });
  expect(answer.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 5 });
  expect(openledger).toMatchObject({ release: 3, adapterDigest: adapterDigestOf(3) });
  expect(vllm.adapters.get(nameOf(3))).toBe(join(chat.folder, "releases", "3"));
  expect(vllm.completions[0]).toMatchObject({
    model: nameOf(3),
    max_tokens: 5,
    temperature: 0.5,
    top_p: 0.9,
    seed: 4,
    stop: ["xyz"],
    stream: true,
  });
});

test("words pass through as they come, and a reader who leaves stops vLLM", async () => {
  const { promise: second, resolve: letGo } = Promise.withResolvers<void>();
  vllm.beforeWord = (word) => (word === 2 ? second : undefined);
  const stream = await client.chat.completions.create({ ...ask(1), stream: true });
  let text = "";
  for await (const { choices } of stream) {
    text += choices[0]?.delta.content ?? "";
    if (text !== "") break;
  }
  // The second word was not written yet.
  expect(text).toBe(" 0001-4-1");
  await expect.poll(() => vllm.left).toBe(1);
  letGo();
  await expect.poll(() => chat.usage.list(0, 10).length).toBe(1);
  expect(chat.usage.list(0, 10)[0]?.record.finishReason).toBe("cancelled");
});

test("a base is asked without any adapter", async () => {
  const answer = await client.chat.completions.create(ask(0));
  expect(answer.choices[0]?.message.content).toMatch(/^ tiny-4-1/);
  expect(vllm.requests.filter((line) => line.includes("lora"))).toEqual([]);
});

describe("adapters", () => {
  const loads = () => vllm.requests.filter((line) => line.includes("lora_adapter"));

  test("are registered once, and the one that was asked longest ago leaves", async () => {
    for (const release of [1, 2, 1, 3]) await client.chat.completions.create(ask(release));
    expect(loads()).toEqual([
      `POST /v1/load_lora_adapter ${nameOf(1)}`,
      `POST /v1/load_lora_adapter ${nameOf(2)}`,
      `POST /v1/unload_lora_adapter ${nameOf(2)}`,
      `POST /v1/load_lora_adapter ${nameOf(3)}`,
    ]);
    expect([...vllm.adapters.keys()]).toEqual([nameOf(1), nameOf(3)]);
  });

  test("that left vLLM's memory by themselves do not keep others out", async () => {
    for (const release of [1, 2]) await client.chat.completions.create(ask(release));
    vllm.evicted.add(nameOf(1));
    const answer = await client.chat.completions.create(ask(3));
    expect(answer.choices[0]?.message.content).toMatch(/^ 0003/);
  });

  test("asked by many at once are registered once", async () => {
    await Promise.all(Array.from({ length: 6 }, () => client.chat.completions.create(ask(1))));
    expect(loads()).toHaveLength(1);
  });

  test("are registered again when vLLM forgot them, and the answer comes all the same", async () => {
    await client.chat.completions.create(ask(1));
    vllm.restart();
    const answer = await client.chat.completions.create(ask(1));
    expect(answer.choices[0]?.message.content).toMatch(/^ 0001/);
    expect(loads()).toHaveLength(2);
    expect(await verifyUsageRecords({ ...TEST_DOMAIN, records: chat.usage.list(0, 10) })).toMatchObject({
      ok: true,
    });
    expect(chat.usage.list(0, 10)).toHaveLength(2);
  });

  test("of an earlier run count, and leave first", async () => {
    vllm.adapters
      .set("openledger-old1", "/old1")
      .set("openledger-old2", "/old2")
      .set("of-somebody-else", "/x");
    await client.chat.completions.create(ask(1));
    expect([...vllm.adapters.keys()]).toEqual(["openledger-old2", "of-somebody-else", nameOf(1)]);
  });

  test("in use stay; when no room is left the question is turned away", async () => {
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    vllm.beforeWord = () => held;
    const first = client.chat.completions.create(ask(1));
    const second = client.chat.completions.create(ask(2));
    await expect.poll(() => vllm.completions.length).toBe(2);
    await expect(client.chat.completions.create(ask(3))).rejects.toMatchObject({ status: 503, code: "busy" });
    letGo();
    await Promise.all([first, second]);
    expect((await client.chat.completions.create(ask(3))).choices[0]?.message.content).toMatch(/^ 0003/);
  });
});

describe("a failure of vLLM", () => {
  test("to read an adapter is this server's, and says what to look at", async () => {
    // Nothing lies in the folder of the last release.
    const answer = client.chat.completions.create(ask(RELEASES));
    await expect(answer).rejects.toMatchObject({
      status: 502,
      message: expect.stringMatching(/No adapter found/),
    });
  });

  test("over a conversation that is too long is the asker's", async () => {
    const messages = [{ role: "user", content: "word ".repeat(1_200) }] as const;
    const answer = client.chat.completions.create({ ...ask(1), messages: [...messages] });
    await expect(answer).rejects.toMatchObject({
      status: 400,
      param: "messages",
      code: "context_length_exceeded",
    });
  });

  test("over a question whose longest answer would not fit becomes the answer that fits", async () => {
    const messages = [{ role: "user", content: "word ".repeat(970).trim() }] as const;
    const answer = await client.chat.completions.create({ ...ask(1), messages: [...messages] });
    expect(answer.usage).toMatchObject({ prompt_tokens: 970, completion_tokens: 8 });
    expect(vllm.completions.map(({ max_tokens }) => max_tokens)).toEqual([64, undefined]);
  });

  test("to take an adapter of a high rank is told as this server's, with what to look at", async () => {
    vllm.highestRank = 0;
    await expect(client.chat.completions.create(ask(1))).rejects.toMatchObject({
      status: 502,
      code: "vllm-refused",
      message: expect.stringMatching(/max_lora_rank 0.*--max-lora-rank/s),
    });
  });

  test("to say anything is told after a while", async () => {
    await chat.stop();
    await connect("secret", { silenceMs: 300 });
    vllm.beforeWord = () => new Promise(() => undefined);
    await expect(client.chat.completions.create(ask(1))).rejects.toMatchObject({
      status: 503,
      code: "vllm-silent",
    });
    expect(chat.usage.list(0, 10)).toEqual([]);
  });

  test("that lasts is told in words, and nothing is recorded", async () => {
    await client.models.list();
    await vllm.stop();
    await expect(client.chat.completions.create(ask(1))).rejects.toMatchObject({
      status: 503,
      code: "vllm-unreachable",
    });
    expect(chat.usage.list(0, 10)).toEqual([]);
    vllm = await VllmServer.start();
  });

  test("to take the key is told to the asker without the key", async () => {
    await chat.stop();
    await connect("another");
    const answer = client.models.list();
    await expect(answer).rejects.toMatchObject({ status: 500, code: "vllm-key" });
    await expect(answer).rejects.not.toThrow(/another|secret/);
  });
});
