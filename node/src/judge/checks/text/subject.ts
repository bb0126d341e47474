import { type LanguageFigures, languageFigures } from "../../language.ts";
import { passagesOf } from "../../passages.ts";
import { wordsOf } from "../../words.ts";
import { languagesOf, type ToldSentence } from "./languages.ts";

/** What the checks of a text look at: read once, measured when first asked for. */
export class TextSubject {
  readonly text: string;
  readonly mediaType: string;
  /** What the Datanet asks for; empty when it does not say. */
  readonly guidelines: string;
  /** The text that a person wrote: of JSONL, prompts and responses without the JSON around them. */
  readonly prose: string;
  #words: string[] | undefined;
  #passages: string[] | undefined;
  #languages: ToldSentence[] | undefined;
  #figures: LanguageFigures | undefined;

  constructor(text: string, mediaType: string, guidelines = "") {
    this.text = text;
    this.mediaType = mediaType;
    this.guidelines = guidelines;
    this.prose = mediaType === "application/jsonl" ? this.passages.join("\n") : text;
  }

  /** Pairs of JSONL, else paragraphs, else lines. */
  get passages(): readonly string[] {
    this.#passages ??= passagesOf(this.text, this.mediaType);
    return this.#passages;
  }

  /** The words of the prose, in one case. */
  get words(): readonly string[] {
    this.#words ??= wordsOf(this.prose);
    return this.#words;
  }

  /** The longer sentences of its beginning and their languages. */
  get languages(): readonly ToldSentence[] {
    this.#languages ??= languagesOf(this.prose);
    return this.#languages;
  }

  get figures(): LanguageFigures {
    this.#figures ??= languageFigures(this.prose);
    return this.#figures;
  }
}
