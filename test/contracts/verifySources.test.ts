import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeDeployData, type Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildOpenLedger } from "../../ignition/modules/OpenLedger.ts";
import { type Creation, findCreations, readConstructor } from "../../scripts/deploy/creations.ts";
import { readArtifact } from "../../scripts/deploy/hardhat.ts";
import { holdersOf, moduleParameters } from "../../scripts/deploy/module.ts";
import { artifactName, type ContractKey, deploymentOrder } from "../../scripts/deploy/plan.ts";
import { writeAddressFile } from "../../scripts/deploy/record.ts";
import { type Deployed, deployer, deployments, startDeployed } from "./deployed.ts";
import { type Behaviour, type Submitted, startExplorerServer } from "./explorerServer.ts";

const script = new URL("../../scripts/deploy/verifySources.ts", import.meta.url).pathname;
const [onPublicChain] = deployments as [(typeof deployments)[number]];
/** A run of the command asks an explorer 17 times, and waits for each. */
const runTimeout = 240_000;
const keys = deploymentOrder.map(([key]) => key);

let deployed: Deployed;
let creations: Record<ContractKey, Creation>;
let folder: string;
beforeAll(async () => {
  deployed = await startDeployed(onPublicChain);
  creations = await findCreations(deployed.chain.client, deployed.at);
  folder = await mkdtemp(join(tmpdir(), "openledger-verify-"));
});
afterAll(async () => {
  await deployed?.chain.stop();
  if (folder) await rm(folder, { recursive: true });
});

describe("the constructor arguments read from the chain", () => {
  const told = () => {
    const { chainId, holders, initial } = onPublicChain;
    const named = holdersOf(chainId, holders, deployer);
    return moduleArguments(moduleParameters(deployed.at, initial, named, deployer));
  };

  it.each(keys)("are what the Ignition module was told for %s", async (key) => {
    const { contract, constructorArgs } = await readConstructor(key, creations[key]);
    const { abi, bytecode, sourceName, contractName } = await readArtifact(artifactName(key, "blockhash"));
    expect(contract).toBe(`${sourceName}:${contractName}`);
    expect(comparable(constructorArgs)).toEqual(comparable(told()[key]));
    expect(encodeDeployData({ abi, bytecode, args: [...constructorArgs] })).toBe(creations[key].input);
  });

  it("are found without old states, by reading blocks", async () => {
    const { client } = deployed.chain;
    const forgetful = {
      ...client,
      getCode: () => Promise.reject(new Error("missing trie node")),
    } as typeof client;
    expect(await findCreations(forgetful, deployed.at)).toEqual(creations);
  });

  it("are not looked for where the table is wrong", async () => {
    const elsewhere = { ...deployed.at, openToken: deployed.at.court };
    const late = { ...elsewhere, deploymentBlock: Number(await deployed.chain.client.getBlockNumber()) };
    await expect(findCreations(deployed.chain.client, late)).rejects.toThrow("created");
  });

  it("are refused when other sources were deployed", async () => {
    const { input } = creations.vault;
    const changed = { ...creations.vault, input: input.replace("6080", "6081") as Hex };
    await expect(readConstructor("vault", changed)).rejects.toThrow("is not this build of Vault");
  });
});

