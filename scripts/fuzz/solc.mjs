#!/usr/bin/env node
/**
 * The compiler that comes with npm, as a program that forge can start: answers `--version` and, on standard input,
 * `--standard-json`. Forge sends every source with its text, so nothing is read from disk and nothing downloaded.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const solc = createRequire(import.meta.url)("solc");

if (process.argv.includes("--version")) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(solc.compile(readFileSync(0, "utf8")));
} else {
  process.stderr.write("solc.mjs answers --version and --standard-json only\n");
  process.exitCode = 1;
}
