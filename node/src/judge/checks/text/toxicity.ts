import { englishDataset } from "obscenity";
import type { Check } from "../check.ts";
import type { TextSubject } from "./subject.ts";

/** Words of the list that are ordinary words too, in medicine, in Shakespeare or as names. */
const ORDINARY = new Set(
  "abo anal anus arse ass bastard bestiality chink cock cum deepthroat dick dyke ejaculate felch fellatio finger hentai hooker incest jerk masturbate negro orgasm orgy penis porn prick rape retard scat semen sex spastic tit tranny turd vagina kinky twat bollocks".split(
    " ",
  ),
);
/** Words of the field that the list lacks. */
const MORE =
  "motherfucker asshole cocksucker faggot retarded dumbass shithead spic wetback subhuman vermin".split(" ");
const ABUSIVE = new Set([...listedWords().filter((word) => !ORDINARY.has(word)), ...MORE]);
/** Most words differ from all of these in their first letters. */
const FIRST_LETTERS = Math.min(...[...ABUSIVE].map((word) => word.length));
const BEGINNINGS = new Set([...ABUSIVE].map((word) => word.slice(0, FIRST_LETTERS)));
/** Wishes and threats, whose words are harmless one by one. */
const THREATS =
  /\b(go )?(kill|hang|hurt) (yourself|urself)\b|\bi (will|'ll|am going to|gonna) (find|kill|rape|hurt|murder) (you|u)\b|\b(hope|wish) (that )?(you|they)( all)? (die|rot|burn)\b|\bdrink bleach\b|\b(should|must|ought to) (all )?be (killed|gassed|exterminated|shot)\b|\bkill (them )?all (these|those|the|of)\b|\b(you|you're|you are) (a )?(an )?(worthless|pathetic|disgusting|stupid|dumb|ugly|fucking|moron|idiot)\b|\beat shit\b|\bnobody (wants|loves) you\b|\bstupid (bitch|idiot)\b/g;
const LEET: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "@": "a",
  $: "s",
  "!": "i",
};
const WORD = /[a-z0-9@$!*']+/g;
const DISGUISED = /[0-9@$!]/;
const ENDING = /(?:ing|ers?|ed|e?s|y|ty|head|hole)$/;

const LEAST_HITS = 3;
/** One word in so many, or more, is abuse. */
const WORDS_A_HIT = 60;

export const toxicity: Check<TextSubject> = {
  name: "abuse",
  purpose: `Rejects a text with ${LEAST_HITS} or more slurs, curses at people and threats, one in every ${WORDS_A_HIT} words or more. A character who swears passes. English only.`,
  source: "The English word list of obscenity without words of everyday use, and patterns of threats.",
  reasons: ["toxic"],
  find({ prose }) {
    const text = prose.toLowerCase();
    let words = 0;
    let hits = text.match(THREATS)?.length ?? 0;
    for (const raw of text.match(WORD) ?? []) {
      words++;
      const word = DISGUISED.test(raw) ? raw.replace(/[013459@$!]/g, (sign) => LEET[sign] ?? sign) : raw;
      if (!BEGINNINGS.has(word.slice(0, FIRST_LETTERS))) continue;
      if (ABUSIVE.has(word) || ABUSIVE.has(word.replace(ENDING, ""))) hits++;
    }
    if (hits === 0) return undefined;
    if (hits >= LEAST_HITS && hits * WORDS_A_HIT >= words) {
      return { reason: "toxic", why: `${hits} slurs, curses or threats in ${words} words.` };
    }
    return { why: `${hits} swear words` };
  },
};

/** The words that the patterns of obscenity's list are named after. */
function listedWords(): string[] {
  return englishDataset.build().blacklistedTerms.flatMap(({ id: termId }) => {
    const match = { termId, matchLength: 0, startIndex: 0, endIndex: 0 };
    return englishDataset.getPayloadWithPhraseMetadata(match).phraseMetadata?.originalWord ?? [];
  });
}
