import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("the sdk's ABI modules are those of the compiled contracts", async () => {
  const script = new URL("../../scripts/abi/export.ts", import.meta.url).pathname;
  const { stderr } = await promisify(execFile)(process.execPath, [script, "--check"]);
  expect(stderr).not.toContain("differ");
});
