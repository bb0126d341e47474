import { trainingAbi } from "@openledger/sdk/abi/training";
import { eventsInRange } from "@openledger/sdk/client/eventsInRange";
import { drawnSeed } from "@openledger/sdk/recipe";
import type { Address, Hex } from "viem";
import type { Chain } from "../chain/chain.ts";

/** A trainer's claim of a job, and the seed that its block draws. */
export interface Claimed {
  blockNumber: bigint;
  seed: number;
  /** What the trainer stands to lose. */
  bondWei: bigint;
}

/** Whether a recipe was committed to before training: it was, it still can be, or steps were told before it. */
export type Standing = "committed" | "open" | "too-late";

/** A claim that the chain's node cannot tell of now, though it has to be there: no fault of anybody's. */
export class ClaimUnreadableError extends Error {
  override readonly name = "ClaimUnreadableError";

  constructor(job: number) {
    super(`The claim of job ${job} is not to be read yet.`);
  }
}

/** Reads what a trainer committed to on the chain before it trained. */
export class Commitments {
  readonly #chain: Chain;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** The newest claim of a job by a trainer, before a block where one is named; undefined when there is none. */
  async claimOf(job: number, trainer: Address, beforeBlock?: bigint): Promise<Claimed | undefined> {
    const claims = await this.#events("JobClaimed", job, trainer);
    const claim = claims.findLast(
      ({ blockNumber }) => beforeBlock === undefined || blockNumber <= beforeBlock,
    );
    if (claim === undefined) return undefined;
    const { addresses, chainId } = this.#chain;
    const { blockHash, blockNumber } = claim;
    const seed = drawnSeed({ chainId, training: addresses.training, job, trainer, blockHash });
    return { blockNumber, seed, bondWei: claim.args.bondWei };
  }

  /** The claim that an attestation belongs to; undefined when the chain has no such attestation. */
  async claimOfAttestation(attested: {
    job: number;
    trainer: Address;
    docket: number;
    position: number;
  }): Promise<(Claimed & { attestedBlock: bigint }) | undefined> {
    const { job, trainer, docket, position } = attested;
    const attestations = await this.#events("Attested", job, trainer);
    const found = attestations.find(({ args }) => args.docket === docket && args.position === position);
    if (found === undefined) return undefined;
    const claim = await this.claimOf(job, trainer, found.blockNumber);
    return claim === undefined ? undefined : { ...claim, attestedBlock: found.blockNumber };
  }

  /**
   * How a recipe stands on the chain between two blocks, the claim's and the attestation's or the newest. A heartbeat of
   * step 0 commits to it as long as no heartbeat has told of a later step; a trainer that starts anew may name it again,
   * and one that keeps its lease before it knows its recipe may have named something else.
   */
  async standingOf(
    job: number,
    trainer: Address,
    recipeDigest: Hex,
    between: { from: bigint; to: bigint },
  ): Promise<Standing> {
    const beats = await this.#events("Heartbeat", job, trainer);
    const told = beats.filter(({ blockNumber }) => blockNumber >= between.from && blockNumber <= between.to);
    const firstStep = told.findIndex(({ args }) => args.step > 0);
    const before = firstStep < 0 ? told : told.slice(0, firstStep);
    if (before.some(({ args }) => args.transcriptHead === recipeDigest)) return "committed";
    return firstStep < 0 ? "open" : "too-late";
  }

  async #events<Name extends "JobClaimed" | "Heartbeat" | "Attested">(
    eventName: Name,
    job: number,
    trainer: Address,
  ) {
    const { addresses, client } = this.#chain;
    const head = await this.#chain.head();
    return eventsInRange(client, {
      address: addresses.training,
      abi: trainingAbi,
      eventName,
      args: { job, trainer },
      fromBlock: BigInt(addresses.deploymentBlock),
      toBlock: head.number,
    });
  }
}
