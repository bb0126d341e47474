import { type Address, type Hex, size, sliceHex, toHex } from "viem";
import type { Dice } from "../dice.ts";
import type { Game, Step } from "../game.ts";
import { digest } from "../people.ts";
import { commitmentOf } from "../reference/court.ts";
import { type Docket, Phase } from "../reference/dockets.ts";
import { pack, unpack } from "../reference/grades.ts";

/** What a voter needs to open a commitment, and another opening behind it for those who would vote twice. */
export interface Vote {
  word: bigint;
  salt: Hex;
  reasons: Hex;
  behind?: Vote;
}

export const call = (
  from: Address,
  contract: "court" | "datanets" | "openToken" | "seats" | "training" | "vault" | "parameters" | "models",
  name: string,
  ...args: readonly unknown[]
): { call: { from: Address; contract: typeof contract; function: string; args: readonly unknown[] } } => ({
  call: { from, contract, function: name, args },
});

/** What most would say of a docket's items. Two of three appeals see what the committee before saw. */
function truthsOf(game: Game, docket: Docket): number[] {
  const { appeals, dockets } = game.model.court;
  const against = appeals.get(docket.id)?.against;
  const before = dockets.get(against?.docket ?? 0);
  const hash = digest(`truth of ${docket.id}`).slice(2);
  if (against && before && Number.parseInt(hash.slice(-4), 16) % 3 > 0) {
    return truthsOf(game, before).slice(against.position, against.position + docket.items);
  }
  return Array.from({ length: docket.items }, (_, item) => Number.parseInt(hash.charAt(item % 60), 16) % 4);
}

function reasonsOf(word: bigint, items: number): Hex {
  const rejected = unpack(word, items).filter((grade) => grade === 0).length;
  return `0x${"07".repeat(rejected)}`;
}

/** A word by one of many tempers: honest, near the truth, by habit, or at random. */
function voteOn(game: Game, docket: Docket, dice: Dice): Vote {
  const temper = dice.below(10);
  const honest = dice.chance(50);
  const grades = truthsOf(game, docket).map((truth) => {
    if (temper === 0) return 0;
    if (temper === 1) return dice.below(4);
    if (honest) return truth;
    return dice.chance(85) ? truth : dice.below(4);
  });
  const word = pack(grades);
  return { word, salt: digest(`salt ${dice.below(1e9)}`), reasons: reasonsOf(word, docket.items) };
}

/** A vote whose word is itself the commitment to another one: only 128 items have room for that. */
function doubleVote(game: Game, docket: Docket, voter: Address, dice: Dice): Vote {
  const behind = voteOn(game, docket, dice);
  const word = BigInt(commitmentTo(game, docket.id, voter, behind));
  return { word, salt: digest(`salt ${dice.below(1e9)}`), reasons: reasonsOf(word, docket.items), behind };
}

function commitmentTo(game: Game, docket: number, voter: Address, vote: Vote): Hex {
  return commitmentOf(
    { chainId: game.model.world.chainId, address: game.chain.at.court },
    { docket, voter, ...vote },
  );
}

const voteKey = (docket: Docket, voter: Address, round = docket.closed?.round ?? 0) =>
  `${docket.id} ${round} ${voter}`;

/** What a voter committed to in this round, or, for those who let that stand, in the round before. */
function knownVote(game: Game, docket: Docket, voter: Address): Vote | undefined {
  const round = docket.closed?.round ?? 0;
  const lets = Number.parseInt(digest(`${docket.id} ${round} ${voter}`).slice(-1), 16) < 4;
  const earlier = lets ? game.votes.get(voteKey(docket, voter, round - 1)) : undefined;
  return game.votes.get(voteKey(docket, voter)) ?? earlier;
}

/** Some forget to commit, or to reveal. */
function isSilent(game: Game, docket: Docket, voter: Address, phase: "commit" | "reveal"): boolean {
  const chance = Number.parseInt(
    digest(`${docket.id} ${docket.closed?.round} ${voter} ${phase}`).slice(2, 10),
    16,
  );
  return chance % 100 < game.silencePercent;
}

/** The next thing that a drawn voter does to commit, or undefined when all have. */
export function commitNext(game: Game, docket: Docket, dice: Dice): Step | undefined {
  const voters = docket.drawn?.voters ?? [];
  const missing = [...new Set(voters)].filter(
    (voter) => !knownVote(game, docket, voter) && !isSilent(game, docket, voter, "commit"),
  );
  const voter = dice.pick(missing);
  if (voter === undefined) return undefined;
  return commitAs(game, docket, voter, dice);
}

export function commitAs(game: Game, docket: Docket, voter: Address, dice: Dice): Step {
  const draws = docket.drawn?.voters.filter((one) => one === voter).length ?? 0;
  const twice = docket.items === 128 && draws > 1 && dice.chance(50);
  const vote = twice ? doubleVote(game, docket, voter, dice) : voteOn(game, docket, dice);
  game.votes.set(voteKey(docket, voter), vote);
  return call(voter, "court", "commit", docket.id, commitmentTo(game, docket.id, voter, vote));
}

/** The next reveal of somebody who committed and has not revealed, or undefined. */
export function revealNext(game: Game, docket: Docket, dice: Dice): Step | undefined {
  const { voters, revealed } = docket.drawn ?? { voters: [], revealed: new Set<number>() };
  const silent = (voter: Address) => ![...revealed].some((draw) => voters[draw] === voter);
  const open = (draw: number) => {
    const voter = voters[draw] as Address;
    const vote = knownVote(game, docket, voter);
    if (vote === undefined || revealed.has(draw) || isSilent(game, docket, voter, "reveal")) return [];
    const ballot = docket.closed?.ballots.get(voter);
    if (ballot === commitmentTo(game, docket.id, voter, vote))
      return silent(voter) ? [{ voter, draw, vote }] : [];
    // The word that was revealed is a commitment to what is behind it.
    return vote.behind ? [{ voter, draw, vote: vote.behind }] : [];
  };
  const next = dice.pick(voters.flatMap((_, draw) => open(draw)));
  if (next === undefined) return undefined;
  const { voter, draw, vote } = next;
  if (!silent(voter)) game.count("a second reveal by one voter");
  return call(voter, "court", "reveal", docket.id, draw, vote.word, vote.salt, vote.reasons);
}

/** A commitment or a reveal with something wrong in it. */
export function misvote(game: Game, docket: Docket, person: Address, dice: Dice): Step {
  if (game.model.court.phaseOf(docket.id) === Phase.COMMITTING && dice.chance(60)) {
    const commitment = dice.chance(30) ? toHex(0, { size: 32 }) : digest(`nothing ${dice.below(1e9)}`);
    return call(person, "court", "commit", docket.id, commitment);
  }
  const vote = knownVote(game, docket, person) ?? voteOn(game, docket, dice);
  const drawIndex = dice.below((docket.drawn?.voters.length ?? 0) + 2);
  const wrongs = [
    { word: vote.word + (1n << BigInt(2 * docket.items)) },
    { reasons: `${vote.reasons}01` as Hex },
    { reasons: size(vote.reasons) > 0 ? sliceHex(vote.reasons, 0, size(vote.reasons) - 1) : vote.reasons },
    { salt: digest("another salt") },
    {},
  ];
  const wrong = docket.items < 128 ? dice.pick(wrongs) : dice.pick(wrongs.slice(1));
  const { word, salt, reasons } = { ...vote, ...wrong };
  return call(person, "court", "reveal", docket.id, drawIndex, word, salt, reasons);
}
