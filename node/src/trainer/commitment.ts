import { trainingAbi } from "@openledger/sdk/abi/training";
import { eventsInRange } from "@openledger/sdk/client/eventsInRange";
import { drawnSeed } from "@openledger/sdk/recipe";
import type { Address, Hex } from "viem";
import type { Chain } from "../chain/chain.ts";

/** A trainer's claim of a job, and the seed that its block draws. */
export interface Claimed {
  blockNumber: bigint;
  seed: number;
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
    return { blockNumber, seed };
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
   * Whether a heartbeat of step 0 named a recipe between two blocks, the claim's and the attestation's, and no heartbeat
   * told of a step before any recipe was named. A trainer that starts anew names its recipe again.
   */
  async isCommitted(
    job: number,
    trainer: Address,
    recipeDigest: Hex,
    between: { from: bigint; to: bigint },
  ): Promise<boolean> {
    const beats = await this.#events("Heartbeat", job, trainer);
    const told = beats.filter(({ blockNumber }) => blockNumber >= between.from && blockNumber <= between.to);
    return (
      told[0]?.args.step === 0 &&
      told.some(({ args }) => args.step === 0 && args.transcriptHead === recipeDigest)
    );
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
