import type { Check } from "../check.ts";
import { boilerplate } from "./boilerplate.ts";
import { encoding } from "./encoding.ts";
import { length } from "./length.ts";
import { mixedLanguages } from "./mixedLanguages.ts";
import { personalData } from "./personalData.ts";
import { relevance } from "./relevance.ts";
import { repetition } from "./repetition.ts";
import { script } from "./script.ts";
import { secrets } from "./secrets.ts";
import type { TextSubject } from "./subject.ts";
import { toxicity } from "./toxicity.ts";
import { variety } from "./variety.ts";
import { wordOrder } from "./wordOrder.ts";

/** The checks of a text, in the order in which they run: the first that rejects gives the reason. */
export const TEXT_CHECKS: readonly Check<TextSubject>[] = [
  length,
  encoding,
  secrets,
  personalData,
  boilerplate,
  repetition,
  script,
  mixedLanguages,
  wordOrder,
  toxicity,
  relevance,
  variety,
];
