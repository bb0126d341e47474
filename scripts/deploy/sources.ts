/** Has explorers verify the sources of a whole deployment. */
import { type Addresses, addressesOf } from "@openledger/sdk/addresses";
import { Problem } from "@openledger/sdk/problem";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { createPublicClient, http } from "viem";
import { type Creation, findCreations, readConstructor } from "./creations.ts";
import { type Explorer, explorers, loadVerifier, type Places, verifyOn } from "./explorers.ts";
import { buildContracts } from "./hardhat.ts";
import { type ContractKey, deploymentOrder } from "./plan.ts";

/** What to verify, and where. */
export type VerifyOptions = Omit<Places, "chainId"> & {
  /** Where the contracts are; what is known of the chain when absent. */
  addresses?: Addresses;
  /** A key of Etherscan's, when it shall verify too. Hardhat reads it from the environment as well. */
  etherscanKey?: string | undefined;
  log?: (line: string) => void;
};

/** What became of one contract at one explorer. */
export type Outcome = {
  key: ContractKey;
  explorer: Explorer;
  result: "verified" | "verified before" | "refused";
  reason?: string;
};

/** The plugin serves no chain that only one machine knows. */
const localChains = [31_337, 1_337];

/**
 * Verifies every contract of a deployment, and goes on after a refusal.
 *
 * @throws {Problem} `local-chain` where no explorer looks; `unknown-chain` or `no-creation` when the contracts are not
 * where they should be.
 * @example
 * const outcomes = await verifySources({ rpcUrl, log: console.log });
 */
export async function verifySources(options: VerifyOptions): Promise<Outcome[]> {
  const { rpcUrl, etherscanKey, log = () => {} } = options;
  const client = createPublicClient({ transport: http(rpcUrl) });
  const chainId = await client.getChainId();
  if (localChains.includes(chainId)) {
    throw new Problem(
      "local-chain",
      `Chain ${chainId} is a local one: no explorer looks at it.`,
      "Give the --rpc-url of the chain on which others use the contracts.",
      { values: { chainId } },
    );
  }
  const addresses = options.addresses ?? addressesOf(chainId);
  await buildContracts();
  const creations = await findCreations(client, addresses);
  const hre = await loadVerifier({ ...options, chainId });
  const asked: Explorer[] = etherscanKey ? ["sourcify", "etherscan"] : ["sourcify"];
  const outcomes: Outcome[] = [];
  for (const [key] of deploymentOrder) {
    for (const explorer of asked) {
      const outcome = await tryOne(hre, explorer, chainId, key, creations[key]);
      // An explorer may repeat the key in what it answers.
      if (outcome.reason && etherscanKey) outcome.reason = outcome.reason.replaceAll(etherscanKey, "…");
      outcomes.push(outcome);
      const { result, reason } = outcome;
      log(`${explorers[explorer]}: ${key} ${addresses[key]} ${result}${reason ? `: ${reason}` : ""}`);
    }
  }
  return outcomes;
}

async function tryOne(
  hre: HardhatRuntimeEnvironment,
  explorer: Explorer,
  chainId: number,
  key: ContractKey,
  creation: Creation,
): Promise<Outcome> {
  try {
    const constructed = await readConstructor(key, creation);
    return { key, explorer, result: await verifyOn(hre, explorer, chainId, creation, constructed) };
  } catch (error) {
    return { key, explorer, result: "refused", reason: reasonOf(error) };
  }
}

/** In one line: the plugin's errors have several. */
function reasonOf(error: unknown): string {
  const { message } = error instanceof Error ? error : { message: String(error) };
  return (error instanceof Problem ? `${message} ${error.next}` : message).replaceAll(/\s+/g, " ").trim();
}
