/** The Solidity project as the tools see it: every source by its name, and which of them are tests. */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import config from "../../hardhat.config.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const cacheFolder = `${root}.cache/mutation/`;

/** Texts are kept one character a byte, since the compiler counts in bytes of UTF-8. */
export type Sources = Record<string, string>;

export const fromText = (text: string) => Buffer.from(text, "utf8").toString("latin1");
export const toText = (bytes: string) => Buffer.from(bytes, "latin1").toString("utf8");
export const hashOf = (...parts: string[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 24);
};

const read = (path: string) => fromText(readFileSync(path, "utf8"));

/** Every file below contracts/, by its path from the root. */
export function readSources(): Sources {
  const names = globSync("contracts/**/*.sol", { cwd: root }).sort();
  return Object.fromEntries(names.map((name) => [name, read(root + name)]));
}

/** What an import of a package names. */
export function readPackageFile(name: string): string | undefined {
  const path = `${root}node_modules/${name}`;
  return existsSync(path) ? read(path) : undefined;
}

export const isTest = (name: string) => name.endsWith(".t.sol") || name.startsWith("contracts/test/");
export const isProduction = (name: string) =>
  name.startsWith("contracts/") && !isTest(name) && !name.startsWith("contracts/interfaces/");

/** Files of packages that tests deploy by name. */
export const packageFiles = (config.solidity as { npmFilesToBuild?: string[] }).npmFilesToBuild ?? [];

/** Names of the sources that one imports, however far away. */
export function importsOf(sources: Sources, name: string, seen = new Set<string>()): Set<string> {
  for (const [, path] of (sources[name] ?? "").matchAll(/(?:^|;)\s*import\s[^;]*?"([^"]+)";/gms)) {
    const imported = path?.startsWith(".") ? new URL(path, `file:///${name}`).pathname.slice(1) : path;
    if (!imported || seen.has(imported)) continue;
    seen.add(imported);
    importsOf(sources, imported, seen);
  }
  return seen;
}
