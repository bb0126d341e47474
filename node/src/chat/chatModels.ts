import type { JobSpec } from "@openledger/sdk/jobSpec";
import type { ChatEngine, ChatModel, ServableBase } from "./chatEngine.ts";
import type { KnownRelease, Releases } from "./releases.ts";

const RELEASE_ID = /^release-([1-9]\d{0,12})$/;

/** Why a name leads to no model: there is none, or it cannot be asked now. */
export type NoModel = { reason: "unknown" } | { reason: "not-ready"; sentence: string };

/** The name of a release in the API. */
export function releaseId(release: number): string {
  return `release-${release}`;
}

/** Everything that can be asked here, by the names that the API gives it. */
export class ChatModels {
  readonly #releases: Releases;
  readonly #engine: ChatEngine;

  constructor(releases: Releases, engine: ChatEngine) {
    this.#releases = releases;
    this.#engine = engine;
  }

  /** Every release that can be asked now, the newest first, and every base. */
  async list(): Promise<ChatModel[]> {
    const bases = await this.#engine.bases();
    const releases = this.#releases.list();
    const tuned = releases.reverse().flatMap((release) => {
      const base = release.spec === undefined ? undefined : baseOf(release.spec, bases);
      return base === undefined || release.spec === undefined ? [] : [toModel(release, release.spec, base)];
    });
    return [...tuned, ...bases.map((base) => this.#baseModel(base))];
  }

  /** The model of a name. */
  async find(id: string): Promise<ChatModel | NoModel> {
    const bases = await this.#engine.bases();
    const number = RELEASE_ID.exec(id)?.[1];
    if (number === undefined) {
      const base = bases.find(({ name }) => name === id);
      return base === undefined ? { reason: "unknown" } : this.#baseModel(base);
    }
    const release = this.#releases.find(Number(number));
    if (release === undefined) return { reason: "unknown" };
    const { spec, error } = release;
    if (error !== undefined) return { reason: "not-ready", sentence: error };
    if (spec === undefined) return { reason: "not-ready", sentence: "Its adapter is still being fetched." };
    const base = baseOf(spec, bases);
    if (base === undefined) {
      return { reason: "not-ready", sentence: `Its base ${spec.base.name} is not served here.` };
    }
    return toModel(release, spec, base);
  }

  /** A base alone, with the digest that releases name where the engine knows none. */
  #baseModel(base: ServableBase): ChatModel {
    const digest =
      base.baseDigest ??
      this.#releases.list().find(({ spec }) => spec?.base.name === base.name)?.spec?.base.baseDigest;
    return {
      id: base.name,
      release: 0,
      model: 0,
      base: { ...base, baseDigest: digest },
      adapter: undefined,
      datasets: [],
      created: base.created,
    };
  }
}

function baseOf(spec: JobSpec, bases: readonly ServableBase[]): ServableBase | undefined {
  return bases.find(({ name, baseDigest }) =>
    baseDigest === undefined ? name === spec.base.name : baseDigest === spec.base.baseDigest,
  );
}

function toModel({ facts, folder, since }: KnownRelease, spec: JobSpec, base: ServableBase): ChatModel {
  return {
    id: releaseId(facts.release),
    release: facts.release,
    model: facts.model,
    base: { ...base, baseDigest: spec.base.baseDigest },
    adapter: { path: folder, digest: facts.attestation.adapterDigest },
    datasets: spec.datasets,
    created: since,
  };
}
