import { Problem } from "@openledger/sdk/problem";

/** Turn a failed answer of the gateway into an {@link Problem}, whatever its body is. */
export function explainAnswer(status: number, body: string): Problem {
  try {
    const parsed = JSON.parse(body) as {
      code?: unknown;
      sentence?: unknown;
      message?: unknown;
      next?: unknown;
      error?: { message?: unknown; code?: unknown };
    };
    // The chat API answers in the shape of the OpenAI API, everything else in the node's own.
    const { error } = parsed;
    const sentence = parsed.sentence ?? error?.message ?? parsed.message;
    if (typeof sentence === "string") {
      // A sentence of the chat API tells itself what to do.
      const fallback = error === undefined ? "Try again in a moment." : "";
      const next = typeof parsed.next === "string" ? parsed.next : fallback;
      return new Problem(String(parsed.code ?? error?.code ?? status), sentence, next);
    }
  } catch {
    // Not JSON: an intermediary answered. The sentence below says what is known.
  }
  if (status === 404)
    return new Problem("404", "The gateway does not know this.", "Check the address of the page.");
  if (status === 413) {
    return new Problem(
      "413",
      "What was sent is larger than the gateway takes.",
      "Send smaller or fewer files.",
    );
  }
  return new Problem(
    String(status),
    `The gateway answered with status ${status}.`,
    "Try again in a moment; if it stays, ask whoever runs the gateway.",
  );
}

/** The error for a request that no answer came to. */
export function unreachable(cause: unknown): Problem {
  return new Problem(
    "unreachable",
    "The gateway did not answer.",
    "Check your connection and that the gateway is running, then try again.",
    { cause },
  );
}

/** Fetch from the same origin; anything but success becomes an {@link Problem}. */
export async function fetchAnswer(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (cause) {
    if (init?.signal?.aborted) throw cause;
    throw unreachable(cause);
  }
  if (!response.ok) throw explainAnswer(response.status, await response.text());
  return response;
}

/** GET a JSON document of the gateway. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await fetchAnswer(path, {
    headers: { accept: "application/json" },
    signal: signal ?? null,
  });
  return (await response.json()) as T;
}

/** POST a JSON document to the gateway. Bigints go as decimal strings. */
export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const response = await fetchAnswer(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body, (_key, value) => (typeof value === "bigint" ? value.toString() : value)),
    signal: signal ?? null,
  });
  return (await response.json()) as T;
}
