import type { ServerResponse } from "node:http";

const KEEP_ALIVE_MS = 15_000;
/** After this long without a word the answer's headers are sent, so that nobody on the way gives up. */
const HEADERS_AFTER_MS = 10_000;
/** A reader who leaves this much unread, several whole answers, is taken as gone. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;

/** Aborts when the reader of a response leaves; at once when they have left before anybody looked. */
export function leavingOf(response: ServerResponse): AbortSignal {
  const left = new AbortController();
  if (response.destroyed) left.abort();
  else response.once("close", () => left.abort());
  return left.signal;
}

/**
 * A stream of server-sent events whose headers wait for the first event: what fails before is an ordinary answer with its
 * status.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #headers: Record<string, string>;
  readonly #left: AbortSignal;
  readonly #timers: NodeJS.Timeout[];

  constructor(response: ServerResponse, headers: Record<string, string>) {
    this.#response = response;
    this.#headers = headers;
    this.#left = leavingOf(response);
    this.#timers = [
      setTimeout(() => this.begin(), HEADERS_AFTER_MS),
      setInterval(() => {
        if (response.headersSent) this.#write(":\n\n");
      }, KEEP_ALIVE_MS),
    ];
  }

  /** Aborts when the reader leaves. */
  get signal(): AbortSignal {
    return this.#left;
  }

  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  /** Send the headers. */
  begin(): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    this.#response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      ...this.#headers,
    });
  }

  /** Send an event; one without a name is a message. */
  send(data: unknown, event?: string): void {
    this.begin();
    const name = event === undefined ? "" : `event: ${event}\n`;
    this.#write(`${name}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
  }

  /** Answer with a status instead, before anything was sent. */
  refuse(status: number, headers: Record<string, string>, body: unknown): void {
    if (this.#response.destroyed) return;
    this.#response.writeHead(status, { "content-type": "application/json", ...this.#headers, ...headers });
    this.#response.write(JSON.stringify(body));
  }

  /** Nothing more comes. */
  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#response.end();
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(text);
    if (this.#response.writableLength > MOST_UNREAD_BYTES) this.#response.destroy();
  }
}
