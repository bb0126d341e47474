import pRetry, { AbortError } from "p-retry";
import type { Logger } from "pino";
import { Webhook } from "standardwebhooks";
import type { Notice, Notices } from "./notices.ts";

/** What delivering notices takes. */
export interface WebhookParts {
  notices: Notices;
  url: string;
  /** Signs what is sent, so that the receiver knows who sent it. */
  secret: string;
  log: Logger;
  signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;
/** Within one round; between rounds the wait doubles from a minute to an hour. */
const RETRIES = { retries: 3, minTimeout: 500, factor: 3 } as const;
const LEAST_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 3600;

/**
 * Gives notices to a web hook in their order, signed after the Standard Webhooks specification
 * (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body, in the header `webhook-signature`. A notice is
 * kept on disk until the receiver answers 2xx; its id comes with every try, so that a receiver can tell repetitions.
 */
export class WebhookSender {
  readonly #parts: WebhookParts;
  readonly #webhook: Webhook;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
    this.#webhook = new Webhook(parts.secret, { format: "raw" });
  }

  /** Deliver what is due. Call it in a poll. */
  async round(): Promise<void> {
    const { notices, log } = this.#parts;
    for (let due = notices.due(); due !== undefined && !this.#parts.signal.aborted; due = notices.due()) {
      const { notice, attempts } = due;
      try {
        await this.#deliver(notice);
        notices.markDelivered(notice.id);
        log.debug({ id: notice.id }, "notice delivered");
      } catch (error) {
        if (this.#parts.signal.aborted) return;
        const wait = Math.min(LONGEST_WAIT_SECONDS, LEAST_WAIT_SECONDS * 2 ** Math.min(attempts, 10));
        notices.postpone(notice.id, wait);
        log.warn(
          { id: notice.id, attempts: attempts + 1, waitSeconds: wait, err: error },
          "notice not delivered",
        );
        return;
      }
    }
  }

  async #deliver(notice: Notice): Promise<void> {
    const { url, signal } = this.#parts;
    const body = JSON.stringify({
      type: `vote.${notice.kind}`,
      timestamp: new Date(notice.at * 1000).toISOString(),
      data: notice,
    });
    await pRetry(
      async () => {
        const now = new Date();
        const response = await fetch(url, {
          method: "POST",
          // A redirect would carry the notice to where nobody asked it to go.
          redirect: "error",
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
          headers: {
            "content-type": "application/json",
            "user-agent": "openledger-node",
            "idempotency-key": notice.id,
            "webhook-id": notice.id,
            "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
            "webhook-signature": this.#webhook.sign(notice.id, now, body),
          },
          body,
        });
        await response.body?.cancel();
        if (response.ok) return;
        const error = new Error(`The web hook answered ${response.status}.`);
        // What the receiver does not want now it will not want in a second either.
        throw response.status >= 400 && response.status < 500 && response.status !== 429
          ? new AbortError(error)
          : error;
      },
      { ...RETRIES, signal },
    );
  }
}
