import { readFile } from "node:fs/promises";
import { type Addresses, addressesOf, deployments } from "@openledger/sdk/addresses";
import { describe, expect, it } from "vitest";
import { recordAddresses, renderTable } from "./record.ts";

const source = await readFile(new URL("../../sdk/src/addresses.ts", import.meta.url), "utf8");
const local = addressesOf(31_337);

describe("renderTable", () => {
  it("changes nothing when nothing changed", () => {
    expect(renderTable(source, deployments)).toBe(source);
  });

  it("adds a chain beside the others", () => {
    const other: Addresses = { ...local, deploymentBlock: 42 };
    const rendered = renderTable(source, { ...deployments, 10: other });
    expect(rendered).toContain("  10: {\n");
    expect(rendered).toContain("    deploymentBlock: 42,\n");
    expect(rendered).toContain("  31337: {\n");
  });

  it("refuses a file without a table", () => {
    expect(() => renderTable("export {};", deployments)).toThrow("holds no table");
  });
});

describe("recordAddresses", () => {
  it("keeps the addresses of every fresh local chain", async () => {
    await expect(recordAddresses(31_337, { ...local, court: local.vault })).rejects.toThrow(
      "not at the usual local addresses",
    );
  });
});
