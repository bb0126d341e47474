import type { Database } from "../../app/database.ts";
import type { Fingerprint } from "../assay.ts";
import { layOut, soundLikeness } from "../prints/soundLikeness.ts";
import {
  decodeSoundPrint,
  doubtfulBits,
  encodeSoundPrint,
  keptPrint,
  type SoundPrint,
} from "../prints/soundPrint.ts";
import type { Candidate, PrintIndex } from "./printIndex.ts";
import { PrintTable } from "./printTable.ts";

/** Every word of a recording is indexed; of a long one as many as come to this number, spread over all of it. */
const MOST_INDEXED = 2_000;
/** Words of a recording that are looked up at most, spread over all of it. */
const MOST_LOOKED_UP = 600;
/** Words that two recordings must share at about one offset before they are compared. */
const SHARED_WORDS = 2;
/** Frames within which an offset counts as one. */
const OFFSET_STEP = 5;
/** Recordings that are laid out at most, those that share most words first: a bound on the time for one file. */
const MOST_COMPARED = 32;
/** Recordings whose sounds are compared at most, those whose words differ least first: it takes tens of milliseconds each. */
const MOST_HEARD = 3;

/**
 * The words of recordings, by which those that share words with a given one are found, and their prints, by which these
 * are compared (the index and the search of Haitsma & Kalker). Words in doubt are looked up both ways.
 */
export class KnownSounds implements PrintIndex {
  readonly #table: PrintTable;

  constructor(database: Database, schema: string) {
    this.#table = new PrintTable(database, {
      schema,
      prints: "known_sound",
      keys: "known_word",
      columns: ["word", "frame"],
      keysOf: (print) => indexedWords(decodeSoundPrint(print)),
    });
  }

  add(id: number, { print }: Fingerprint): void {
    this.#table.add(id, encodeSoundPrint(keptPrint(decodeSoundPrint(print))));
  }

  remove(id: number): void {
    this.#table.remove(id);
  }

  find({ print }: Fingerprint): Candidate[] {
    const sound = decodeSoundPrint(print);
    const candidates = [...this.#votes(sound)].filter(([, { votes }]) => votes >= SHARED_WORDS);
    candidates.sort(([a, { votes }], [b, others]) => others.votes - votes || a - b);
    const laidOut = candidates.slice(0, MOST_COMPARED).map(([id, { offset }]) => {
      const known = decodeSoundPrint(this.#table.print(id));
      return { id, known, layout: layOut(sound, known, offset) };
    });
    laidOut.sort((a, b) => a.layout.bits - b.layout.bits || a.id - b.id);
    return laidOut.slice(0, MOST_HEARD).flatMap(({ id, known, layout }) => {
      const percent = soundLikeness(sound, known, layout);
      return percent === undefined ? [] : [{ id, percent }];
    });
  }

  /** By file that shares more than one word: at which offset most are shared, and how many. */
  #votes({ speeds, weights, doubtful }: SoundPrint): Map<number, { votes: number; offset: number }> {
    // Most files share one word by chance, which is not enough: only from the second on are votes counted by offset.
    const first = new Map<number, number>();
    const byOffset = new Map<number, Map<number, number>>();
    const step = Math.max(1, Math.floor(weights.length / MOST_LOOKED_UP));
    for (let frame = 0; frame < weights.length; frame += step) {
      if (weights[frame] === 0) continue;
      const [own = 0, ...others] = speeds.map((words) => words[frame] as number);
      for (const word of new Set([...wordsNear(own, doubtfulBits(doubtful[frame] ?? 0)), ...others])) {
        for (const [file, other = 0] of this.#table.withKey(word)) {
          const offset = Math.round((other - frame) / OFFSET_STEP);
          const votes = byOffset.get(file);
          const earlier = first.get(file);
          if (votes !== undefined) votes.set(offset, (votes.get(offset) ?? 0) + 1);
          else if (earlier === undefined) first.set(file, offset);
          else byOffset.set(file, new Map([[earlier, 1]]).set(offset, earlier === offset ? 2 : 1));
        }
      }
    }
    const best = new Map<number, { votes: number; offset: number }>();
    for (const [file, votes] of byOffset) {
      for (const offset of votes.keys()) {
        // Votes for one offset may fall to both sides of a step's edge.
        const count = (votes.get(offset) ?? 0) + (votes.get(offset + 1) ?? 0);
        if (count > (best.get(file)?.votes ?? 0)) {
          const isUpper = (votes.get(offset + 1) ?? 0) > (votes.get(offset) ?? 0);
          best.set(file, { votes: count, offset: (offset + (isUpper ? 1 : 0)) * OFFSET_STEP });
        }
      }
    }
    return best;
  }
}

/** The words of a recording that are indexed, each with its frame: spread evenly, without silence. */
function indexedWords({ speeds, weights }: SoundPrint): [word: number, frame: number][] {
  const words = speeds[0] as Uint32Array;
  const step = Math.ceil(words.length / MOST_INDEXED);
  const indexed: [number, number][] = [];
  for (let frame = 0; frame < words.length; frame += step) {
    if (weights[frame] !== 0) indexed.push([words[frame] as number, frame]);
  }
  return indexed;
}

function wordsNear(word: number, doubtful: readonly number[]): number[] {
  let near = [word];
  for (const mask of doubtful) near = [...near, ...near.map((other) => other ^ mask)];
  return near;
}
