import { createHash } from "node:crypto";
import type { LocalBases } from "../worker/localBases.ts";
import { type PythonWorker, WorkerGoneError } from "../worker/pythonWorker.ts";
import type {
  Attributed,
  ChatEngine,
  ChatMessage,
  ChatModel,
  Generated,
  Sampling,
  ServableBase,
} from "./chatEngine.ts";
import { ApiRefusal } from "./openai/apiRefusal.ts";

type GenerateOptions = { onText: (text: string) => void; signal: AbortSignal };

/** Answers with the bases on this machine, in the node's own Python worker. */
export class WorkerEngine implements ChatEngine {
  readonly #worker: PythonWorker;
  readonly #bases: LocalBases;
  #fingerprint: Promise<string> | undefined;

  constructor(worker: PythonWorker, bases: LocalBases) {
    this.#worker = worker;
    this.#bases = bases;
  }

  async bases(): Promise<readonly ServableBase[]> {
    return (await this.#bases.described()).map(({ name, baseDigest, since }) => ({
      name,
      baseDigest,
      created: Math.floor(since.getTime() / 1000),
    }));
  }

  async generate(
    model: ChatModel,
    messages: readonly ChatMessage[],
    sampling: Sampling,
    { onText, signal }: GenerateOptions,
  ): Promise<Generated> {
    const base = await this.#basePath(model);
    let hasBegun = false;
    const ask = () =>
      this.#worker.request<Generated>(
        "generate",
        { base, adapterPath: model.adapter?.path ?? null, messages, quantization: null, ...sampling },
        {
          signal,
          onEvent: (event, data) => {
            if (event !== "token") return;
            hasBegun = true;
            onText(String(data.text));
          },
        },
      );
    try {
      return await ask();
    } catch (error) {
      // A worker that died takes all answers along; one that nobody has seen a word of is begun again.
      if (!(error instanceof WorkerGoneError) || hasBegun || signal.aborted) throw error;
      return ask();
    }
  }

  async attribute(
    model: ChatModel,
    indexPath: string,
    messages: readonly ChatMessage[],
    answer: string,
    signal: AbortSignal,
  ): Promise<Attributed> {
    const base = await this.#basePath(model);
    const params = { base, adapterPath: model.adapter?.path ?? null, indexPath, messages, answer };
    return this.#worker.request<Attributed>("attribute", params, { signal });
  }

  /** Of the versions that the worker computes with: other ones may draw another answer from the same seed. */
  fingerprint(): Promise<string> {
    this.#fingerprint ??= this.#worker
      .request<{ versions: Record<string, string> }>("ping", {})
      .then(({ versions }) => createHash("sha256").update(JSON.stringify(versions)).digest("hex"))
      .catch((error: unknown) => {
        this.#fingerprint = undefined;
        throw error;
      });
    return this.#fingerprint;
  }

  warm(): void {
    // The seconds that the worker takes to load have then passed when the first question comes.
    this.#bases
      .claimed()
      .then((digests) => Promise.all(digests.map((digest) => this.#bases.find(digest))))
      .catch(() => undefined);
  }

  stop(): Promise<void> {
    return this.#worker.stop();
  }

  async #basePath({ id, base }: ChatModel): Promise<string> {
    const found = base.baseDigest === undefined ? undefined : await this.#bases.find(base.baseDigest);
    if (found !== undefined) return found.path;
    throw ApiRefusal.ofServer(
      503,
      `The files of ${base.name}, the base of ${id}, are not the ones that its digest names.`,
      "wrong-base",
    );
  }
}
