import { attributionAbi } from "@openledger/sdk/abi/attribution";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { type Owed, owedListBytes, owedRoot } from "@openledger/sdk/attribution";
import {
  type NamedVersion,
  nextOwed,
  type Points,
  pointsOfVersions,
} from "@openledger/sdk/attributionShares";
import { cidOfDigest } from "@openledger/sdk/cid";
import { eventsInRange } from "@openledger/sdk/client/eventsInRange";
import { readReleased } from "@openledger/sdk/client/readRelease";
import { addressSchema } from "@openledger/sdk/schemas";
import type { Hex } from "viem";
import { z } from "zod";
import type { Chain } from "../chain/chain.ts";
import { type ContentSources, ContentUnavailableError } from "../content/contentSources.ts";
import type { JobBook } from "./jobBook.ts";
import { fetchSpec } from "./specs.ts";

/** A proposed root, as its event tells it. */
export interface ProposedRoot {
  proposal: number;
  model: number;
  period: number;
  root: Hex;
  totalWei: bigint;
  listDigest: Hex;
  blockNumber: bigint;
  logIndex: number;
}

/** Longer lists are not read: a million contributors fit. */
const MAX_LIST_BYTES = 128 * 1024 * 1024;

const listSchema = z.object({
  owed: z.array(z.object({ contributor: addressSchema, cumulativeWei: z.string().regex(/^\d{1,30}$/) })),
});

/** The lists of what models owe: as they should be, from the chain's events, and as they were published. */
export class OwedLists {
  readonly #chain: Chain;
  readonly #content: ContentSources;
  readonly #jobs: JobBook;

  constructor(chain: Chain, content: ContentSources, jobs: JobBook) {
    this.#chain = chain;
    this.#content = content;
    this.#jobs = jobs;
  }

  /** A proposal by its number, with all earlier ones of its model; undefined while no event tells of it. */
  async find(proposal: number): Promise<{ proposed: ProposedRoot; active: ProposedRoot[] } | undefined> {
    const events = await this.#events("RootProposed", {});
    const roots = events.map(({ args, blockNumber, logIndex }) => ({ ...args, blockNumber, logIndex }));
    const proposed = roots.find((one) => one.proposal === proposal);
    if (proposed === undefined) return undefined;
    const { model } = proposed;
    const activated = new Set(
      (await this.#events("RootActivated", { model })).map(({ args }) => args.proposal),
    );
    const active = roots.filter(
      (one) => one.model === model && activated.has(one.proposal) && one.period < proposed.period,
    );
    return { proposed, active: active.sort((a, b) => a.period - b.period) };
  }

  /**
   * The list that a proposal should have: that of the last active root, and what it adds shared by the points of the
   * moment at which it was proposed.
   *
   * @throws ContentUnavailableError when a specification, or the list of an active root that was wrong, cannot be had.
   */
  async expected(proposed: ProposedRoot, active: readonly ProposedRoot[]): Promise<Owed[]> {
    let previous: Owed[] = [];
    for (const root of active) {
      const computed = await this.#next(previous, root);
      previous = owedRoot(root.model, computed) === root.root ? computed : await this.#activeList(root);
    }
    return this.#next(previous, proposed);
  }

  /**
   * The list that was published with a proposal.
   *
   * @returns undefined when it is not the list of the proposed root in its canonical spelling.
   * @throws ContentUnavailableError when it cannot be fetched now.
   */
  async published({ model, period, root, listDigest }: ProposedRoot): Promise<Owed[] | undefined> {
    const bytes = await this.#content.read(cidOfDigest(listDigest), MAX_LIST_BYTES);
    try {
      const { owed } = listSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
      const list = owed.map(({ contributor, cumulativeWei }) => ({
        contributor,
        cumulativeWei: BigInt(cumulativeWei),
      }));
      const isCanonical = Buffer.from(owedListBytes(model, period, list)).equals(bytes);
      return isCanonical && owedRoot(model, list) === root ? list : undefined;
    } catch {
      // Whatever cannot be read as a list is none.
      return undefined;
    }
  }

  /** A wrong list that nobody challenged is what everybody goes on from. */
  async #activeList(root: ProposedRoot): Promise<Owed[]> {
    const list = await this.published(root);
    if (list !== undefined) return list;
    throw new ContentUnavailableError(
      `The list of the active root ${root.proposal} is not what was published.`,
    );
  }

  async #next(previous: readonly Owed[], root: ProposedRoot): Promise<Owed[]> {
    return nextOwed({ previous, totalWei: root.totalWei, points: await this.#pointsAt(root) });
  }

  /** The points of those whose data is in the model's releases, when a root was proposed. */
  async #pointsAt({ model, blockNumber, logIndex }: ProposedRoot): Promise<Points> {
    const { addresses, client } = this.#chain;
    const range = { fromBlock: BigInt(addresses.deploymentBlock), toBlock: blockNumber };
    const released = (await readReleased(client, { addresses, ...range })).filter(
      (one) =>
        one.model === model &&
        (one.blockNumber < blockNumber || (one.blockNumber === blockNumber && one.logIndex < logIndex)),
    );
    const versions: NamedVersion[] = [];
    for (const { job } of released) {
      const posted = this.#jobs.find(job);
      if (posted === undefined) throw new ContentUnavailableError(`Job ${job} is not known yet.`);
      versions.push(...(await fetchSpec(this.#content, posted)).datasets);
    }
    const finalized = [];
    for (const datanet of new Set(versions.map((version) => version.datanet))) {
      const events = await eventsInRange(client, {
        address: addresses.datanets,
        abi: datanetsAbi,
        eventName: "Finalized",
        args: { datanet },
        ...range,
      });
      finalized.push(...events.map(({ args }) => args));
    }
    return pointsOfVersions(versions, finalized);
  }

  async #events<Name extends "RootProposed" | "RootActivated">(
    eventName: Name,
    args: Record<string, unknown>,
  ) {
    return eventsInRange(this.#chain.client, {
      address: this.#chain.addresses.attribution,
      abi: attributionAbi,
      eventName,
      args,
      fromBlock: BigInt(this.#chain.addresses.deploymentBlock),
      toBlock: (await this.#chain.head()).number,
    });
  }
}
