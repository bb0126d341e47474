import type { Grade } from "../../sdk/src/grades.ts";
import { DEFAULT_SUBMISSION_LIMITS, type QuotaUse, quotaLeft, utcDay } from "../../sdk/src/quota.ts";
import type { Actors } from "./config.ts";
import { Random } from "./random.ts";

/** Who contributes: a person who tries, a farm with many addresses, or the ring whose seats pass its garbage. */
export type ContributorKind = "honest" | "sybil" | "ring";

/** A file: how good it is, how good it looks to everybody, and the grade that the guidelines give it. */
export type File = { quality: number; appearance: number; truth: Grade; copy: boolean };

/** An address that contributes. */
type Contributor = { kind: ContributorKind; skill: number; quota: QuotaUse };

/** Files signed once, in the order of their arrival. */
export type Submission = { at: number; contributor: number; kind: ContributorKind; files: File[] };

/** Everything that happens whatever the rules are: who sends which files when. */
export type World = { contributors: Contributor[]; submissions: Submission[] };

const HONEST_CONTRIBUTORS = 500;
const DAY_SECONDS = 86_400;
/** Mean and spread of a contributor's work, and the spread of the files around it. */
const skills = { honest: [2.1, 0.4, 0.8], sybil: [0.6, 0.1, 0.6], ring: [0.3, 0.1, 0.3] } as const;

/** The grade that a quality deserves: its whole part. */
export function gradeOf(quality: number): Grade {
  return Math.max(0, Math.min(3, Math.floor(quality))) as Grade;
}

/** Draw the contributors and submissions of a seed. Rules and seats leave them alone, so that worlds can be compared. */
export function makeWorld(actors: Actors, seed: number): World {
  const random = new Random(`world/${seed}`);
  const contributors: Contributor[] = Array.from({ length: HONEST_CONTRIBUTORS }, () =>
    newContributor("honest", random),
  );
  const farms = { sybil: [] as number[], ring: [] as number[] };
  const goodFiles: File[] = [];
  const submissions: Submission[] = [];
  let at = 0;
  for (let i = 0; i < actors.submissions; i += 1) {
    at += random.exponential(3600 / (actors.submissionsPerHour * activity(at)));
    const kind = kindOf(actors, random.unit());
    const count = fileCount(kind, random);
    const contributor =
      kind === "honest"
        ? personWithQuota(contributors, count, at, random)
        : farmAddress(kind, farms[kind], contributors, count, at, random);
    const skill = (contributors[contributor] as Contributor).skill;
    const files = Array.from({ length: count }, () => {
      const source =
        kind === "sybil" && random.chance(actors.copyShare) ? pick(goodFiles, random) : undefined;
      return source
        ? { ...source, truth: 0 as Grade, copy: true }
        : newFile(skill + skills[kind][2] * random.gaussian(), actors.sharedNoise, random);
    });
    if (kind === "honest") goodFiles.push(...files.filter(({ truth }) => truth >= 2));
    submissions.push({ at: Math.round(at), contributor, kind, files });
  }
  return { contributors, submissions };
}

/** How busy the hour is: a third of the mean at night, and as much above it by day. */
function activity(seconds: number): number {
  return 1 + 0.67 * Math.sin((2 * Math.PI * (seconds % DAY_SECONDS)) / DAY_SECONDS);
}

function kindOf(actors: Actors, unit: number): ContributorKind {
  if (unit < actors.sybilSubmissions) return "sybil";
  return unit < actors.sybilSubmissions + actors.ringSubmissions ? "ring" : "honest";
}

/** People mostly send a few files; a farm fills half of its signatures to the quota. */
function fileCount(kind: ContributorKind, random: Random): number {
  const unit = random.unit();
  if (kind === "sybil" && unit < 0.5) return DEFAULT_SUBMISSION_LIMITS.filesPerSubmission;
  if (unit < 0.6) return 1 + random.below(2);
  return unit < 0.9 ? 3 + random.below(6) : 9 + random.below(12);
}

function newContributor(kind: ContributorKind, random: Random): Contributor {
  const [mean, spread] = skills[kind];
  return { kind, skill: mean + spread * random.gaussian(), quota: { day: -1, files: 0, sizeBytes: 0 } };
}

function newFile(quality: number, sharedNoise: number, random: Random): File {
  const appearance = quality + sharedNoise * random.gaussian();
  return { quality, appearance, truth: gradeOf(quality), copy: false };
}

/** Take the files out of the day's quota, if they are left in it. */
function useQuota(contributor: Contributor, count: number, at: number): boolean {
  if (quotaLeft(contributor.quota, at).filesLeft < count) return false;
  const day = utcDay(at);
  const files = (contributor.quota.day === day ? contributor.quota.files : 0) + count;
  contributor.quota = { day, files, sizeBytes: 0 };
  return true;
}

function personWithQuota(contributors: Contributor[], count: number, at: number, random: Random): number {
  for (;;) {
    const index = random.below(HONEST_CONTRIBUTORS);
    if (useQuota(contributors[index] as Contributor, count, at)) return index;
  }
}

/** A farm's first address with quota left; it makes another one when there is none. */
function farmAddress(
  kind: "sybil" | "ring",
  farm: number[],
  contributors: Contributor[],
  count: number,
  at: number,
  random: Random,
): number {
  for (const index of farm) if (useQuota(contributors[index] as Contributor, count, at)) return index;
  const contributor = newContributor(kind, random);
  useQuota(contributor, count, at);
  farm.push(contributors.length);
  return contributors.push(contributor) - 1;
}

function pick<T>(list: readonly T[], random: Random): T | undefined {
  return list[random.below(list.length)];
}
