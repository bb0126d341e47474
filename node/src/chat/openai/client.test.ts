/** The official client of the OpenAI API against this server, as its users have it. */
import { verifyUsageRecords } from "@openledger/sdk/usageRecord";
import OpenAI, {
  APIConnectionError,
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  adapterDigestOf,
  startChat,
  TEST_BASE,
  TEST_DATASET,
  TEST_DOMAIN,
} from "../../testing/chatServer.ts";

type Chat = Awaited<ReturnType<typeof startChat>>;

const clientOf = ({ url }: Chat, apiKey = "anything") =>
  new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
const ask = (content: string, more: object = {}) => ({
  model: "release-2",
  messages: [{ role: "user", content } as const],
  ...more,
});
async function all<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
/** What this server adds to an answer. */
const openledgerOf = (answer: object) => (answer as { openledger: Record<string, unknown> }).openledger;

let chat: Chat;
let client: OpenAI;
beforeAll(async () => {
  chat = await startChat();
  client = clientOf(chat);
});
afterAll(() => chat.stop());

test("models are the releases, the newest first, and the bases", async () => {
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toEqual(["release-2", "release-1", "tiny"]);
  expect(await client.models.retrieve("release-1")).toMatchObject({
    id: "release-1",
    object: "model",
    owned_by: "model-1",
    openledger: { release: 1, adapterDigest: adapterDigestOf(1), datasets: [TEST_DATASET] },
  });
  expect(await client.models.retrieve("tiny")).toMatchObject({
    owned_by: "base",
    openledger: { release: null },
  });
});

