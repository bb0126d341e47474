/** The third act: a question to the released model, beside its base. */

import { setTimeout as sleep } from "node:timers/promises";

/** Both answers to a question. */
export interface Conversation {
  question: string;
  base: string;
  tuned: string;
}

const question =
  "A farmer has 12 hens. Each hen lays 3 eggs a day. How many eggs does the farmer collect in a week?";

/** Asks a release through the gateway and waits for both answers. */
export async function converse(
  gateway: string,
  release: number,
  patienceSeconds = 60,
): Promise<Conversation> {
  const response = await fetch(`${gateway}/chat/v1/answers`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ release, question, maxTokens: 64, temperature: 0, seed: 1 }),
  });
  if ([404, 503].includes(response.status) && patienceSeconds > 0) {
    // The chat learns of a release from the chain, a moment after the index, and then fetches its adapter.
    await sleep(1000);
    return converse(gateway, release, patienceSeconds - 1);
  }
  if (!response.ok)
    throw new Error(`The chat answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  const text = await response.text();
  const done = text.split(/\r?\n\r?\n/).find((message) => /^event: ?done$/m.test(message));
  const data = done ? /^data: ?(.*)$/m.exec(done)?.[1] : undefined;
  if (!data) throw new Error(`The chat ended without an answer: ${text.slice(-300)}`);
  const { base, tuned } = JSON.parse(data) as { base: string; tuned: string };
  return { question, base, tuned };
}
