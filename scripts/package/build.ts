/**
 * Builds the npm package `@openledger/contracts` in `dist/contracts`: interfaces to import from Solidity, ABIs as JSON and
 * as typed modules (viem), bindings for ethers 6, and the addresses by chain. `npm publish` from there.
 */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { deployments } from "@openledger/sdk/addresses";
import { runTypeChain } from "typechain";
import { buildContracts, repositoryRoot } from "../deploy/hardhat.ts";

const target = `${repositoryRoot}dist/contracts/`;
const sources = `${target}source/`;

/** The manifest of the package; its version is the project's. */
function manifest(): string {
  const { version, license, devDependencies } = JSON.parse(
    readFileSync(`${repositoryRoot}package.json`, "utf8"),
  );
  return `${JSON.stringify(
    {
      name: "@openledger/contracts",
      version,
      description: "OpenLedger's contracts for other people's code: interfaces, ABIs, bindings, addresses.",
      license,
      type: "module",
      sideEffects: false,
      files: ["interfaces", "abi", "ethers", "addresses.json", "README.md"],
      exports: {
        "./interfaces/*": "./interfaces/*",
        "./abi/*.json": "./abi/*.json",
        "./abi/*": { types: "./abi/*.d.ts", default: "./abi/*.js" },
        "./ethers": { types: "./ethers/index.d.ts", default: "./ethers/index.js" },
        "./addresses.json": "./addresses.json",
      },
      dependencies: { "@openzeppelin/contracts": devDependencies["@openzeppelin/contracts"] },
      peerDependencies: { ethers: "^6.17.0" },
      peerDependenciesMeta: { ethers: { optional: true } },
    },
    null,
    2,
  )}\n`;
}

/** The compiled contracts that have an ABI module, as paths of their artifacts. */
function artifacts(): string[] {
  const names = globSync("*.ts", { cwd: `${repositoryRoot}sdk/src/abi` }).map((file) =>
    basename(file, ".ts"),
  );
  const contracts = new Map(
    globSync("artifacts/contracts/**/*.json", { cwd: repositoryRoot }).map((path) => [
      basename(path, ".json"),
      path,
    ]),
  );
  return names.flatMap((name) => {
    const path = contracts.get(`${name[0]?.toUpperCase()}${name.slice(1)}`);
    return path === undefined ? [] : [`${repositoryRoot}${path}`];
  });
}

/** Compiles what was written as TypeScript to modules with declarations. */
function compile(): void {
  writeFileSync(
    `${target}tsconfig.json`,
    JSON.stringify({
      compilerOptions: {
        target: "es2022",
        module: "nodenext",
        moduleResolution: "nodenext",
        declaration: true,
        skipLibCheck: true,
        strict: true,
        types: [],
        rootDir: "source",
        outDir: ".",
      },
      include: ["source"],
      // The output folder would be left out otherwise, and it holds the source.
      exclude: [],
    }),
  );
  const compiler = `${repositoryRoot}node_modules/.bin/tsc`;
  execFileSync(compiler, ["-p", `${target}tsconfig.json`], { stdio: ["ignore", "inherit", "inherit"] });
  rmSync(`${target}tsconfig.json`);
  rmSync(sources, { recursive: true });
}

await buildContracts();
rmSync(target, { recursive: true, force: true });
mkdirSync(`${target}abi`, { recursive: true });
writeFileSync(`${target}package.json`, manifest());
writeFileSync(`${target}addresses.json`, `${JSON.stringify(deployments, null, 2)}\n`);
cpSync(`${repositoryRoot}scripts/package/README.md`, `${target}README.md`);
cpSync(`${repositoryRoot}contracts/interfaces`, `${target}interfaces`, { recursive: true });
cpSync(`${repositoryRoot}sdk/src/abi`, `${sources}abi`, { recursive: true });
const files = artifacts().map((path) => {
  const { contractName, abi } = JSON.parse(readFileSync(path, "utf8"));
  const file = `${target}abi/${contractName}.json`;
  writeFileSync(file, `${JSON.stringify(abi, null, 2)}\n`);
  return file;
});
await runTypeChain({
  cwd: repositoryRoot,
  filesToProcess: files,
  allFiles: files,
  outDir: `${sources}ethers`,
  target: "ethers-v6",
  flags: {
    node16Modules: true,
    alwaysGenerateOverloads: false,
    discriminateTypes: true,
    tsNocheck: false,
    environment: undefined,
  },
});
compile();
process.stdout.write(`The package lies in ${target}: ${files.length} contracts.\n`);
