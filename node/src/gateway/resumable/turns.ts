import type { Lock, Locker } from "@tus/server";
import { HttpRefusal } from "../../app/httpErrors.ts";

/** Who holds an upload, and how to ask them to let go. */
interface Holder {
  requestRelease: () => void | Promise<void>;
  released: Promise<void>;
  release: () => void;
}

const LONGEST_WAIT_MILLISECONDS = 15_000;

/**
 * One request at a time for each upload. A request that comes asks the one before it to let go: after a lost connection
 * the server may not know yet that nobody is sending any more.
 */
export class UploadTurns implements Locker {
  readonly #holders = new Map<string, Holder>();

  newLock(id: string): Lock {
    return {
      lock: (signal, requestRelease) => this.#take(id, signal, requestRelease),
      unlock: async () => {
        const holder = this.#holders.get(id);
        this.#holders.delete(id);
        holder?.release();
      },
    };
  }

  async #take(id: string, signal: AbortSignal, requestRelease: Holder["requestRelease"]): Promise<void> {
    const until = Date.now() + LONGEST_WAIT_MILLISECONDS;
    for (let holder = this.#holders.get(id); holder !== undefined; holder = this.#holders.get(id)) {
      await holder.requestRelease();
      await within(until - Date.now(), signal, holder.released);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#holders.set(id, { requestRelease, released: promise, release: resolve });
  }
}

/** @throws HttpRefusal when it takes too long, or the request that waits is gone. */
async function within(milliseconds: number, signal: AbortSignal, event: Promise<void>): Promise<void> {
  let stop = () => undefined as unknown;
  const failed = new Promise<never>((_resolve, reject) => {
    const refuse = () => reject(busy());
    const timer = setTimeout(refuse, milliseconds);
    signal.addEventListener("abort", refuse);
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", refuse);
    };
  });
  try {
    await Promise.race([event, failed]);
  } finally {
    stop();
  }
}

function busy(): HttpRefusal {
  return new HttpRefusal(423, {
    code: "upload-busy",
    sentence: "Another request is sending bytes of this upload.",
    next: "Wait until it has ended, then ask for the offset and go on there.",
  });
}
