import { Problem } from "@openledger/sdk/problem";
import { fetchAnswer } from "./gateway.ts";

/** One page of a list, as the index answers it. */
export type Page<T> = { items: T[]; totalCount: number };

/** Ask the index. Numbers beyond 2^53 come as decimal strings, which the callers turn into bigints. */
export async function askIndex<T>(
  query: string,
  variables: Record<string, unknown> = {},
  signal?: AbortSignal,
): Promise<T> {
  const response = await fetchAnswer("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? null,
  });
  const answer = (await response.json()) as { data?: T; errors?: { message: string }[] };
  const fault = answer.errors?.[0];
  if (fault || !answer.data) {
    throw new Problem(
      "index",
      `The index could not answer: ${fault?.message ?? "it sent no data"}.`,
      "It may still be reading the chain. Try again in a moment.",
    );
  }
  return answer.data;
}
