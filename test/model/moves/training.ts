import { type Address, type Hex, zeroHash } from "viem";
import type { Dice } from "../dice.ts";
import type { Game, Step } from "../game.ts";
import { digest, everybody, governor, guardian, residents } from "../people.ts";
import { COMPUTE } from "../reference/seats.ts";
import { type Attestation, type Job, Status } from "../reference/training.ts";
import { call } from "./votes.ts";

const MILLI_OPEN = 10n ** 15n;
export const BASE = digest("a base model");

function attestationOf(dice: Dice): Attestation {
  const some = (what: string): Hex => digest(`${what} ${dice.below(1e9)}`);
  return {
    adapterDigest: some("adapter"),
    transcriptHead: some("transcript"),
    reportDigest: some("report"),
    lossBeforeMicronats: 3_000_000n,
    lossAfterMicronats: BigInt(dice.below(3_000_000)),
    tokens: 100_000n,
    steps: 1 + dice.below(500),
  };
}

function post(game: Game, dice: Dice): Step {
  const poster = dice.pick(residents) as Address;
  const { leaseSeconds } = game.model.parameters.training;
  const wrong = dice.below(20);
  const spec = wrong === 0 ? zeroHash : digest(`spec ${dice.below(100)}`);
  const base = wrong === 1 ? digest("another base") : BASE;
  const priceWei = wrong === 2 ? MILLI_OPEN + 1n : BigInt(1 + dice.below(90_000)) * MILLI_OPEN;
  const deadline = game.now + 1 + (wrong === 3 ? leaseSeconds - 1 : leaseSeconds * (1 + dice.below(80)));
  return call(poster, "training", "post", spec, base, wrong === 4 ? 1 : 0, priceWei, deadline);
}

/** Somebody with enough COMPUTE stake that bonds nothing, if there is anybody. */
function freeTrainer(game: Game, job: Job, dice: Dice): Address {
  const { seats, training } = game.model;
  const able = residents.filter((person) => {
    const { activeWei } = seats.stakeOf(COMPUTE, person);
    return activeWei >= training.bondedWei(person) + job.bondWei;
  });
  return (dice.chance(90) ? dice.pick(able) : undefined) ?? (dice.pick(everybody) as Address);
}

/** The next sensible step for some job, the court's part excepted. */
export function train(game: Game, dice: Dice): Step | undefined {
  const { training } = game.model;
  if (training.claimsPaused && dice.chance(50)) return call(governor, "training", "unpauseClaims");
  const waiting = training.jobs.filter(({ status }) => status === Status.OPEN || status === Status.LEASED);
  const leased = waiting.filter(({ status }) => status === Status.LEASED);
  const job = (dice.chance(60) ? dice.pick(leased) : undefined) ?? dice.pick(waiting);
  if (job === undefined || dice.chance(15)) return post(game, dice);
  if (job.status === Status.OPEN) {
    const over = game.now + 1 >= job.deadline;
    if (over && dice.chance(80)) return call(dice.pick(everybody) as Address, "training", "cancel", job.id);
    if (dice.chance(12)) {
      const caller = dice.chance(60) ? job.poster : (dice.pick(everybody) as Address);
      return call(caller, "training", "cancel", job.id);
    }
    if (dice.chance(6)) return { waitUntil: job.deadline - 2 + dice.below(2) };
    return call(freeTrainer(game, job, dice), "training", "claim", job.id);
  }
  const trainer = dice.chance(93) ? (job.trainer as Address) : (dice.pick(everybody) as Address);
  const leaseEnds = job.leaseEnds ?? 0;
  if (game.now + 1 >= leaseEnds ? dice.chance(80) : dice.chance(5)) {
    return call(dice.pick(everybody) as Address, "training", "expire", job.id);
  }
  switch (dice.below(8)) {
    case 0:
      return { waitUntil: leaseEnds - 2 + dice.below(3) };
    case 1:
    case 2: {
      const step = dice.below(1000);
      const loss = BigInt(dice.below(3_000_000));
      return call(trainer, "training", "heartbeat", job.id, step, digest(`head ${step}`), loss);
    }
    case 3: {
      const attestation = {
        ...attestationOf(dice),
        ...(dice.chance(50) ? { steps: 0 } : { reportDigest: zeroHash }),
      };
      return call(trainer, "training", "attest", job.id, attestation);
    }
    default:
      return call(trainer, "training", "attest", job.id, attestationOf(dice));
  }
}

/** Something that a job's status may not allow. */
export function meddleWithJob(game: Game, dice: Dice): Step | undefined {
  const { training } = game.model;
  const person = dice.pick(everybody) as Address;
  const id = dice.below(training.jobs.length + 2);
  const job = training.jobs[id - 1];
  switch (dice.below(9)) {
    case 0:
      return call(person, "training", "claim", id);
    case 1:
      return call(person, "training", "expire", id);
    case 2:
      return call(person, "training", "cancel", id);
    case 3:
      return call(person, "training", "appeal", id);
    case 4:
      return call(
        person,
        "training",
        "settle",
        id,
        person,
        job?.attested?.attestation ?? attestationOf(dice),
      );
    case 5: {
      const attestation = job?.attested?.attestation ?? attestationOf(dice);
      return call(person, "training", "settle", id, job?.trainer ?? person, attestation);
    }
    case 6:
      return call(dice.chance(70) ? guardian : person, "training", "pauseClaims");
    case 7:
      return call(dice.chance(80) ? governor : guardian, "training", "unpauseClaims");
    default:
      return call(job?.trainer ?? person, "training", "heartbeat", id, 1, digest("head"), 1n);
  }
}
