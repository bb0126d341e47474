import type { Check } from "../check.ts";
import { FILLER_WORDS, PHRASES, TERMS } from "./boilerplatePhrases.ts";
import type { TextSubject } from "./subject.ts";

/** Enough of a long text to tell what it is. */
const MOST_CHARACTERS = 60_000;
/** Without punctuation, a sentence ends somewhere. */
const PIECE = /[^.!?\n|]{1,200}[.!?]*/g;
const LEAST_SHARE = 0.5;
/** One answer in a small file may be short and polite. */
const LEAST_EMPTY_ANSWERS = 2;
const LEAST_FILLER_SHARE = 0.5;
/** Terms of licences among all words: software licences have 6 to 15 %, descriptions of software up to 3 %. */
const LEAST_TERM_SHARE = 0.055;
const LEAST_TERMS = 8;

export const boilerplate: Check<TextSubject> = {
  name: "boilerplate",
  purpose: `Rejects a text of which ${LEAST_SHARE * 100} % or more is placeholder text, a software licence, menus and cookie notices of a web page, form letters, or a chatbot's refusals. A Datanet whose guidelines name such texts takes them.`,
  source:
    "Share of boilerplate sentences by phrases, as the line filters of C4 (Raffel et al. 2020) and RefinedWeb (Penedo et al. 2023); English, and Latin placeholder text.",
  reasons: ["boilerplate"],
  find({ prose, mediaType, passages, guidelines }) {
    if (/licen[cs]es|legal|contracts|boilerplate|templates|form letters/i.test(guidelines)) return undefined;
    const text = prose.slice(0, MOST_CHARACTERS);
    const filler = fillerShare(text);
    if (filler >= LEAST_FILLER_SHARE) return rejected(filler, "placeholder text");
    const terms = text.match(TERMS)?.length ?? 0;
    const termShare = terms / (text.match(/\S+/g)?.length ?? 1);
    if (terms >= LEAST_TERMS && termShare >= LEAST_TERM_SHARE) {
      return { reason: "boilerplate", why: `It is a licence: ${terms} of its words are terms of licences.` };
    }
    const { share, kind } = mostFrequentKind(text.match(PIECE) ?? []);
    if (share >= LEAST_SHARE) return rejected(share, kind);
    if (mediaType !== "application/jsonl") return undefined;
    const refused = passages.filter((passage) => {
      const answer = passage.slice(passage.indexOf("\n") + 1);
      return mostFrequentKind(answer.match(PIECE) ?? []).share >= LEAST_SHARE;
    }).length;
    if (refused < LEAST_EMPTY_ANSWERS || refused < LEAST_SHARE * passages.length) return undefined;
    return { reason: "boilerplate", why: `${refused} of its ${passages.length} answers say nothing.` };
  },
};

function rejected(share: number, kind: string) {
  return { reason: "boilerplate", why: `${Math.round(share * 100)} % of it is ${kind}.` } as const;
}

/** The share of letters in pieces that are boilerplate, and what most of them are. */
function mostFrequentKind(pieces: readonly string[]): { share: number; kind: string } {
  const letters = new Map<string, number>();
  let all = 0;
  for (const piece of pieces) {
    const trimmed = piece.trim();
    all += trimmed.length;
    const kind = kindOf(trimmed);
    if (kind !== undefined) letters.set(kind, (letters.get(kind) ?? 0) + trimmed.length);
  }
  const [most] = [...letters].sort(([, a], [, b]) => b - a);
  const sum = [...letters.values()].reduce((total, count) => total + count, 0);
  return { share: all === 0 ? 0 : sum / all, kind: most?.[0] ?? "" };
}

function kindOf(piece: string): string | undefined {
  return PHRASES.find(({ pattern }) => pattern.test(piece))?.kind;
}

function fillerShare(text: string): number {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.length < 10 ? 0 : words.filter((word) => FILLER_WORDS.has(word)).length / words.length;
}
