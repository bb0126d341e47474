import type { Damage } from "../damage.ts";
import { TEXT_COPIES } from "./textCopies.ts";
import { TEXT_FILLERS } from "./textFillers.ts";
import { HARMLESS_TEXT_CHANGES } from "./textHarmless.ts";
import { TEXT_RUINS } from "./textRuins.ts";

/** What is done to good texts. */
export const TEXT_DAMAGES: readonly Damage[] = [
  ...TEXT_RUINS,
  ...TEXT_FILLERS,
  ...TEXT_COPIES,
  ...HARMLESS_TEXT_CHANGES,
];
