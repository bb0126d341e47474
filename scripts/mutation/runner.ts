/** Runs chosen Solidity tests of a build in this process, so that a run costs no start of Hardhat. */
import {
  CollectStackTraces,
  EdrContext,
  L1_CHAIN_TYPE,
  l1GenesisState,
  l1HardforkFromString,
  l1SolidityTestRunnerFactory,
  type SolidityTestRunnerConfigArgs,
  type SuiteResult,
} from "@nomicfoundation/edr";
import type { Artifact } from "./compiler.ts";
import { root } from "./project.ts";

/** A test function of a test contract. */
interface Test {
  source: string;
  suite: string;
  name: string;
}

export interface Result extends Test {
  passed: boolean;
  reason: string;
  milliseconds: number;
}

export interface Options {
  fuzzRuns: number;
  invariantRuns: number;
  /** Name patterns of the tests to run; all without. */
  pattern?: string;
  /** The 20 bytes that the build's one undeployed library is linked to. */
  linked?: number;
  /** For each test; none without. */
  gasLimit?: bigint;
  onHits?: (hits: Uint8Array[]) => void;
}

const hardfork = "prague";
let context: Promise<EdrContext> | undefined;

async function edr(): Promise<EdrContext> {
  context ??= (async () => {
    const created = new EdrContext();
    await created.registerSolidityTestRunnerFactory(L1_CHAIN_TYPE, l1SolidityTestRunnerFactory());
    return created;
  })();
  return context;
}

function configOf(options: Options, sources: Set<string>): SolidityTestRunnerConfigArgs {
  const { fuzzRuns, invariantRuns, pattern, onHits } = options;
  return {
    projectRoot: root,
    hardfork,
    localPredeploys: l1GenesisState(l1HardforkFromString(hardfork)),
    ...(options.gasLimit === undefined ? {} : { gasLimit: options.gasLimit }),
    disableBlockGasLimit: true,
    disableTransactionGasCap: true,
    fuzz: { runs: fuzzRuns, seed: "0x4f50454e" },
    invariant: { runs: invariantRuns, depth: 96, failOnRevert: true, shrinkRunLimit: 0 },
    collectStackTraces: CollectStackTraces.OnFailure,
    ...(pattern === undefined ? {} : { testPattern: pattern }),
    ...(onHits && {
      observability: {
        codeCoverage: {
          onCollectedCoverageCallback: async (hits: Uint8Array[]) => onHits(hits),
        },
      },
    }),
    testSourcePaths: Object.fromEntries(
      [...sources].map((source) => [source, root + source.replace("project/", "")]),
    ),
  };
}

export const isSuite = ({ source, abi }: Artifact) =>
  source.endsWith(".t.sol") &&
  abi.some(({ type, name }) => type === "function" && /^(test|invariant)/.test(name ?? ""));

/** Codes between their placeholders for libraries. */
const pieces = new Map<string, string[]>();

function linked(code: string, address: string): string {
  let parts = pieces.get(code);
  if (!parts) {
    parts = code.split(/__\$[0-9a-f]{34}\$__/);
    pieces.set(code, parts);
  }
  return `0x${parts.join(address)}`;
}

/** Runs the suites of `suites`, which deploy contracts of `deployed` by name. */
export async function runTests(
  deployed: Artifact[],
  suites: Artifact[],
  options: Options,
): Promise<Result[]> {
  const address = (options.linked ?? 0).toString(16).padStart(40, "0");
  const idOf = ({ name, source }: Artifact) => ({ name, source, solcVersion: "0.8.37" });
  const others = deployed.filter((artifact) => !isSuite(artifact));
  const artifacts = [...others, ...suites].map((artifact) => ({
    id: idOf(artifact),
    contract: {
      abi: JSON.stringify(artifact.abi),
      bytecode: linked(artifact.bytecode, address),
      deployedBytecode: linked(artifact.deployedBytecode ?? "", address),
    },
  }));
  const finished: SuiteResult[] = [];
  // The last reports may come after the run has ended.
  const { promise: allReported, resolve } = Promise.withResolvers<void>();
  const sources = new Set(suites.map(({ source }) => source));
  await (await edr()).runSolidityTests(
    L1_CHAIN_TYPE,
    artifacts,
    suites.map(idOf),
    configOf(options, sources),
    { buildInfos: [], ignoreContracts: false },
    (suite) => {
      if (finished.push(suite) === suites.length) resolve();
    },
  );
  await allReported;
  return finished.flatMap(({ id, testResults }) =>
    testResults.map(({ name, status, reason, durationNs }) => ({
      source: id.source,
      suite: id.name,
      name,
      passed: status !== "Failure",
      reason: reason ?? "",
      milliseconds: Number(durationNs) / 1e6,
    })),
  );
}
