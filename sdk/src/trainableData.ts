import { type Pool, TEXT } from "./pools.ts";
import { Problem } from "./problem.ts";

/** What the Datanets of a pool hold, as a reader says it. */
const HELD: Readonly<Record<Pool, string>> = {
  0: "texts",
  1: "images",
  2: "audio",
  3: "nothing to train on",
};

/** What is said of every job on images or audio, before it is posted. */
export const TEXT_ONLY =
  "Images and audio are for other trainers: these trainers tune language models on texts.";

/**
 * Make sure that a language model can be tuned on a Datanet.
 *
 * @throws {Problem} `other-trainers` for a Datanet of images or audio.
 * @example
 * requireTrainable({ datanet: 1, pool: TEXT });
 */
export function requireTrainable({ datanet, pool }: { datanet: number; pool: Pool }): void {
  if (pool === TEXT) return;
  throw new Problem(
    "other-trainers",
    `${TEXT_ONLY} Datanet ${datanet} holds ${HELD[pool]}.`,
    "Choose a Datanet of texts.",
    { values: { datanet, pool } },
  );
}
