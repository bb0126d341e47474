import { openOf } from "./amounts.ts";
import type { Config } from "./config.ts";
import type { Behaviour } from "./seats.ts";
import { type Result, simulate } from "./simulate.ts";
import type { Appellant, ErrorSums, SeatSums } from "./tally.ts";
import type { ContributorKind } from "./world.ts";

/** Named figures of one simulated world. One that has no meaning there, a mean of nothing, is left out. */
export type Outcome = Record<string, number>;

/** Simulate a world and keep the figures only. */
export function outcomeOf(config: Config, seed: number): Outcome {
  return figures(simulate(config, seed));
}

function figures(result: Result): Outcome {
  const { tally, config, ledger } = result;
  const submissions = config.actors.submissions;
  const all: Record<string, number | undefined> = {
    ...errors("first", tally.errors.first),
    ...errors("final", tally.errors.final),
    ...seatFigures(result),
    ...fileFigures(result),
    ...appealFigures(result),
    ...ringFigures(result),
    "dockets.files": tally.errors.first.files / tally.dockets,
    "dockets.rounds": tally.rounds / tally.dockets,
    "credit.delayHours": tally.delaySeconds / 3600 / submissions,
    "datanet.wastedShare": openOf(tally.wastedWei) / openOf(totalRewards(result)),
    "finder.open": openOf(tally.finderWei),
    "pot.end": openOf(ledger.balance("court:pot")),
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

function errors(stage: string, sums: ErrorSums): Outcome {
  const good = sums.files - sums.bad;
  return {
    [`${stage}.wrongAcceptance`]: (sums.falseAccept + sums.falseReject) / sums.files,
    [`${stage}.falseAccept`]: sums.falseAccept / sums.bad,
    [`${stage}.falseReject`]: sums.falseReject / good,
    [`${stage}.smallFalseReject`]: sums.smallFalseReject / sums.smallGood,
    [`${stage}.wrongGrade`]: sums.wrongGrade / sums.files,
    [`${stage}.corrupted`]: sums.corrupted / sums.files,
  };
}

function seatFigures({ tally, seats }: Result): Outcome {
  const figures: Outcome = {};
  const honestPerFile = netOf(tally.seats.honest) / tally.seats.honest.files;
  for (const [behaviour, sums] of Object.entries(tally.seats) as [Behaviour, SeatSums][]) {
    const count = seats.filter((holder) => holder.behaviour === behaviour).length;
    if (count === 0) continue;
    const net = netOf(sums);
    figures[`seat.${behaviour}.open`] = net / count;
    figures[`seat.${behaviour}.perDraw`] = net / sums.draws;
    figures[`seat.${behaviour}.perFile`] = net / sums.files;
    figures[`seat.${behaviour}.perAppealDraw`] = openOf(sums.appealNetWei) / sums.appealDraws;
    figures[`seat.${behaviour}.incoherent`] = sums.incoherent / sums.draws;
    figures[`seat.${behaviour}.incoherentInAppeals`] = sums.appealIncoherent / sums.appealDraws;
    // What judging a file may cost an honest voter before this habit pays better.
    if (behaviour.startsWith("lazy")) figures[`seat.${behaviour}.margin`] = honestPerFile - net / sums.files;
  }
  return figures;
}

function fileFigures({ tally, world, standings }: Result): Outcome {
  const figures: Outcome = {};
  for (const [kind, sums] of Object.entries(tally.files) as [ContributorKind, typeof tally.files.honest][]) {
    if (sums.files === 0) continue;
    const earned = openOf(sums.rewardWei + sums.bountyWei - sums.bondsLostWei);
    figures[`file.${kind}.open`] = earned / sums.files;
    figures[`file.${kind}.accepted`] = sums.accepted / sums.files;
    const scores = world.contributors
      .flatMap((contributor, i) => (contributor.kind === kind ? [standings[i]?.scoreBps ?? 0] : []))
      .sort((a, b) => a - b);
    figures[`score.${kind}.medianBps`] = scores[Math.floor(scores.length / 2)] as number;
  }
  const { copies, copiesPaid, bountyWei } = tally.files.sybil;
  figures["copies.paidShare"] = copiesPaid / copies;
  figures["copies.farmOpen"] = openOf(bountyWei) / copies;
  figures["copies.finderOpen"] = openOf(tally.finderWei) / copies;
  const board = world.contributors
    .map(({ kind }, i) => ({ kind, score: standings[i]?.scoreBps ?? 0 }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 100);
  figures["score.honestOfTop100"] = board.filter(({ kind }) => kind === "honest").length;
  return figures;
}

function appealFigures({ tally, config }: Result): Record<string, number | undefined> {
  const figures: Record<string, number | undefined> = {};
  const sum = { appeals: 0, second: 0, changed: 0, small: 0, smallChanged: 0, lost: 0 };
  for (const [who, sums] of Object.entries(tally.appeals) as [Appellant, typeof tally.appeals.owner][]) {
    figures[`appeal.${who}.per1000`] = (1000 * sums.appeals) / config.actors.submissions;
    figures[`appeal.${who}.net`] =
      openOf(sums.valueWei - sums.bondsLostWei) / sums.appeals - config.actors.appealCost;
    for (const key of ["appeals", "second", "changed", "small", "smallChanged"] as const)
      sum[key] += sums[key];
    sum.lost += openOf(sums.bondsLostWei);
  }
  return {
    ...figures,
    "appeal.per1000": (1000 * sum.appeals) / config.actors.submissions,
    "appeal.secondShare": sum.second / sum.appeals,
    "appeal.changedShare": sum.changed / sum.appeals,
    "appeal.smallPer1000": (1000 * sum.small) / config.actors.submissions,
    "appeal.smallChangedShare": sum.smallChanged / sum.small,
    // Above one, lost bonds pay for more than all fees that the voters of appeals were promised.
    "pot.cover": sum.lost / openOf(tally.promisedFeesWei),
    "pot.deficitPer1000": ((openOf(tally.promisedFeesWei) - sum.lost) * 1000) / config.actors.submissions,
    "pot.paidShare": openOf(tally.appealFeesWei) / openOf(tally.promisedFeesWei),
  };
}

/** What the ring's lies cost and bring it, measured against honest seats of the same world. */
function ringFigures({ tally, seats, config }: Result): Record<string, number | undefined> {
  const ring = tally.seats.ring;
  const ringSeats = seats.filter(({ behaviour }) => behaviour === "ring").length;
  if (ringSeats === 0) return {};
  const forgone = (netOf(tally.seats.honest) / tally.seats.honest.draws) * ring.draws - netOf(ring);
  const bonds = openOf(tally.files.ring.bondsLostWei);
  const rewards = openOf(tally.files.ring.rewardWei);
  const corrupted = tally.errors.final.corrupted;
  const perThousand = 1000 / config.actors.submissions;
  return {
    "ring.penalties": openOf(ring.penaltyWei) * perThousand,
    "ring.forgone": forgone * perThousand,
    "ring.bondsLost": bonds * perThousand,
    "ring.rewards": rewards * perThousand,
    "ring.gain": (rewards - bonds - forgone) * perThousand,
    "ring.gainPerSeat": ((rewards - bonds - forgone) * perThousand) / ringSeats,
    "ring.penaltyPerCorrupted": corrupted === 0 ? undefined : openOf(ring.penaltyWei) / corrupted,
    "ring.costPerCorrupted": corrupted === 0 ? undefined : (Math.max(0, forgone) + bonds) / corrupted,
    "ring.stakePerCorrupted":
      corrupted === 0 ? undefined : (ringSeats * openOf(config.rules.seatWei)) / corrupted,
  };
}

function netOf(sums: SeatSums): number {
  return openOf(sums.paidWei - sums.penaltyWei);
}

function totalRewards({ tally }: Result): bigint {
  return Object.values(tally.files).reduce((sum, { rewardWei }) => sum + rewardWei, 0n);
}