describe("npm run verify, with a local server that speaks the explorers' requests but compares nothing", () => {
  const behaviour: Behaviour = { busy: new Map(), refuses: new Set() };
  let server: Awaited<ReturnType<typeof startExplorerServer>>;
  let environment: Record<string, string>;
  let args: string[];
  beforeAll(async () => {
    server = await startExplorerServer(behaviour);
    environment = { OPENLEDGER_ADDRESSES: join(folder, "addresses.json") };
    await writeAddressFile(join(folder, "addresses.json"), onPublicChain.chainId, deployed.at);
    args = ["--rpc-url", deployed.chain.rpcUrl, "--sourcify-url", server.url];
  });
  afterAll(() => server?.stop());

  it(
    "gives Sourcify each source, waits while it is busy, and goes on after a refusal",
    async () => {
      const { court, vault } = deployed.at;
      behaviour.busy.set(vault, 1);
      behaviour.refuses.add(court);
      const { code, output } = await run(args, environment);
      expect(code, output).toBe(1);
      for (const key of keys) {
        const result = key === "court" ? "refused: " : "verified\n";
        expect(output).toContain(`Sourcify: ${key} ${deployed.at[key]} ${result}`);
      }
      expect(output).toContain("16 of 17 are verified.");

      const accepted = server.submitted.filter(({ address }) => address !== court);
      expect(accepted.map(({ address }) => address)).toEqual(
        keys.filter((key) => key !== "court").map((key) => deployed.at[key]),
      );
      for (const { address, contractIdentifier, compilerVersion, creationTransactionHash } of accepted) {
        const key = keys.find((each) => deployed.at[each] === address) as ContractKey;
        expect(contractIdentifier).toMatch(new RegExp(`:${artifactName(key, "blockhash")}$`));
        expect(compilerVersion).toBe("v0.8.37+commit.f401782d");
        expect(creationTransactionHash).toBe(creations[key].hash);
      }
    },
    runTimeout,
  );

  // Compiled alone, a source that npm brings has fewer remappings in its metadata: explorers call that a match, not exact.
  it.each([
    ["vault", "exact"],
    ["timelock", "but for metadata"],
  ] as const)(
    "gave a source from which the compiler makes the very code of %s, %s",
    async (key, equality) => {
      const submitted = server.submitted.find(({ address }) => address === deployed.at[key]);
      await expectSameCode(key, submitted as Submitted, equality === "exact");
    },
    runTimeout,
  );

  it(
    "repeats only what was refused",
    async () => {
      behaviour.refuses.clear();
      const before = server.submitted.length;
      const { code, output } = await run(args, environment);
      expect(code, output).toBe(0);
      expect(output).toContain(`Sourcify: court ${deployed.at.court} verified\n`);
      expect(output).toContain(`Sourcify: vault ${deployed.at.vault} verified before\n`);
      expect(server.submitted.slice(before).map(({ address }) => address)).toEqual([deployed.at.court]);
    },
    runTimeout,
  );

  it(
    "gives Etherscan the constructor arguments too, and never prints its key",
    async () => {
      const key = "a-key-that-nobody-else-has";
      const { code, output } = await run([...args, "--etherscan-url", `${server.url}/etherscan`], {
        ...environment,
        ETHERSCAN_API_KEY: key,
      });
      expect(code, output).toBe(0);
      expect(output).not.toContain(key);
      expect(server.forms.map(({ contractaddress }) => contractaddress)).toEqual(
        keys.map((each) => deployed.at[each]),
      );
      for (const [index, form] of server.forms.entries()) {
        const { input } = creations[keys[index] as ContractKey];
        expect(form).toMatchObject({ apikey: key, chainid: `${onPublicChain.chainId}` });
        expect(form).toMatchObject({ codeformat: "solidity-standard-json-input" });
        expect(input.endsWith(form.constructorArguments as string)).toBe(true);
        expect(form.constructorArguments).not.toBe("");
      }
    },
    runTimeout,
  );

  it("is asked for the chain first", async () => {
    const { code, output } = await run([], {});
    expect(code).toBe(1);
    expect(output).toContain("--rpc-url is missing.");
  });
});

/** What the Ignition module gives each constructor, its parameters put in their places. */
function moduleArguments(parameters: Record<string, unknown>): Record<ContractKey, unknown[]> {
  const resolved = (argument: unknown): unknown => {
    if (Array.isArray(argument)) return argument.map(resolved);
    const isParameter = argument !== null && typeof argument === "object" && "defaultValue" in argument;
    return isParameter ? parameters[(argument as unknown as { name: string }).name] : argument;
  };
  const futures = [...buildOpenLedger().futures].filter((future) => "constructorArgs" in future);
  return Object.fromEntries(
    futures.map(({ id, constructorArgs }) => [id.split("#")[1], constructorArgs.map(resolved)]),
  ) as Record<ContractKey, unknown[]>;
}

/** Numbers of whatever size as bigints. */
function comparable(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, comparable(each)]));
}

/**
 * Does what an explorer does: compiles the input that it received, and compares with what the chain holds, the places of
 * immutables blanked. An exact match has equal metadata at its end too.
 */
async function expectSameCode(
  key: ContractKey,
  { stdJsonInput, contractIdentifier }: Submitted,
  exact: boolean,
) {
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const colon = contractIdentifier.lastIndexOf(":");
  const [source, name] = [contractIdentifier.slice(0, colon), contractIdentifier.slice(colon + 1)];
  const outputSelection = { [source]: { [name]: ["evm.deployedBytecode"] } };
  const settings = { ...stdJsonInput.settings, outputSelection };
  const output = JSON.parse(solc.compile(JSON.stringify({ ...stdJsonInput, settings })));
  const { object, immutableReferences } = output.contracts[source][name].evm.deployedBytecode;

  const places = Object.values(immutableReferences ?? {}).flat() as Place[];
  const blanked = (code: string) => {
    const bytes = Buffer.from(code, "hex");
    for (const { start, length } of places) bytes.fill(0, start, start + length);
    // The last two bytes say how long the metadata before them is.
    const end = exact ? bytes.length : bytes.length - 2 - bytes.readUInt16BE(bytes.length - 2);
    return bytes.subarray(0, end).toString("hex");
  };
  const code = await deployed.chain.client.getCode({ address: deployed.at[key] });
  expect(blanked(object)).toBe(blanked(code?.slice(2) ?? ""));
}

type Place = { start: number; length: number };

/** Runs the command as a process of its own. */
function run(args: string[], environment: Record<string, string>) {
  const { ETHERSCAN_API_KEY: _, OPENLEDGER_ADDRESSES: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [script, ...args], { env: { ...inherited, ...environment } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, output })),
  );
}
