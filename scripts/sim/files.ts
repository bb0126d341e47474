import type { CostRow } from "./cost.ts";
import type { Row } from "./experiments.ts";

/** One row a line, so that a change of one variant changes one line; a mean stands with its margin in a pair. */
export function linesOf(rows: readonly (Row | CostRow)[]): string {
  const line = ({ knobs, figures }: Row | CostRow) => {
    const pairs = Object.entries(figures).map(([name, value]) => [
      name,
      typeof value === "number" ? value : [value.mean, value.margin],
    ]);
    return `  ${JSON.stringify({ ...knobs, ...Object.fromEntries(pairs) })}`;
  };
  return `[\n${rows.map(line).join(",\n")}\n]\n`;
}

/** The rows of such a file: what stands in a pair is an estimate, the rest are knobs. */
export function rowsOf(text: string): Row[] {
  const rows = JSON.parse(text) as Record<string, string | number | [number, number]>[];
  return rows.map((row) => {
    const knobs: Row["knobs"] = {};
    const figures: Row["figures"] = {};
    for (const [name, value] of Object.entries(row)) {
      if (Array.isArray(value)) figures[name] = { mean: value[0], margin: value[1] };
      else knobs[name] = value;
    }
    return { knobs, figures };
  });
}

/** What was simulated: amounts are text, since wei do not fit a JSON number. */
export function setupText(setup: object): string {
  const text = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
  return `${JSON.stringify(setup, text, 2)}\n`;
}
