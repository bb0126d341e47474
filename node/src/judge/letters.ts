const SCRIPTS: readonly [string, RegExp][] = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Han",
  "Hiragana",
  "Katakana",
  "Hangul",
  "Arabic",
  "Hebrew",
  "Devanagari",
  "Bengali",
  "Tamil",
  "Thai",
  "Lao",
  "Khmer",
  "Myanmar",
  "Tibetan",
  "Georgian",
  "Ethiopic",
  "Cherokee",
  "Canadian_Aboriginal",
  "Javanese",
  "Balinese",
].map((script) => [script, new RegExp(`\\p{Script=${script}}`, "u")]);

const APOSTROPHE = 0x27;
/** Pairs of so many different letters are counted in a table. */
const TABLE_LETTERS = 256;

/** The letters of words, numbered in the order in which they first come. */
export class Letters {
  /** How many letters there are. */
  readonly total: number;
  readonly #numbers = new Map<number, number>();
  readonly #counts: number[] = [];
  /** The number of every letter, and -1 between words. */
  readonly #sequence: Int32Array;
  #length = 0;

  constructor(words: readonly string[]) {
    this.#sequence = new Int32Array(words.reduce((sum, word) => sum + word.length + 1, 0));
    for (const word of words) {
      for (let at = 0; at < word.length; at++) {
        const letter = word.codePointAt(at) as number;
        if (letter > 0xffff) at++;
        if (letter !== APOSTROPHE) this.#sequence[this.#length++] = this.#count(letter);
      }
      this.#sequence[this.#length++] = -1;
    }
    this.total = this.#length - words.length;
  }

  #count(letter: number): number {
    let number = this.#numbers.get(letter);
    if (number === undefined) {
      number = this.#counts.length;
      this.#numbers.set(letter, number);
      this.#counts.push(0);
    }
    this.#counts[number] = (this.#counts[number] as number) + 1;
    return number;
  }

  byScript(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [letter, number] of this.#numbers) {
      const script = scriptOf(letter);
      counts.set(script, (counts.get(script) ?? 0) + (this.#counts[number] as number));
    }
    return counts;
  }

  /** How often each letter of some scripts stands in the text. */
  countsOf(scripts: ReadonlySet<string>): number[] {
    return [...this.#numbers]
      .filter(([letter]) => scripts.has(scriptOf(letter)))
      .map(([, number]) => this.#counts[number] as number);
  }

  /** How much more often two pairs of neighbouring letters are equal than if neighbours were independent. */
  dependence(): number {
    const kinds = this.#counts.length;
    const pairs = kinds <= TABLE_LETTERS ? new Uint32Array(kinds * kinds) : new Map<number, number>();
    const singles = new Uint32Array(kinds);
    let count = 0;
    for (let at = 1; at < this.#length; at++) {
      const before = this.#sequence[at - 1] as number;
      const letter = this.#sequence[at] as number;
      if (before < 0 || letter < 0) continue;
      const pair = before * kinds + letter;
      if (pairs instanceof Map) pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      else pairs[pair] = (pairs[pair] as number) + 1;
      singles[before] = (singles[before] as number) + 1;
      singles[letter] = (singles[letter] as number) + 1;
      count++;
    }
    const inPairs = equalShare(singles, 2 * count);
    return inPairs === 0 ? 0 : equalShare(pairs.values(), count) / inPairs ** 2;
  }
}

/** The chance that two different places hold the same sign: unbiased, so that short texts can be compared with long ones. */
export function equalShare(counts: Iterable<number>, places: number): number {
  if (places < 2) return 0;
  let equal = 0;
  for (const count of counts) equal += count * (count - 1);
  return equal / (places * (places - 1));
}

const scripts = new Map<number, string>();

function scriptOf(letter: number): string {
  let script = scripts.get(letter);
  if (script === undefined) {
    const sign = String.fromCodePoint(letter);
    script =
      SCRIPTS.find(([, pattern]) => pattern.test(sign))?.[0] ?? `U+${letter.toString(16).slice(0, -2)}`;
    scripts.set(letter, script);
  }
  return script;
}
