/** Starts forge, which comes with npm, on the repository's invariants. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const execute = promisify(execFile);

export interface Invariant {
  suite: string;
  name: string;
}

export interface Campaign {
  name: string;
  runs: number;
  calls: number;
  reverts: number;
  /** Why the invariant broke, with the calls that broke it. */
  failure?: string;
}

interface TestResult {
  status: string;
  reason: string | null;
  counterexample: unknown;
  kind: { Invariant: { runs: number; calls: number; reverts: number } };
}

export async function forgeVersion(): Promise<string> {
  const output = await forge(["--version"]);
  return /Version: (\S+)/i.exec(output)?.[1] ?? "unknown";
}

/** Compiles what `forge test` would leave out: the contracts that tests deploy by name only. */
export async function buildAll(): Promise<void> {
  await forge(["build"]);
}

export async function listInvariants(): Promise<Invariant[]> {
  const listed = JSON.parse(
    await forge(["test", "--list", "--json", "--match-test", "^invariant_"]),
  ) as Record<string, Record<string, string[]>>;
  return Object.values(listed)
    .flatMap((suites) => Object.entries(suites))
    .flatMap(([suite, names]) => names.map((name) => ({ suite, name })));
}

/** Runs one invariant with a seed of its own: forge would give all of them the same sequences. */
export async function runCampaign(invariant: Invariant, runs: number, seed: number): Promise<Campaign> {
  const { suite, name } = invariant;
  const output = await forge(
    [
      "test",
      "--json",
      ...["--match-contract", `^${suite}$`],
      ...["--match-test", `^${name}\\b`],
      ...["--fuzz-seed", String(seed)],
    ],
    { FOUNDRY_INVARIANT_RUNS: String(runs) },
  );
  const suites = Object.values(
    JSON.parse(output) as Record<string, { test_results: Record<string, TestResult> }>,
  );
  const result = suites.flatMap((one) => Object.values(one.test_results))[0];
  if (!result) throw new Error(`forge ran nothing for ${suite}.${name}`);
  if (!("Invariant" in result.kind)) throw new Error(`${suite}.${name}: ${result.reason ?? "did not run"}`);
  const { runs: done, calls, reverts } = result.kind.Invariant;
  const campaign: Campaign = { name: `${suite}.${name}`, runs: done, calls, reverts };
  if (result.status !== "Success") {
    campaign.failure = `${JSON.stringify(result.reason)}: ${JSON.stringify(result.counterexample)}`;
  }
  return campaign;
}

/** Forge's exit code says only that a test failed, which its output says better. */
async function forge(commands: string[], environment: Record<string, string> = {}): Promise<string> {
  const options = { cwd: root, env: { ...process.env, ...environment }, maxBuffer: 1 << 30 };
  try {
    return (await execute("node_modules/.bin/forge", commands, options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    if (commands.includes("--json") && stdout?.trim().startsWith("{")) return stdout;
    throw new Error(`forge ${commands.join(" ")} failed: ${stderr || stdout || String(error)}`, {
      cause: error,
    });
  }
}