describe("a completion", () => {
  test("has text, token counts, the reason of its end, and names what gave it", async () => {
    const { data, response } = await client.chat.completions
      .create(ask("How many eggs?", { temperature: 0 }))
      .withResponse();
    const [choice] = data.choices;
    expect(choice).toMatchObject({ index: 0, finish_reason: "stop", message: { role: "assistant" } });
    expect(choice?.message.content).toMatch(/^( \w+){12}$/);
    expect(data.usage).toEqual({ prompt_tokens: 3, completion_tokens: 12, total_tokens: 15 });
    expect(data.system_fingerprint).toMatch(/^fp_[0-9a-f]{12}$/);
    expect(openledgerOf(data)).toMatchObject({
      release: 2,
      model: 1,
      base: TEST_BASE.name,
      baseDigest: TEST_BASE.baseDigest,
      adapterDigest: adapterDigestOf(2),
      datasets: [TEST_DATASET],
      usageRecord: chat.usage.list(0, 500).at(-1)?.digest,
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "openledger-release": "2",
      "openledger-adapter-digest": adapterDigestOf(2),
      "openledger-datasets": `1:20:${TEST_DATASET.versionHead}`,
      "x-ratelimit-limit-requests": "1000",
    });
  });

  test("streams the same text in chunks, the numbers last", async () => {
    const whole = await client.chat.completions.create(ask("Which days?", { seed: 5 }));
    const stream = await client.chat.completions.create({
      ...ask("Which days?", { seed: 5 }),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await all(stream);
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", content: "" });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(openledgerOf(chunks.at(-1) ?? {})).toMatchObject({ release: 2, seed: 5 });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  });

  test("ends at its longest, or before a stop text", async () => {
    const short = await client.chat.completions.create(
      ask("Say much.", { seed: 1, max_completion_tokens: 3 }),
    );
    expect(short.choices[0]?.finish_reason).toBe("length");
    expect(short.usage?.completion_tokens).toBe(3);
    const whole = await client.chat.completions.create(ask("Say much.", { seed: 1 }));
    const text = whole.choices[0]?.message.content ?? "";
    const stop = text.split(" ")[6] ?? "";
    for (const given of [stop, [stop, "never"]]) {
      const stopped = await client.chat.completions.create(ask("Say much.", { seed: 1, stop: given }));
      expect(stopped.choices[0]?.message.content).toBe(text.slice(0, text.indexOf(stop)));
      expect(stopped.choices[0]?.finish_reason).toBe("stop");
    }
  });

  test("is the same again with its seed, which is named where none was given", async () => {
    const textOf = async (seed?: number) => {
      const answer = await client.chat.completions.create(
        ask("Tell me.", seed === undefined ? {} : { seed }),
      );
      return { text: answer.choices[0]?.message.content, seed: openledgerOf(answer).seed as number };
    };
    expect(await textOf(7)).toEqual(await textOf(7));
    expect((await textOf(8)).text).not.toBe((await textOf(7)).text);
    const drawn = await textOf();
    expect(await textOf(drawn.seed)).toEqual(drawn);
  });

  test("knows the turns before it, system messages and texts in parts", async () => {
    const turns = [
      { role: "developer", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "Two " },
          { type: "text", text: "parts" },
        ],
      },
      { role: "assistant", content: "So?" },
      { role: "user", content: "And now?" },
    ] as const;
    const messages = turns.map((turn) => ({ ...turn })) as never;
    const answer = await client.chat.completions.create({ model: "tiny", messages, temperature: 0 });
    const alone = await client.chat.completions.create({ ...ask("And now?"), model: "tiny", temperature: 0 });
    expect(answer.usage?.prompt_tokens).toBeGreaterThan(alone.usage?.prompt_tokens ?? 0);
    expect(answer.choices[0]?.message.content).not.toBe(alone.choices[0]?.message.content);
    expect(openledgerOf(answer)).toMatchObject({ release: null, adapterDigest: null });
  });
});

test("an answer as the client's own stream gathers it can be sent back in the next question", async () => {
  const gathered = await client.chat.completions.stream(ask("First?", { seed: 3 })).finalChatCompletion();
  const [choice] = gathered.choices;
  expect(choice).toMatchObject({ finish_reason: "stop", message: { content: expect.stringMatching(/\w/) } });
  const messages = [
    { role: "user" as const, content: "First?" },
    choice?.message as OpenAI.ChatCompletionMessage,
    { role: "user" as const, content: "Second?" },
  ];
  const next = await client.chat.completions.create({ model: "release-2", messages, seed: 3 });
  expect(next.usage?.prompt_tokens).toBeGreaterThan(12);
});

describe("a refusal", () => {
  const refusalOf = async (body: object) => {
    const error = await client.chat.completions.create(body as never).catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(APIError);
    return error as APIError;
  };

  test("of an unknown model is NotFoundError", async () => {
    const error = await refusalOf({ ...ask("?"), model: "release-99" });
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ code: "model_not_found", param: "model" });
    await expect(client.models.retrieve("nothing/here")).rejects.toBeInstanceOf(NotFoundError);
  });

  test.each([
    [{ n: 2 }, "n", "unsupported_parameter"],
    [{ logprobs: true }, "logprobs", "unsupported_parameter"],
    [{ tools: [{ type: "function", function: { name: "f" } }] }, "tools", "unsupported_parameter"],
    [{ response_format: { type: "json_object" } }, "response_format", "unsupported_parameter"],
    [{ logit_bias: { "5": 1 } }, "logit_bias", "unsupported_parameter"],
    [{ presence_penalty: 0.5 }, "presence_penalty", "unsupported_parameter"],
    [{ logit_bias: 5 }, "logit_bias", "unsupported_parameter"],
    [{ best_of: 2 }, "best_of", "unknown_parameter"],
    [{ toString: 1 }, "toString", "unknown_parameter"],
    [{ temperature: 3 }, "temperature", "invalid_value"],
    [{ max_tokens: 0 }, "max_tokens", "invalid_value"],
    [{ max_tokens: 5_000 }, "max_tokens", "invalid_value"],
    [{ stop: ["a", "b", "c", "d", "e"] }, "stop", "invalid_value"],
    [{ seed: 1.5 }, "seed", "invalid_value"],
    [{ stream_options: { include_usage: true } }, "stream_options", "invalid_value"],
    [{ messages: [] }, "messages", "invalid_value"],
    [{ messages: undefined }, "messages", "missing_required_parameter"],
    [{ messages: [{ role: "tool", content: "x" }] }, "messages[0].role", "invalid_value"],
    [
      { messages: [{ role: "user", content: [{ type: "image_url" }] }] },
      "messages[0].content",
      "invalid_value",
    ],
    [{ messages: [{ role: "assistant", content: "x" }] }, "messages", "invalid_value"],
    [{ messages: [{ role: "user", content: "half \ud83d" }] }, "messages[0].content", "invalid_value"],
    [{ stop: "\udc00" }, "stop", "invalid_value"],
  ])("of %o names the parameter", async (wrong, param, code) => {
    const error = await refusalOf({ ...ask("?"), ...wrong });
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ param, code, type: "invalid_request_error" });
  });

  test("leaves parameters alone that ask for nothing", async () => {
    const nothing = {
      n: 1,
      logprobs: false,
      tools: [],
      presence_penalty: 0,
      user: "me",
      metadata: {},
      stop: null,
    };
    await client.chat.completions.create(ask("?", nothing) as never);
  });

  test("of what the OpenAI API has and this server does not is in its shape too", async () => {
    const wanted = client.embeddings.create({ model: "tiny", input: "x" });
    await expect(wanted).rejects.toMatchObject({ status: 404, code: "unknown_url" });
    await expect(wanted).rejects.toBeInstanceOf(NotFoundError);
  });

  test("of a conversation that is too long says so, before a stream begins too", async () => {
    const long = "word ".repeat(2_001);
    for (const stream of [false, true]) {
      const error = await refusalOf({ ...ask(long), stream });
      expect(error).toMatchObject({ status: 400, code: "context_length_exceeded", param: "messages" });
    }
    const error = await refusalOf(ask("x".repeat(200_001)));
    expect(error).toMatchObject({ status: 400, param: "messages" });
    expect((await refusalOf(ask("x".repeat(2_000_000)))).status).toBe(413);
  });

  test("of a body that is no JSON object has the same shape", async () => {
    for (const body of ["[]", "{", '"x"']) {
      const response = await fetch(`${chat.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { error: { type: "invalid_request_error" } },
      ]);
    }
  });
});

test("many answers are given beside each other", async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, seed) =>
      client.chat.completions.create(ask("At once?", { seed, max_tokens: 5 })),
    ),
  );
  expect(answers.every(({ usage }) => usage?.completion_tokens === 5)).toBe(true);
});

test("a worker that dies is started again, and the question that killed it fails in words", async () => {
  await expect(client.chat.completions.create(ask("die"))).rejects.toBeInstanceOf(InternalServerError);
  await client.chat.completions.create(ask("Still there?"));
});

test("whoever leaves a stream stops the model, and the part that they had is recorded", async () => {
  const before = chat.usage.list(0, 500).length;
  const stream = await client.chat.completions.create({
    ...ask("Talk for ever.", { max_tokens: 4_096 }),
    stream: true,
  });
  let words = 0;
  for await (const _chunk of stream) if (++words === 6) break;
  await expect.poll(() => chat.usage.list(0, 500).length).toBe(before + 1);
  const { record } = chat.usage.list(before, 1)[0] ?? {};
  expect(record).toMatchObject({ finishReason: "cancelled", release: 2 });
  expect(record?.completionTokens).toBeGreaterThanOrEqual(5);
  expect(record?.completionTokens).toBeLessThan(4_096);
});

test("every answer has its record, in one chain that anybody can check", async () => {
  const records = chat.usage.list(0, 500);
  expect(await verifyUsageRecords({ ...TEST_DOMAIN, records })).toMatchObject({ ok: true });
  expect(records.every(({ record }) => record.server === chat.server)).toBe(true);
});

describe("keys", () => {
  let closed: Chat;
  beforeAll(async () => {
    closed = await startChat({
      areKeysRequired: true,
      limits: { requestsPerMinute: 5, tokensPerMinute: 100 },
    });
  });
  afterAll(() => closed.stop());

  test("a wrong one, a revoked one and none are AuthenticationError; too many of them RateLimitError", async () => {
    const { key, entry } = closed.keys.create({ name: "gone" });
    closed.keys.revoke(entry.id);
    for (const wrong of ["sk-wrong", key]) {
      const error = await clientOf(closed, wrong)
        .models.list()
        .catch((fault: unknown) => fault);
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error).toMatchObject({ code: "invalid_api_key" });
    }
    const plain = await fetch(`${closed.url}/v1/models`);
    expect(plain.status).toBe(401);
    for (let wrong = 0; wrong < 2; wrong++) {
      await expect(clientOf(closed, "sk-guess").models.list()).rejects.toBeInstanceOf(AuthenticationError);
    }
    await expect(clientOf(closed, "sk-guess").models.list()).rejects.toBeInstanceOf(RateLimitError);
  });

  test("is asked for before a body is read", async () => {
    const { status } = await fetch(`${closed.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${"olk-x"}` },
      body: "x".repeat(2_000_000),
    });
    expect([401, 429]).toContain(status);
  });

  test("limits count for each key: requests, and tokens as they were used", async () => {
    const user = `0x${"cd".repeat(20)}` as const;
    const { key } = closed.keys.create({ name: "mine", user, requestsPerMinute: 3 });
    const mine = clientOf(closed, key);
    await mine.chat.completions.create(ask("One?", { max_tokens: 5 }));
    expect(closed.usage.list(0, 500).at(-1)?.record.user.toLowerCase()).toBe(user);
    const tooLong = await mine.chat.completions
      .create(ask("Two?", { max_tokens: 96 }))
      .catch((fault: unknown) => fault);
    expect(tooLong).toBeInstanceOf(RateLimitError);
    expect(tooLong).toMatchObject({ code: "rate_limit_exceeded" });
    expect((tooLong as APIError).headers?.get("retry-after")).toMatch(/^\d+$/);
    await mine.models.list();
    await expect(mine.models.list()).rejects.toBeInstanceOf(RateLimitError);
    // Another key has its own.
    const other = clientOf(closed, closed.keys.create({ name: "other" }).key);
    await other.models.list();
  });

  test("on an open server a key that was ours and is not valid is refused all the same", async () => {
    const { key, entry } = chat.keys.create({ name: "gone" });
    chat.keys.revoke(entry.id);
    await expect(clientOf(chat, key).models.list()).rejects.toBeInstanceOf(AuthenticationError);
  });
});

test("nobody takes more than half of the room", async () => {
  const small = await startChat({ limits: { answersAtOnce: 3 } });
  const [first, second] = ["first", "second"].map((name) =>
    clientOf(small, small.keys.create({ name }).key),
  ) as [OpenAI, OpenAI];
  const endless = { ...ask("Talk for ever.", { max_tokens: 4_096 }), stream: true } as const;
  const streams = [
    await first.chat.completions.create(endless),
    await first.chat.completions.create(endless),
  ];
  await expect(first.chat.completions.create(ask("A third?"))).rejects.toBeInstanceOf(RateLimitError);
  await second.chat.completions.create(ask("And I?"));
  for (const stream of streams) {
    // Breaking off leaves the stream.
    for await (const { choices } of stream) if (choices[0]?.delta.content) break;
  }
  await expect.poll(() => small.usage.list(0, 9).length).toBe(3);
  await first.chat.completions.create(ask("Now?"));
  await small.stop();
});

test("when no room is left an answer is refused at once, and those under way go on", async () => {
  const small = await startChat({ limits: { answersAtOnce: 1 } });
  const busy = clientOf(small);
  const stream = await busy.chat.completions.create({
    ...ask("Talk for ever.", { max_tokens: 30 }),
    stream: true,
  });
  await expect(busy.chat.completions.create(ask("Me too?"))).rejects.toMatchObject({
    status: 503,
    code: "busy",
  });
  expect((await all(stream)).at(-1)?.choices[0]?.finish_reason).toBe("length");
  await small.stop();
  await expect(busy.models.list()).rejects.toBeInstanceOf(APIConnectionError);
});
