/** Compiles the project as fast as the compiler can: without optimizing, and tests without the detour over Yul. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  cacheFolder,
  hashOf,
  importsOf,
  isProduction,
  packageFiles,
  readPackageFile,
  type Sources,
  toText,
} from "./project.ts";

/** A node of the compiler's syntax tree; its fields depend on its type. */
// biome-ignore lint/suspicious/noExplicitAny: the tree has some eighty types of nodes, none of them published as types.
export type Node = any;

export interface Artifact {
  source: string;
  name: string;
  abi: { type: string; name?: string }[];
  /** With placeholders for libraries. */
  bytecode: string;
  /** By which the runner of invariants knows the contracts that it may call. */
  deployedBytecode: string;
}

interface Problem {
  severity: string;
  formattedMessage: string;
  sourceLocation?: { file: string; start: number; end: number };
}

/** What the compiler refused, with the places. */
export class CompileError extends Error {
  readonly problems: Problem[];
  constructor(problems: Problem[]) {
    super(problems.map(({ formattedMessage }) => formattedMessage).join("\n"));
    this.problems = problems;
  }
}

interface Output {
  errors?: Problem[];
  sources: Record<string, { ast: Node }>;
  contracts?: Record<string, Record<string, Node>>;
}

const require = createRequire(import.meta.url);
let compiler: { compile(input: string, callbacks: object): string } | undefined;

function compile(sources: Sources, settings: object): Output {
  compiler ??= require("solc") as NonNullable<typeof compiler>;
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(
      Object.entries(sources).map(([name, text]) => [name, { content: toText(text) }]),
    ),
    settings: { evmVersion: "prague", ...settings },
  };
  const readImport = (name: string) => {
    const text = readPackageFile(name);
    return text === undefined ? { error: `${name} is not installed` } : { contents: toText(text) };
  };
  const output = JSON.parse(compiler.compile(JSON.stringify(input), { import: readImport })) as Output;
  const problems = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (problems.length > 0) throw new CompileError(problems);
  return output;
}

/** The syntax trees of all sources. */
export function parse(sources: Sources): Record<string, Node> {
  const { sources: parsed } = compile(sources, { outputSelection: { "*": { "": ["ast"] } } });
  return Object.fromEntries(Object.entries(parsed).map(([name, { ast }]) => [name, ast]));
}

/** No step of the optimizer but the one that moves variables off a stack that is too deep. */
const unoptimized = {
  enabled: true,
  runs: 1,
  details: {
    peephole: false,
    inliner: false,
    jumpdestRemover: false,
    orderLiterals: false,
    deduplicate: false,
    cse: false,
    constantOptimizer: false,
    yul: true,
    yulDetails: { stackAllocation: true, optimizerSteps: ":" },
  },
};

/** The contracts of one file, which are compiled again only when something that it imports has changed. */
function compileFile(sources: Sources, name: string, settings: object): Artifact[] {
  const included: Sources = { [name]: sources[name] ?? readPackageFile(name) ?? "" };
  for (const imported of importsOf(sources, name)) {
    const text = sources[imported];
    if (text !== undefined) included[imported] = text;
  }
  const cached = `${cacheFolder}build/${hashOf(JSON.stringify(included), JSON.stringify(settings))}.json`;
  try {
    return JSON.parse(readFileSync(cached, "utf8")) as Artifact[];
  } catch {
    // Not compiled yet.
  }
  const outputSelection = { [name]: { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } };
  const { contracts = {} } = compile(included, { ...settings, outputSelection });
  const artifacts = Object.entries(contracts[name] ?? {}).map(([contract, { abi, evm }]) => ({
    source: `project/${name}`,
    name: contract,
    abi,
    bytecode: evm.bytecode.object as string,
    deployedBytecode: evm.deployedBytecode.object as string,
  }));
  const deployable = artifacts.filter(({ bytecode }) => bytecode !== "");
  mkdirSync(`${cacheFolder}build`, { recursive: true });
  writeFileSync(cached, JSON.stringify(deployable));
  return deployable;
}

/** Every contract and every test. Tests that contain a production library's code are compiled like the contracts. */
export function build(sources: Sources): Artifact[] {
  const hasContract = (name: string) =>
    !name.startsWith("contracts/test/") && /^contract\s/m.test(sources[name] ?? "");
  const embeds = (name: string) => [...importsOf(sources, name)].some((path) => path.includes("/libraries/"));
  const overYul = (name: string) => packageFiles.includes(name) || isProduction(name) || embeds(name);
  const names = Object.keys(sources).filter((name) => name.startsWith("contracts/") && hasContract(name));
  return [...packageFiles, ...names].flatMap((name) =>
    compileFile(sources, name, overYul(name) ? { viaIR: true, optimizer: unoptimized } : {}),
  );
}
