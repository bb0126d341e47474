import type { Hex } from "viem";
import type { Chain } from "./chain/chain.ts";
import { print } from "./chain/reader.ts";
import type { Vote } from "./moves/votes.ts";
import { describeCall, everybody, governor, guardian, nameOf, nameValues } from "./people.ts";
import { Phase } from "./reference/dockets.ts";
import type { Rules } from "./reference/parameters.ts";
import { type Call, ProtocolModel } from "./reference/protocol.ts";
import { World } from "./reference/world.ts";

/** One thing that happens: a transaction, or time that passes. */
export type Step = { call: Call; at?: number } | { waitUntil: number } | { mine: number };

/**
 * Each step is followed by reading all that it changes in the model and all that it mentions; so many steps, and the end,
 * by reading everything. What changed against the model stays changed, and shrinking finds the step.
 */
const FULL_READ_STEPS = Number(process.env.MODEL_FULL_READ_STEPS ?? 10);

/** The model and the chain disagree. */
class Mismatch extends Error {}

/** Model and chain side by side, and what players keep to themselves. */
export class Game {
  readonly chain: Chain;
  readonly model: ProtocolModel;
  /** What happened, in words. */
  readonly story: string[] = [];
  /** What voters need to open their commitments, by "docket round voter". */
  readonly votes = new Map<string, Vote>();
  /** Who signed what. */
  readonly signatures = new Set<string>();
  /** How often something happened. */
  readonly counts: Map<string, number>;
  /** What the model said to each view the last time. */
  private readonly known = new Map<string, string>();
  private steps = 0;
  /** The docket that players attend to. */
  focus = 0;
  /** How often voters forget to commit, and to reveal. */
  silencePercent = 0;
  /** Whether people submit as much as they may, all to one Datanet. */
  crowded = false;
  now: number;
  block: number;

