import type { Addresses } from "@openledger/sdk/addresses";
import { type Address, getContractAddress, parseEther } from "viem";
import { productionParameters } from "../../scripts/deploy/parameters.ts";
import { startChain } from "./chain.ts";

const order = [
  "openToken",
  "accessManager",
  "parameters",
  "randomness",
  "vault",
  "seats",
  "court",
  "datanets",
  "training",
  "models",
] as const;

/** The whole protocol on a chain in this process, with the numbers of a public one and the supply at account 0. */
export async function startProtocol() {
  const chain = await startChain();
  const accounts = await chain.wallet.getAddresses();
  const [deployer] = accounts as [Address];
  const nonce = await chain.reader.getTransactionCount({ address: deployer });
  const at = Object.fromEntries(
    order.map((name, index) => [name, getContractAddress({ from: deployer, nonce: BigInt(nonce + index) })]),
  ) as Record<(typeof order)[number], Address>;
  const addresses: Addresses = { ...at, deploymentBlock: 0 };

  const { seedDelayBlocks, submissionLimits, poolRules, seatRules, trainingRules } = productionParameters;
  const manager = "@openzeppelin/contracts/access/manager/AccessManager";
  await chain.deploy("OpenToken", [deployer, at.vault]);
  await chain.deploy(manager, [deployer]);
  await chain.deploy("Parameters", [at.accessManager, submissionLimits, poolRules, seatRules, trainingRules]);
  await chain.deploy("FutureBlockhash", [seedDelayBlocks]);
  await chain.deploy("Vault", [at.openToken, at.seats, at.court, at.datanets, at.training]);
  await chain.deploy("Seats", [at.openToken, at.parameters, at.vault, at.court, at.training]);
  await chain.deploy("Court", [at.parameters, at.seats, at.vault, at.randomness, at.datanets, at.training]);
  await chain.deploy("Datanets", [at.parameters, at.court, at.vault]);
  await chain.deploy("Training", [at.parameters, at.seats, at.court, at.vault, at.models]);
  await chain.deploy("Models", [at.accessManager, at.training]);

  return { ...chain, accounts, addresses, supply: parseEther("1000000000") };
}
