import type { Address } from "viem";
import type { Dice } from "../dice.ts";
import type { Game, Step } from "../game.ts";
import { everybody, governor, residents } from "../people.ts";
import { type Docket, Phase } from "../reference/dockets.ts";
import { COMPUTE } from "../reference/seats.ts";
import { Status } from "../reference/training.ts";
import { call, commitAs, commitNext, misvote, revealNext } from "./votes.ts";

const OPEN = 10n ** 18n;

/** Dockets that wait for something: a verdict, an appeal's verdict, or the credit of what they judged. */
function waiting({ model: { court, datanets, training } }: Game): Docket[] {
  return [...court.dockets.values()].filter(({ id, verdict, pool }) => {
    if (verdict === undefined) return true;
    if (court.appeals.has(id)) return false;
    return pool === COMPUTE
      ? training.jobs.some((job) => job.status === Status.ATTESTED && job.attested?.docket === id)
      : [...datanets.submissions.values()].some((one) => one.docket === id && !one.finalized);
  });
}

/** The next sensible step for a docket: the same one until it has gone all its way, appeals included. */
export function advance(game: Game, dice: Dice): Step | undefined {
  const dockets = waiting(game);
  const focused = dockets.find(({ id }) => id === game.focus);
  const docket = focused && dice.chance(90) ? focused : dice.pick(dockets);
  if (docket === undefined) return undefined;
  game.focus = docket.id;
  return nextOf(game, docket, dice);
}

/** What happens instead of a wait, mostly: who still has to vote before that time does so. */
export function beforeTimePasses(game: Game, step: Step | undefined, dice: Dice): Step | undefined {
  if (step === undefined || !("waitUntil" in step) || dice.chance(7)) return step;
  for (const docket of waiting(game)) {
    const { commitEnds = 0, revealEnds = 0 } = docket.drawn ?? {};
    const isCommitting = game.model.court.phaseOf(docket.id) === Phase.COMMITTING;
    if ((isCommitting ? commitEnds : revealEnds) > step.waitUntil + 10) continue;
    const vote = voteIn(game, docket, dice);
    if (vote) return vote;
  }
  return step;
}

/** A commitment or a reveal that is still missing. */
function voteIn(game: Game, docket: Docket, dice: Dice): Step | undefined {
  const phase = game.model.court.phaseOf(docket.id);
  if (phase === Phase.COMMITTING) return commitNext(game, docket, dice);
  return phase === Phase.REVEALING ? revealNext(game, docket, dice) : undefined;
}

function nextOf(game: Game, docket: Docket, dice: Dice): Step | undefined {
  const { court } = game.model;
  const somebody = dice.pick(everybody) as Address;
  switch (court.phaseOf(docket.id)) {
    case Phase.COLLECTING:
      if (game.now + 1 >= docket.closesAt || dice.chance(4))
        return call(somebody, "court", "close", docket.pool);
      // A crowd fills a docket before its time.
      if (game.crowded && dice.chance(97)) return undefined;
      return { waitUntil: docket.closesAt - dice.below(2) };
    case Phase.DRAWING: {
      const behind = (docket.closed?.seedBlock ?? 0) - game.block;
      return behind > 0 && dice.chance(95) ? { mine: behind } : call(somebody, "court", "draw", docket.id);
    }
    case Phase.COMMITTING:
      return commitNext(game, docket, dice) ?? { waitUntil: (docket.drawn?.commitEnds ?? 0) - dice.below(2) };
    case Phase.REVEALING: {
      const reveal = revealNext(game, docket, dice);
      if (reveal) return reveal;
      const { voters, revealed } = docket.drawn ?? { voters: [], revealed: new Set<number>() };
      const spoke = new Set([...revealed].map((draw) => voters[draw]));
      if (voters.every((voter) => spoke.has(voter))) return call(somebody, "court", "settle", docket.id);
      return { waitUntil: (docket.drawn?.revealEnds ?? 0) - dice.below(2) };
    }
    case Phase.SETTLING:
      return call(somebody, "court", "settle", docket.id);
    default:
      return conclude(game, docket, somebody, dice);
  }
}

/** A docket has its verdict: appeal, wait, or credit what it judged. */
function conclude(game: Game, docket: Docket, somebody: Address, dice: Dice): Step | undefined {
  const { court, datanets, training } = game.model;
  const ofDocket = <T extends { docket: number }>(one: T | undefined) => one?.docket === docket.id;
  const submissions = [...datanets.submissions].filter(([, one]) => ofDocket(one) && !one.finalized);
  const submission = dice.pick(submissions);
  const jobs = training.jobs.filter(({ status }) => status === Status.ATTESTED);
  const job = dice.pick(jobs.filter(({ attested }) => ofDocket(attested)));
  const place = submission?.[1] ?? job?.attested;
  if (place === undefined) return undefined;
  const appeal = court.dockets.get(court.latest.get(`${docket.id} ${place.position}`) ?? 0);
  if (appeal && appeal.verdict === undefined) return nextOf(game, appeal, dice);
  const ends = (appeal ?? docket).verdict?.appealEnds ?? 0;
  if (game.now + 1 < ends) {
    if (submission && dice.chance(6)) return call(somebody, "datanets", "finalize", submission[0]);
    if (!dice.chance(55)) return { waitUntil: ends - dice.below(3) };
    const appellant = (dice.chance(80) ? dice.pick(residents) : somebody) as Address;
    return submission
      ? call(appellant, "datanets", "appeal", submission[0])
      : call(appellant, "training", "appeal", job?.id);
  }
  if (submission) {
    if (datanets.paused.credits && dice.chance(70)) return call(governor, "datanets", "unpause");
    if (dice.chance(60)) return call(somebody, "datanets", "finalize", submission[0]);
    const roots = [...datanets.submissions.keys()].filter(() => dice.chance(80));
    return call(somebody, "datanets", "finalizeMany", roots.slice(0, 64));
  }
  return call(somebody, "training", "settle", job?.id, job?.trainer, job?.attested?.attestation);
}

/** Something that a docket's phase may not allow, or with something wrong in it. */
export function meddle(game: Game, dice: Dice): Step | undefined {
  const { court } = game.model;
  const dockets = [...court.dockets.values()];
  const docket = dice.pick(dockets);
  const person = dice.pick(residents) as Address;
  if (docket === undefined || dice.chance(10)) return call(person, "court", "close", dice.below(5));
  switch (dice.below(8)) {
    case 0:
      return call(person, "court", "draw", docket.id);
    case 1:
      return call(person, "court", "settle", docket.id);
    case 2:
      return call(person, "court", "draw", docket.id + 4);
    case 3:
      return commitAs(game, docket, person, dice);
    case 4:
      return call(person, "court", "fundAppeals", BigInt(dice.below(50)) * OPEN);
    case 5:
      return dice.pick([
        call(person, "court", "admit", 0, 1, 0n),
        call(person, "court", "returnFee", 1n),
        call(person, "court", "appeal", docket.id, 0, 1, person),
      ]);
    default:
      return misvote(game, docket, person, dice);
  }
}
