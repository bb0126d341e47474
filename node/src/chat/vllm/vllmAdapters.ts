import type { Hex } from "viem";
import { ApiRefusal } from "../openai/apiRefusal.ts";
import { type VllmApi, VllmRefusal } from "./vllmApi.ts";

/** Adapters of this server begin so in vLLM's list; what follows is the digest of the weights. */
const PREFIX = "openledger-";

/** Whether a name in vLLM's list is an adapter that a chat server registered. */
export function isOwnAdapter(name: string): boolean {
  return name.startsWith(PREFIX);
}

/**
 * The adapters that are registered with a vLLM server: on demand, and at most so many; the one that was asked longest ago
 * leaves. They are named by their digests, so that a name never stands for other weights, whoever registered it.
 */
export class VllmAdapters {
  readonly #api: VllmApi;
  readonly #most: number;
  /** In the order in which they were asked. */
  readonly #ready = new Map<string, { loaded: Promise<void>; users: number }>();
  #found: Promise<void> | undefined;

  constructor(api: VllmApi, most: number) {
    this.#api = api;
    this.#most = most;
  }

  /** Do something with an adapter, which stays registered meanwhile. */
  async using<Result>(digest: Hex, path: string, work: (name: string) => Promise<Result>): Promise<Result> {
    await this.#findEarlier();
    const name = `${PREFIX}${digest.slice(2)}`;
    const entry = this.#ready.get(name) ?? { loaded: this.#load(name, path), users: 0 };
    this.#ready.delete(name);
    this.#ready.set(name, entry);
    entry.users++;
    try {
      await entry.loaded;
      return await work(name);
    } catch (error) {
      // What could not be registered is tried anew by the next question.
      await entry.loaded.catch(() => {
        if (this.#ready.get(name) === entry) this.#ready.delete(name);
      });
      throw error;
    } finally {
      entry.users--;
    }
  }

  /** vLLM does not know an adapter any more, as after its restart. */
  forget(digest: Hex): void {
    this.#ready.delete(`${PREFIX}${digest.slice(2)}`);
  }

  async #load(name: string, path: string): Promise<void> {
    for (;;) {
      const others = [...this.#ready].filter(([other]) => other !== name);
      if (others.length < this.#most) break;
      const [idle] = others.find(([, { users }]) => users === 0) ?? [];
      if (idle === undefined) {
        throw ApiRefusal.ofServer(
          503,
          `All ${this.#most} adapters that fit are in use. Ask again in a moment.`,
          "busy",
        );
      }
      this.#ready.delete(idle);
      // One that vLLM has let go of by itself it cannot unload: that is no reason to leave this question.
      await this.#api.unloadAdapter(idle).catch(passOverRefusal);
    }
    await this.#api.loadAdapter(name, path).catch(explainRefusal);
  }

  /** What an earlier run of this server registered counts, and leaves first. */
  #findEarlier(): Promise<void> {
    this.#found ??= this.#api
      .models()
      .then((models) => {
        for (const { id } of models) {
          if (isOwnAdapter(id)) this.#ready.set(id, { loaded: Promise.resolve(), users: 0 });
        }
      })
      .catch((error: unknown) => {
        this.#found = undefined;
        throw error;
      });
    return this.#found;
  }
}

function passOverRefusal(error: unknown): void {
  if (!(error instanceof VllmRefusal)) throw error;
}

/** Nothing that an asker wrote is at fault when vLLM does not take an adapter. */
function explainRefusal(error: unknown): never {
  if (!(error instanceof VllmRefusal) || [401, 403, 429, 503].includes(error.status)) throw error;
  throw ApiRefusal.ofServer(
    502,
    `The vLLM server behind this one does not take the adapter: ${error.message} It has to be started with --enable-lora, VLLM_ALLOW_RUNTIME_LORA_UPDATING=True and a --max-lora-rank that is high enough, and to find the folder of adapters (VLLM_ADAPTERS_DIR).`,
    "vllm-refused",
  );
}
