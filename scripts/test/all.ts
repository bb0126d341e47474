/** `npm test`: the checks and every test, one after the other. Prints the counts last, as "N passed, N failed". */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonBinary } from "../setup/setup.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const reports = join(root, ".cache", "reports");

interface Counts {
  passed: number;
  failed: number;
  /** The names of what failed, with the first line of why, where the suite tells. */
  failures?: string[];
}

interface Suite {
  name: string;
  command: [string, ...string[]];
  /** Runs beside the suite before it: one of them leaves a core idle, and no window of theirs is short. */
  besideLast?: boolean;
  /** Reads the counts from what the suite printed or wrote; a suite without tests counts as one. */
  counts?: (output: string) => Counts;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** Counts in the JSON report of vitest. A file whose set-up failed is told of, too: none of its tests ran. */
function vitestCounts(report: string): Counts {
  const { numPassedTests, numFailedTests, testResults }: VitestReport = JSON.parse(
    readFileSync(join(reports, report), "utf8"),
  );
  const failures = testResults
    .filter(({ status }) => status === "failed")
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === "failed");
      const file = relative(root, name);
      return failed.length === 0
        ? [`${file}: ${firstLine(message)}`]
        : failed.map(
            ({ fullName, failureMessages: [why = ""] }) => `${file}: ${fullName}: ${firstLine(why)}`,
          );
    });
  return { passed: numPassedTests, failed: numFailedTests, failures };
}

const firstLine = (text: string) => text.split("\n", 1)[0]?.slice(0, 300) ?? "";

function vitest(name: string, projects: string[]): Suite {
  const report = `${name.replaceAll(/\W+/g, "-")}.json`;
  const chosen = projects.flatMap((project) => ["--project", project]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${join(reports, report)}`];
  return {
    name,
    command: [join(root, "node_modules/.bin/vitest"), "run", ...chosen, ...reporters],
    counts: () => vitestCounts(report),
  };
}

const number = (output: string, pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? 0);

const suites: Suite[] = [
  { name: "check", command: [process.execPath, "scripts/check/all.ts"] },
  {
    name: "contracts",
    command: [process.execPath, "node_modules/hardhat/dist/src/cli.js", "test", "solidity"],
    counts: (output) => ({
      passed: number(output, /(\d+) passing/),
      failed: number(output, /(\d+) failing/),
    }),
  },
  { name: "gas", command: [process.execPath, "scripts/gas/report.ts", "--check"] },
  vitest("units", ["sdk", "node", "app", "indexer", "scripts"]),
  vitest("contracts against TypeScript", ["test/contracts", "test/differential", "test/package"]),
  vitest("contracts against the model", ["test/model"]),
  {
    name: "trainer",
    besideLast: true,
    // A process for each core, but no more than memory bears: each holds torch. Files stay whole, for what their tests share.
    command: [
      pythonBinary(),
      ...[
        "-m",
        "pytest",
        "trainer/tests",
        "--numprocesses",
        "auto",
        "--maxprocesses",
        "4",
        "--dist",
        "loadfile",
      ],
    ],
    counts: (output) => ({
      passed: number(output, /(\d+) passed/),
      failed: number(output, /(\d+) (?:failed|error)/),
    }),
  },
  // Voters mostly wait for the chain's clock.
  { ...vitest("voting", ["test/voting"]), besideLast: true },
  vitest("end to end", ["test/e2e"]),
  vitest("faults", ["test/faults"]),
  vitest("court", ["test/court"]),
];

interface Run {
  suite: Suite;
  code: number;
  output: string;
  seconds: number;
}

/** Runs a suite; what it prints is shown as it comes, or, of a suite beside another, at its end. */
function run(suite: Suite, shown: boolean): Promise<Run> {
  const started = Date.now();
  const title = `\n── ${suite.name} ──\n`;
  return new Promise((resolve) => {
    if (shown) process.stdout.write(title);
    const end = (code: number, output: string) => {
      if (!shown) process.stdout.write(title + output);
      resolve({ suite, code, output, seconds: (Date.now() - started) / 1000 });
    };
    const [program, ...args] = suite.command;
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const show = (chunk: Buffer) => {
      output += chunk;
      if (shown) process.stdout.write(chunk);
    };
    child.stdout.on("data", show);
    child.stderr.on("data", show);
    child.on("error", (error) => end(1, error.message));
    child.on("close", (code) => end(code ?? 1, output));
  });
}

/** The suites in the order in which they run, those that run together as one. */
function grouped(chosen: readonly Suite[]): Suite[][] {
  const groups: Suite[][] = [];
  for (const suite of chosen) {
    const last = groups.at(-1);
    if (suite.besideLast && last !== undefined) last.push(suite);
    else groups.push([suite]);
  }
  return groups;
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const wanted = process.argv.slice(2);
const total: Counts = { passed: 0, failed: 0 };
const lines: string[] = [];
const failures: string[] = [];

function note({ suite, code, output, seconds }: Run): void {
  const read = (): Counts =>
    suite.counts?.(output) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  let counts: Counts;
  try {
    counts = read();
  } catch {
    counts = { passed: 0, failed: 1 };
  }
  // A runner that ends badly without a failed test, or well without any test, has not tested what it should.
  if ((code !== 0 && counts.failed === 0) || (code === 0 && counts.passed === 0)) counts.failed++;
  total.passed += counts.passed;
  total.failed += counts.failed;
  failures.push(...(counts.failures ?? []));
  lines.push(
    `${counts.failed === 0 ? "ok    " : "FAILED"}  ${suite.name}: ${counts.passed} passed, ${counts.failed} failed (${seconds.toFixed(0)} s)`,
  );
}

const chosen = suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
for (const group of grouped(chosen)) {
  for (const done of await Promise.all(group.map((suite, index) => run(suite, index === 0)))) note(done);
}
console.log(`\n${lines.join("\n")}\n`);
if (failures.length > 0) console.log(`What failed:\n${failures.map((one) => `  ${one}`).join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
