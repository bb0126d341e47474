#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/** The command line `openledger`. Plain JavaScript, so that an old Node says what is missing instead of failing. */
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  process.stderr.write(
    `openledger needs Node 24, this is ${process.version}.\n  Run it as: npm run -s openledger -- … (in the repository, where set-up brings Node 24)\n`,
  );
  process.exit(1);
}
const { runCommandLine } = await import("../src/cli/main.ts");
const { processIo } = await import("../src/cli/io.ts");
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());
process.exit(await runCommandLine(process.argv.slice(2), processIo(stop.signal)));
