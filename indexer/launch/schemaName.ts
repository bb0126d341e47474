import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Addresses } from "@openledger/sdk/addresses";
import type { ChainIdentity } from "./chainHistory.ts";

/** What makes one index different from another. */
export type IndexIdentity = ChainIdentity & { chainId: number; addresses: Addresses };

const indexerFolder = fileURLToPath(new URL("../", import.meta.url));
const sdkFolder = fileURLToPath(new URL("./", import.meta.resolve("@openledger/sdk/addresses")));

/** Everything that decides what a row says: schema, configuration, handlers, and what they import. */
const SOURCES = [
  [indexerFolder, ["package.json", "ponder.*.ts", "rules/*.ts", "schema/*.ts", "src/**/*.ts"]],
  [sdkFolder, ["abi/*.ts", "committee.ts", "docketId.ts", "grades.ts", "pools.ts"]],
] as const;

/**
 * The database schema of one index: a name that changes with the chain, the contracts and the code. Ponder refuses a
 * schema that another build filled; a name of its own for each makes that impossible, and going back costs nothing.
 */
export function schemaNameOf(identity: IndexIdentity): string {
  const hash = createHash("sha256").update(JSON.stringify(identity));
  for (const [folder, patterns] of SOURCES) {
    for (const pattern of patterns) {
      for (const path of globSync(pattern, { cwd: folder }).sort()) {
        if (!path.endsWith(".test.ts")) hash.update(path).update(readFileSync(join(folder, path)));
      }
    }
  }
  return `index_${hash.digest("hex").slice(0, 20)}`;
}
