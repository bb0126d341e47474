import type { GoodFile, Modality } from "./corpus.ts";
import type { Damage } from "./damage.ts";
import { PICTURE_DAMAGES } from "./damages/pictures.ts";
import { SOUND_DAMAGES } from "./damages/sounds.ts";
import { TEXT_DAMAGES } from "./damages/texts.ts";
import { goodPictures } from "./goodPictures.ts";
import { goodSounds } from "./goodSounds.ts";
import { goodTexts } from "./goodTexts.ts";

/** The good files of each modality. */
export const GOOD_FILES: ReadonlyMap<Modality, () => GoodFile[] | Promise<GoodFile[]>> = new Map<
  Modality,
  () => GoodFile[] | Promise<GoodFile[]>
>([
  ["text", goodTexts],
  ["image", goodPictures],
  ["audio", goodSounds],
]);

/** All damages. */
export const DAMAGES: readonly Damage[] = [...TEXT_DAMAGES, ...PICTURE_DAMAGES, ...SOUND_DAMAGES];
