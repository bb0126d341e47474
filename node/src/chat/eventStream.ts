import type { ServerResponse } from "node:http";

const KEEP_ALIVE_MS = 15_000;
/** After this long without a word the answer's headers are sent, so that nobody on the way gives up. */
const HEADERS_AFTER_MS = 10_000;

/**
 * A stream of server-sent events whose headers wait for the first event: what fails before is an ordinary answer with its
 * status.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #headers: Record<string, string>;
  readonly #left = new AbortController();
  readonly #timers: NodeJS.Timeout[];

  constructor(response: ServerResponse, headers: Record<string, string>) {
    this.#response = response;
    this.#headers = headers;
    response.once("close", () => this.#left.abort());
    this.#timers = [
      setTimeout(() => this.begin(), HEADERS_AFTER_MS),
      setInterval(() => {
        if (response.headersSent) this.#write(":\n\n");
      }, KEEP_ALIVE_MS),
    ];
  }

  /** Aborts when the reader leaves. */
  get signal(): AbortSignal {
    return this.#left.signal;
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
    this.#response.writeHead(status, { "content-type": "application/json", ...this.#headers, ...headers });
    this.#response.write(JSON.stringify(body));
  }

  /** Nothing more comes. */
  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#response.end();
  }

  #write(text: string): void {
    if (!this.#response.writableEnded && !this.#response.destroyed) this.#response.write(text);
  }
}
