import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Modules that only daemons and scripts use. */
const nodeOnly = ["addressesFile.ts"];

test("every other module runs in a browser: it imports nothing of Node", () => {
  const folder = new URL("./", import.meta.url);
  const files = globSync("**/*.ts", { cwd: folder }).filter((name) => !name.endsWith(".test.ts"));
  expect(files).toContain("submission.ts");
  const guilty = files.filter((name) =>
    /from "(node:|@openledger\/sdk\/addressesFile|\.\.?\/addressesFile)|\b(Buffer|process)\./.test(
      readFileSync(new URL(name, folder), "utf8"),
    ),
  );
  expect(guilty).toEqual(nodeOnly);
});
