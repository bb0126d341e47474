import type { Address } from "viem";
import { CourtModel } from "./court.ts";
import { DatanetsModel } from "./datanets.ts";
import { ModelsModel } from "./models.ts";
import { ParametersModel, type Rules } from "./parameters.ts";
import { SeatsModel } from "./seats.ts";
import { SUPPLY_WEI, TokenModel } from "./token.ts";
import { Status, TrainingModel } from "./training.ts";
import { VaultModel } from "./vault.ts";
import { type ContractName, type ModelEvent, Refusal, sum, type View, type World } from "./world.ts";

/** A transaction: who calls what. */
export interface Call {
  from: Address;
  contract: ContractName;
  function: string;
  args: readonly unknown[];
}

export type Outcome = { events: ModelEvent[]; refusal?: undefined } | { refusal: Refusal };

/** The whole protocol, as its interfaces describe it. A call goes to the method of its name. */
export class ProtocolModel {
  readonly world: World;
  readonly openToken: TokenModel;
  readonly parameters: ParametersModel;
  readonly vault: VaultModel;
  readonly seats: SeatsModel;
  readonly court: CourtModel;
  readonly datanets: DatanetsModel;
  readonly training: TrainingModel;
  readonly models: ModelsModel;

  constructor(world: World, rules: Rules) {
    this.world = world;
    this.openToken = new TokenModel(world, world.governor);
    this.parameters = new ParametersModel(world, rules);
    this.vault = new VaultModel(world, this.openToken);
    this.seats = new SeatsModel(world, this.openToken, this.parameters, this.vault);
    this.court = new CourtModel(world, this.parameters, this.seats, this.vault);
    this.datanets = new DatanetsModel(world, this.parameters, this.court, this.vault);
    this.training = new TrainingModel(world, this.parameters, this.seats, this.court, this.vault);
    this.models = new ModelsModel(world, this.training);
  }

  /** What a call does: its events, or the error with which it is refused and changes nothing. */
  run({ from, contract, function: name, args }: Call): Outcome {
    const part = this[contract as keyof this] as Record<string, unknown>;
    const method = part[name] as (caller: Address, ...args: readonly unknown[]) => void;
    this.world.events = [];
    try {
      method.call(part, from, ...args);
      return { events: this.world.events };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (this.world.events.length > 0) throw new Error(`The model refuses ${name} halfway.`);
      return { refusal: error };
    }
  }

  /** Everything that can be read about people, and about the dockets and submissions that `known` lets through. */
  views(accounts: readonly Address[], known: (key: number | string) => boolean = () => true): View[] {
    return [
      ...this.openToken.views(accounts),
      ...this.vault.views(accounts),
      ...this.seats.views(accounts),
      ...this.court.views(accounts, known),
      ...this.datanets.views(accounts, known),
      ...this.training.views(accounts),
    ];
  }

  /** No wei appears or disappears, and each contract holds exactly what it owes. */
  checkMoney(): void {
    const { court, openToken, seats, training, vault, world } = this;
    const equal = (what: string, actual: bigint, expected: bigint) => {
      if (actual !== expected) throw new Error(`${what}: ${actual} wei, not ${expected} wei`);
    };
    equal("all OPEN", sum(openToken.balances.values()), SUPPLY_WEI);
    equal("the Vault's OPEN", openToken.balanceOf(world.at.vault), vault.owedWei());
    const stakes = [...seats.stakes.values()];
    const stakedWei = sum(stakes.map(({ activeWei, thawingWei }) => activeWei + thawingWei));
    equal("the staked OPEN", openToken.balanceOf(world.at.seats), stakedWei);

    const judged = [...court.dockets.values()].filter(({ verdict }) => verdict === undefined);
    const bonds = [...court.appeals.values()].filter(({ id }) => !court.dockets.get(id)?.verdict);
    const offered = training.jobs.filter(({ status }) => status === Status.OPEN || status === Status.LEASED);
    const owedByCourtWei =
      court.potWei +
      sum(judged.map(({ feeWei }) => feeWei)) +
      sum(bonds.map(({ bondWei }) => bondWei)) +
      sum(offered.map(({ checkFeeWei }) => checkFeeWei));
    equal("the court's escrow", vault.escrows.court, owedByCourtWei);
    const unpaid = training.jobs.filter(
      ({ status }) => status !== Status.ACCEPTED && status !== Status.CANCELLED,
    );
    equal("Training's escrow", vault.escrows.training, sum(unpaid.map(({ priceWei }) => priceWei)));
    const waiting = [...this.datanets.submissions.values()].filter(({ finalized }) => !finalized);
    for (const { id, rewardWei } of this.datanets.datanets) {
      const files = waiting.filter(({ datanet }) => datanet === id).reduce((n, { files }) => n + files, 0);
      equal(`what Datanet ${id} reserves`, vault.accountOf(id).reservedWei, 3n * BigInt(files) * rewardWei);
    }
  }
}
