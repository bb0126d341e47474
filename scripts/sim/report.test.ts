import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { toSvg } from "./charts.ts";
import { defaultActors, defaultRules } from "./config.ts";
import { experiments, SEEDS } from "./experiments.ts";
import { linesOf, rowsOf, setupText } from "./files.ts";
import { plots } from "./plots.ts";

const bench = (name: string) => readFile(new URL(`../../bench/sim/${name}`, import.meta.url), "utf8");

test("bench/sim/ was made with the rules that a public chain starts with; `npm run sim` makes it anew", async () => {
  expect(await bench("setup.json")).toBe(
    setupText({ seeds: SEEDS, rules: defaultRules, actors: defaultActors }),
  );
});

test("every experiment has its file, with a row for each variant", async () => {
  for (const [name, variants] of Object.entries(experiments)) {
    expect(JSON.parse(await bench(`${name}.json`)), name).toHaveLength(variants().length);
  }
});

test("a row stands on one line", () => {
  const rows = [
    { knobs: { size: 3 }, figures: { "final.error": { mean: 0.5, margin: 0.1 } } },
    { knobs: { size: 5 }, figures: { chance: 0.25 } },
  ];
  expect(linesOf(rows)).toBe('[\n  {"size":3,"final.error":[0.5,0.1]},\n  {"size":5,"chance":0.25}\n]\n');
});

test("rows read from a file are those that were written", () => {
  const rows = [{ knobs: { rule: "any", size: 3 }, figures: { "final.error": { mean: 0.5, margin: 0.1 } } }];
  expect(rowsOf(linesOf(rows))).toEqual(rows);
});

test("a plot is drawn without a browser, the same twice", async () => {
  const row = (ringShare: number) => ({
    knobs: { committeeSize: 5, appeals: 2, strategy: "opportunist", ringShare },
    figures: { "final.wrongAcceptance": { mean: ringShare / 4, margin: 0.01 } },
  });
  const spec = () => plots["wrong-verdicts"]?.({ rows: { collusion: [row(0.1), row(0.2)] }, costs: [] });
  const svg = await toSvg(spec() ?? expect.fail("no such plot"));
  expect(svg).toContain("wrong verdicts");
  expect(svg).toContain("aria-roledescription");
  expect(await toSvg(spec() ?? expect.fail("no such plot"))).toBe(svg);
});
