import type { Check } from "../check.ts";
import { length } from "./length.ts";
import { repetition } from "./repetition.ts";
import { script } from "./script.ts";
import type { TextSubject } from "./subject.ts";
import { variety } from "./variety.ts";

/** The checks of a text, in the order in which they run: the first that rejects gives the reason. */
export const TEXT_CHECKS: readonly Check<TextSubject>[] = [length, repetition, script, variety];
