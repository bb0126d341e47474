import type { GoodFile, Modality } from "./corpus.ts";
import type { Damage } from "./damage.ts";
import { TEXT_DAMAGES } from "./damages/texts.ts";
import { goodTexts } from "./goodTexts.ts";

/** The good files of each modality. */
export const GOOD_FILES: ReadonlyMap<Modality, () => GoodFile[] | Promise<GoodFile[]>> = new Map([
  ["text", goodTexts],
]);

/** All damages. */
export const DAMAGES: readonly Damage[] = [...TEXT_DAMAGES];
