import { join } from "node:path";
import { readReleased } from "@openledger/sdk/client/readRelease";
import type { JobSpec } from "@openledger/sdk/jobSpec";
import type { Chain } from "../chain/chain.ts";
import type { ContentSources } from "../content/contentSources.ts";
import type { LocalBases } from "../worker/localBases.ts";
import type { PythonWorker } from "../worker/pythonWorker.ts";
import { fetchReleaseAdapter } from "../worker/releaseAdapter.ts";
import type { DatasetBuilder } from "./dataset.ts";
import { UnfitJobError } from "./specs.ts";

/** What the worker needs to train, replay or evaluate a job. */
export interface Material {
  base: string;
  files: { path: string; mediaType: string; sha256: string }[];
  spec: JobSpec;
  parentAdapterPath?: string;
}

/** Everything that training and checking share: the worker, the bases, the data, and whose turn the worker is. */
export class Workbench {
  readonly worker: PythonWorker;
  readonly bases: LocalBases;
  readonly datasets: DatasetBuilder;
  readonly #chain: Chain;
  readonly #content: ContentSources;
  readonly #folder: string;
  #training: AbortController | undefined;
  #checks = 0;

  constructor(parts: {
    worker: PythonWorker;
    bases: LocalBases;
    datasets: DatasetBuilder;
    chain: Chain;
    content: ContentSources;
    folder: string;
  }) {
    this.worker = parts.worker;
    this.bases = parts.bases;
    this.datasets = parts.datasets;
    this.#chain = parts.chain;
    this.#content = parts.content;
    this.#folder = parts.folder;
  }

  /**
   * Bring base, data and parent of a job here, verified.
   *
   * @throws UnfitJobError without the base; WrongDatasetError without the version; ContentUnavailableError for now.
   */
  async gather(spec: JobSpec): Promise<Material> {
    const base = await this.bases.find(spec.base.baseDigest);
    if (base === undefined) throw new UnfitJobError(`The base ${spec.base.name} is not in BASES_DIR.`);
    const material: Material = { base: base.path, files: await this.datasets.build(spec.datasets), spec };
    if (spec.parentRelease !== null) material.parentAdapterPath = await this.#parent(spec.parentRelease);
    return material;
  }

  /** Whether a training may run now: checks come first, since their window closes. */
  get isFreeForTraining(): boolean {
    return this.#checks === 0;
  }

  /** Run a training that a check may interrupt; an interrupted one goes on from its last checkpoint when it is asked again. */
  async train<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController();
    this.#training = controller;
    // A check may have begun while this training was prepared.
    if (!this.isFreeForTraining) controller.abort();
    try {
      return await work(controller.signal);
    } finally {
      if (this.#training === controller) this.#training = undefined;
    }
  }

  /** Run a check, before any training. */
  async check<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#checks++;
    this.#training?.abort();
    try {
      return await work();
    } finally {
      this.#checks--;
    }
  }

  async #parent(release: number): Promise<string> {
    const { client, addresses } = this.#chain;
    const head = await this.#chain.head();
    const [released] = await readReleased(client, {
      addresses,
      release,
      fromBlock: BigInt(addresses.deploymentBlock),
      toBlock: head.number,
    });
    if (released === undefined) throw new UnfitJobError(`There is no release ${release} to refine.`);
    const folder = join(this.#folder, `release-${release}`);
    await fetchReleaseAdapter(this.#content, released, folder);
    return folder;
  }
}