  constructor(
    chain: Chain,
    rules: Rules,
    start: { now: number; block: number },
    counts: Map<string, number>,
  ) {
    this.chain = chain;
    this.model = new ProtocolModel(new World(31337, chain.at, { governor, guardian }), rules);
    this.model.datanets.isSigned = (submission, signature) =>
      this.signatures.has(`${signature} ${print(submission)}`);
    this.counts = counts;
    this.now = start.now;
    this.block = start.block;
    this.tellModel(start.now, start.block);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** What the model does with a call, without the chain: to repeat what is known to be equal. */
  repeat(call: Call, now: number, block: number): void {
    this.tellModel(now, block);
    this.model.run(call);
    this.now = now;
    this.block = block;
  }

  /** Take a step on both sides and compare everything. */
  async take(step: Step): Promise<void> {
    if ("call" in step) await this.send(step.call, step.at ?? this.now + 1);
    else await this.pass(step);
    this.model.checkMoney();
    const views = this.model.views(everybody, (key) => !this.isOver(key));
    const mentioned = mentionsOf("call" in step ? [step.call, this.model.world.events] : []);
    const everything = this.steps++ % FULL_READ_STEPS === 0;
    const wanted = views.filter((view) => {
      const name = `${view.contract}.${view.function}(${view.args.join()})`;
      const words = view.words.join();
      const isNew = this.known.get(name) !== words;
      this.known.set(name, words);
      return everything || isNew || view.args.every((arg) => mentioned.has(`${arg}`));
    });
    this.fail(await this.chain.reader.differences(wanted));
  }

  /** What is read once, at the end: what cannot change any more, too. */
  async compareEverything(): Promise<void> {
    const views = [...this.model.views(everybody), ...this.model.seats.historyViews()];
    for (let i = 0; i < views.length; i += 500) {
      this.fail(await this.chain.reader.differences(views.slice(i, i + 500)));
    }
  }

  private async send(call: Call, at: number): Promise<void> {
    await this.learnSeeds();
    this.tellModel(at, this.block + 1);
    const expected = this.model.run(call);
    const outcome = await this.chain.send(call, at);
    this.now = at;
    this.block++;
    const error = expected.refusal && { name: expected.refusal.error, args: expected.refusal.args };
    const result = error ? ` -> refused: ${error.name}(${nameValues(error.args)})` : "";
    this.story.push(`${this.clock()} ${describeCall(call)}${result}`);
    this.count(error ? `error ${error.name}` : `${call.contract}.${call.function}`);

    if (canonical(error) !== canonical(outcome.error)) {
      const show = (refused: typeof error) =>
        refused ? `${refused.name}(${nameValues(refused.args)})` : "nothing is refused";
      this.fail([`the chain says ${show(outcome.error)}, the model says ${show(error)}`]);
    }
    if (outcome.error || expected.refusal) return;
    const [found, said] = [outcome.events, expected.events];
    for (let i = 0; i < Math.max(found.length, said.length); i++) {
      if (canonical(found[i]) === canonical(said[i])) continue;
      const show = (event: (typeof found)[number] | undefined) =>
        event ? `${event.contract}.${event.name}(${nameValues(event.args)})` : "no more events";
      this.fail([
        `event ${i + 1} of the call is\n      ${show(found[i])}, the model says\n      ${show(said[i])}`,
      ]);
    }
    for (const { name, args } of said) this.countEvent(name, args);
  }

  private async pass(step: { waitUntil: number } | { mine: number }): Promise<void> {
    const { chain } = this;
    if ("waitUntil" in step) {
      const seconds = Math.max(this.now + 1, step.waitUntil);
      await chain.rpc("evm_setNextBlockTimestamp", [seconds]);
      await chain.mine(1);
    } else {
      await chain.mine(step.mine);
    }
    const { number, timestamp } = await chain.head();
    this.story.push(
      "mine" in step ? `       ${step.mine} blocks are mined` : `       ${timestamp - this.now} s pass`,
    );
    this.now = timestamp;
    this.block = number;
    this.tellModel(timestamp, number);
  }

  private tellModel(now: number, block: number): void {
    this.model.world.now = now;
    this.model.world.block = block;
  }

  /** Tell the model the hashes of the blocks that seed waiting draws. */
  private async learnSeeds(): Promise<void> {
    const { blockHashes } = this.model.world;
    for (const { id, closed } of this.model.court.dockets.values()) {
      const seedBlock = closed?.seedBlock ?? Number.POSITIVE_INFINITY;
      if (this.model.court.phaseOf(id) !== Phase.DRAWING || seedBlock > this.block) continue;
      if (!blockHashes.has(seedBlock)) blockHashes.set(seedBlock, await this.chain.blockHash(seedBlock));
    }
  }

  /** Settled dockets whose window has passed, and credited submissions: nothing changes them any more. */
  private isOver(key: number | string): boolean {
    if (typeof key === "string") return this.model.datanets.submissions.get(key as Hex)?.finalized ?? false;
    const ends = this.model.court.dockets.get(key)?.verdict?.appealEnds;
    return ends !== undefined && this.now > ends + 10;
  }

  private countEvent(name: string, args: Record<string, unknown>): void {
    if (name === "AppealDecided")
      this.count(`appeal of level ${args.level} decided, changed: ${args.changed}`);
    if (name === "DocketClosed" && args.items === 128) this.count("a docket of 128 items closed");
    if (name === "NoQuorum" || name === "DuplicateZeroed" || name === "KeyRotated") this.count(name);
    if (name === "AttestationRejected" || name === "LeaseExpired" || name === "JobAccepted") this.count(name);
    if (name === "Slashed")
      this.count(args.beneficiary === this.chain.at.court ? "slashed by the court" : "slashed by Training");
  }

  private clock(): string {
    return `+${this.now % 86_400} s`.padStart(9);
  }

  private fail(problems: readonly string[]): void {
    if (problems.length === 0) return;
    const shown = problems.slice(0, 5).map((problem) => `  - ${nameOf(problem)}`);
    throw new Mismatch(
      `Model and contracts differ:\n${shown.join("\n")}\nafter\n${this.story.map((line) => `  ${line}`).join("\n")}`,
    );
  }
}

/** Every number, address and hash that stands somewhere in a value. */
function mentionsOf(value: unknown): Set<string> {
  const found = new Set<string>();
  JSON.stringify(value, (_key, inner) => {
    if (inner === null || typeof inner !== "object") found.add(`${inner}`);
    return typeof inner === "bigint" ? `${inner}` : inner;
  });
  return found;
}

/** One text for equal values, whatever the type of their numbers and the order of their fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => {
    if (typeof inner === "bigint" || typeof inner === "number") return `${inner}`;
    if (typeof inner === "string" && inner.startsWith("0x")) return inner.toLowerCase();
    if (inner === null || typeof inner !== "object" || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
