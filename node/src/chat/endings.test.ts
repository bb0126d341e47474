/** How answers end that do not come to their own end: askers who leave or do not read, a server that stops, damaged files. */
import { once } from "node:events";
import { get, request } from "node:http";
import OpenAI from "openai";
import { afterEach, expect, test } from "vitest";
import { startChat, TEST_BASE } from "../testing/chatServer.ts";
import { WorkerError } from "../worker/pythonWorker.ts";
import type { ChatEngine, Generated } from "./chatEngine.ts";

/** An engine whose answers a test gives. */
function engineOf(parts: Partial<ChatEngine> & Pick<ChatEngine, "generate">): ChatEngine {
  return {
    bases: async () => [{ ...TEST_BASE, created: 0 }],
    fingerprint: async () => "by a test",
    warm: () => undefined,
    stop: async () => undefined,
    ...parts,
  };
}

/** Writes a piece again and again until nobody wants more. */
async function endless(
  piece: string,
  { onText, signal }: { onText: (text: string) => void; signal: AbortSignal },
): Promise<Generated> {
  while (!signal.aborted) {
    onText(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new WorkerError({ code: "cancelled", message: "The work was cancelled.", next: "" });
}

const body = (stream: boolean) => ({
  model: "release-1",
  messages: [{ role: "user" as const, content: "Tell me." }],
  stream,
});
let chat: Awaited<ReturnType<typeof startChat>>;
let isStopped = false;
const start = async (engine: ChatEngine) => {
  isStopped = false;
  chat = await startChat({ engine: () => engine });
  return new OpenAI({ apiKey: "any", baseURL: `${chat.url}/v1`, maxRetries: 0 });
};
afterEach(() => (isStopped ? undefined : chat.stop()));

/** A request whose answer is not read. */
function send(stream: boolean) {
  const sent = request(`${chat.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  sent.on("error", () => undefined);
  sent.end(JSON.stringify(body(stream)));
  return sent;
}

test.each([true, false])(
  "whoever leaves before the answer has begun is not answered (streamed: %s)",
  async (stream) => {
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
    const { promise: ready, resolve: isReady } = Promise.withResolvers<string>();
    const { promise: signals, resolve: tell } = Promise.withResolvers<AbortSignal>();
    await start(
      engineOf({
        // The software that answers is still loading.
        fingerprint: () => {
          isAsked();
          return ready;
        },
        generate: (_model, _messages, _sampling, options) => {
          tell(options.signal);
          return endless("x", options);
        },
      }),
    );
    const sent = send(stream);
    await asked;
    sent.destroy();
    // The server has seen it once it answers somebody who asked later.
    const [answer] = await once(get(`${chat.url}/healthz`), "response");
    answer.resume();
    await once(answer, "end");
    isReady("now");
    expect((await signals).aborted).toBe(true);
  },
);

test("whoever does not read an endless answer is taken as gone", async () => {
  let wasLeft = false;
  await start(
    engineOf({
      generate: (_model, _messages, _sampling, options) => {
        options.signal.addEventListener("abort", () => {
          wasLeft = true;
        });
        return endless("word ".repeat(20_000), options);
      },
    }),
  );
  const sent = send(true);
  const [answer] = await once(sent, "response");
  answer.on("error", () => undefined);
  answer.pause();
  await expect.poll(() => wasLeft, { timeout: 60_000 }).toBe(true);
  sent.destroy();
});

test("a server that stops says so in every stream, and records what was sent", async () => {
  const client = await start(
    engineOf({ generate: (_model, _messages, _sampling, options) => endless("word ", options) }),
  );
  const stream = await client.chat.completions.create({ ...body(true), stream: true });
  let stopping: Promise<void> | undefined;
  const reading = async () => {
    for await (const { choices } of stream) {
      if (choices[0]?.delta.content) stopping ??= chat.stop({ keep: true });
    }
  };
  await expect(reading()).rejects.toMatchObject({ code: "stopping", message: /stopping/ });
  await stopping;
  isStopped = true;
  const again = await startChat({ folder: chat.folder });
  expect(again.usage.list(0, 9).map(({ record }) => record.finishReason)).toEqual(["cancelled"]);
  await again.stop();
});

test("an adapter whose files are damaged gives no answer, and is fetched again", async () => {
  const client = await start(
    engineOf({
      generate: async () => {
        throw new WorkerError({ code: "bad-adapter", message: "Its sha256 is another.", next: "" });
      },
    }),
  );
  const answer = client.chat.completions.create({ ...body(false), stream: false });
  await expect(answer).rejects.toMatchObject({ status: 503, code: "bad-adapter" });
  await expect(client.chat.completions.create({ ...body(false), stream: false })).rejects.toMatchObject({
    status: 503,
    code: "model_not_ready",
  });
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(["release-2", TEST_BASE.name]);
});
