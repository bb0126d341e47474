import type { Address } from "viem";
import type { Dice } from "../dice.ts";
import type { Game, Step } from "../game.ts";
import { everybody, residents } from "../people.ts";
import { type Docket, Phase } from "../reference/dockets.ts";
import { Status } from "../reference/training.ts";
import { call, commitAs, commitNext, misvote, revealNext } from "./votes.ts";

const OPEN = 10n ** 18n;

/** The docket that everybody attends to: the same one until it has gone all its way, appeals included. */
function attended({ model, ...game }: Game, dice: Dice): Docket | undefined {
  const { court, datanets, training } = model;
  const alive = [...court.dockets.values()].filter(({ id, verdict, pool }) => {
    if (verdict === undefined) return true;
    if (court.appeals.has(id)) return false;
    const waits = [...datanets.submissions.values()].some((one) => one.docket === id && !one.finalized);
    const jobWaits = training.jobs.some((job) => job.status === Status.ATTESTED && job.attested?.docket === id);
    return pool === 3 ? jobWaits : waits;
  });
  const focused = alive.find(({ id }) => id === game.focus);
  return focused && dice.chance(90) ? focused : dice.pick(alive);
}

/** The next sensible step for the docket in everybody's mind. */
export function advance(game: Game, dice: Dice): Step | undefined {
  const docket = attended(game, dice);
  if (docket === undefined) return undefined;
  game.focus = docket.id;
  const { court } = game.model;
  const somebody = dice.pick(everybody) as Address;
  switch (court.phaseOf(docket.id)) {
    case Phase.COLLECTING:
      if (game.now + 1 < docket.closesAt) return dice.chance(40) ? { waitUntil: docket.closesAt } : undefined;
      return call(somebody, "court", "close", docket.pool);
    case Phase.DRAWING: {
      const behind = (docket.closed?.seedBlock ?? 0) - game.block;
      return behind > 0 ? { mine: behind } : call(somebody, "court", "draw", docket.id);
    }
    case Phase.COMMITTING:
      // Some forget to vote.
      return (
        (dice.chance(93) ? commitNext(game, docket, dice) : undefined) ?? {
          waitUntil: docket.drawn?.commitEnds ?? 0,
        }
      );
    case Phase.REVEALING: {
      const reveal = dice.chance(95) ? revealNext(game, docket, dice) : undefined;
      if (reveal) return reveal;
      const { voters, revealed } = docket.drawn ?? { voters: [], revealed: new Set<number>() };
      const spoke = new Set([...revealed].map((draw) => voters[draw]));
      if (voters.every((voter) => spoke.has(voter))) return call(somebody, "court", "settle", docket.id);
      return { waitUntil: docket.drawn?.revealEnds ?? 0 };
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
  const submission = dice.pick(
    [...datanets.submissions].filter(([, one]) => one.docket === docket.id && !one.finalized),
  );
  const job = dice.pick(
    training.jobs.filter(({ status, attested }) => status === Status.ATTESTED && attested?.docket === docket.id),
  );
  const place = submission?.[1] ?? job?.attested;
  if (place === undefined) return undefined;
  const id = court.latest.get(`${docket.id} ${place.position}`) ?? docket.id;
  const verdict = court.dockets.get(id)?.verdict;
  if (verdict === undefined) {
    game.focus = id;
    return undefined;
  }
  const ends = verdict.appealEnds;
  if (game.now + 1 < ends) {
    if (dice.chance(60)) {
      return submission
        ? call(somebody, "datanets", "appeal", submission[0])
        : call(somebody, "training", "appeal", job?.id);
    }
    return { waitUntil: ends - 1 + dice.below(2) };
  }
  if (submission) {
    if (dice.chance(70)) return call(somebody, "datanets", "finalize", submission[0]);
    const roots = [...datanets.submissions.keys()].filter(() => dice.chance(70));
    return call(somebody, "datanets", "finalizeMany", roots);
  }
  const { id: jobId, trainer, attested } = job ?? {};
  return call(somebody, "training", "settle", jobId, trainer, attested?.attestation);
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
