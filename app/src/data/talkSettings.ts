/** How answers are drawn, as the form holds it: numbers that a person types stay text until they are right. */
export type TalkSettings = {
  temperature: number;
  maxTokens: string;
  /** Empty for another one each time. */
  seed: string;
  withBase: boolean;
};

export const DEFAULT_SETTINGS: TalkSettings = {
  temperature: 0.7,
  maxTokens: "128",
  seed: "",
  withBase: true,
};

/** The largest seed and the longest answer that the chat server takes by default. */
const LARGEST_SEED = 2_147_483_647;
const MOST_TOKENS = 1_024;

/** What is wrong with the settings, by field. */
export function settingFaults({ maxTokens, seed }: TalkSettings): { maxTokens?: string; seed?: string } {
  return {
    ...(isWhole(maxTokens, 1, MOST_TOKENS) ? {} : { maxTokens: `A whole number from 1 to ${MOST_TOKENS}.` }),
    ...(seed === "" || isWhole(seed, 0, LARGEST_SEED)
      ? {}
      : { seed: `A whole number from 0 to ${LARGEST_SEED}, or nothing.` }),
  };
}

/** The seed of the next answer, drawn where none was chosen: both sides get the same one. */
export function seedOf({ seed }: TalkSettings): number {
  return seed === "" ? Math.floor(Math.random() * LARGEST_SEED) : Number(seed);
}

/** The name of a release in the chat API. */
export function modelName(release: number): string {
  return `release-${release}`;
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
}
