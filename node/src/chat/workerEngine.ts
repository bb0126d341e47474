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
  readonly #dtype: string | null;
  #fingerprint: Promise<string> | undefined;

  /** @param dtype What answers are computed with; left out, what the worker's device does well. */
  constructor(worker: PythonWorker, bases: LocalBases, dtype?: "float32" | "bfloat16") {
    this.#worker = worker;
    this.#bases = bases;
    this.#dtype = dtype ?? null;
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
        {
          base,
          adapterPath: model.adapter?.path ?? null,
          // The answer will name this digest: whatever lies in the folder meanwhile must have it.
          adapterDigest: model.adapter?.digest ?? null,
          messages,
          quantization: null,
          dtype: this.#dtype,
          ...sampling,
        },
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

  /** Of what the worker computes with: other versions, devices or numbers may draw another answer from the same seed. */
  fingerprint(): Promise<string> {
    this.#fingerprint ??= Promise.all([
      this.#worker.request("ping", {}),
      this.#worker.request("serving", { dtype: this.#dtype }),
    ])
      .then((told) => createHash("sha256").update(JSON.stringify(told)).digest("hex"))
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
