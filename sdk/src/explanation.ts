/** An error as a person reads it. */
export type Explanation = {
  /** The custom error's name, or what kind of error it is. */
  name: string;
  /** What is wrong, with its values. */
  sentence: string;
  /** What to do. */
  next: string;
  /** The values, by parameter name, as they came. */
  values: Record<string, unknown>;
};
