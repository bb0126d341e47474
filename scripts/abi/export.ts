/** Writes the ABI of every contract as a typed TypeScript module under `sdk/src/abi/`, or checks that they are current. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const contracts = [
  "OpenToken",
  "Parameters",
  "Seats",
  "Court",
  "Datanets",
  "Vault",
  "Training",
  "Models",
  "Attribution",
  "ServerPool",
  "AccessManager",
  "TimelockController",
  "OpenGovernor",
  "OpenVesting",
] as const;

/** Source text of the module that holds one contract's ABI. */
async function moduleOf(contract: string): Promise<string | undefined> {
  const candidates = [
    `artifacts/contracts/${contract}.sol/${contract}.json`,
    `artifacts/contracts/interfaces/I${contract}.sol/I${contract}.json`,
    `artifacts/contracts/governance/${contract}.sol/${contract}.json`,
    `artifacts/@openzeppelin/contracts/access/manager/${contract}.sol/${contract}.json`,
    `artifacts/@openzeppelin/contracts/governance/${contract}.sol/${contract}.json`,
  ];
  const found = candidates.map((path) => new URL(path, root)).find((url) => existsSync(url));
  if (!found) return undefined;
  const { abi } = JSON.parse(await readFile(found, "utf8"));
  const name = `${contract[0]?.toLowerCase()}${contract.slice(1)}Abi`;
  return `/** ABI of ${contract}, written by \`scripts/abi/export.ts\` from the compiled contract. */\nexport const ${name} = ${JSON.stringify(abi, null, 2)} as const;\n`;
}

const check = process.argv.includes("--check");
const stale: string[] = [];
await mkdir(new URL("sdk/src/abi/", root), { recursive: true });
for (const contract of contracts) {
  const text = await moduleOf(contract);
  if (text === undefined) {
    if (check) stale.push(`${contract} (not compiled)`);
    continue;
  }
  const target = new URL(`sdk/src/abi/${contract[0]?.toLowerCase()}${contract.slice(1)}.ts`, root);
  const current = existsSync(target) ? await readFile(target, "utf8") : "";
  if (current === text) continue;
  if (check) stale.push(fileURLToPath(target));
  else await writeFile(target, text);
}
if (stale.length > 0) {
  console.error(
    `ABI modules differ from the compiled contracts: ${stale.join(", ")}. Run "node scripts/abi/export.ts".`,
  );
  process.exit(1);
}
