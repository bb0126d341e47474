import type { Addresses } from "@openledger/sdk/addresses";
import type { Address } from "viem";
import { anvil } from "viem/chains";
import { buildOpenLedger } from "../../ignition/modules/OpenLedger.ts";
import { holdersOf, moduleParameters } from "../../scripts/deploy/module.ts";
import { productionParameters } from "../../scripts/deploy/parameters.ts";
import { predictAddresses } from "../../scripts/deploy/plan.ts";
import { startChain } from "./chain.ts";

/** The whole protocol on a chain in this process, with the numbers of a public one, and OPEN to spend at account 0. */
export async function startProtocol() {
  const chain = await startChain();
  const accounts = await chain.wallet.getAddresses();
  const [deployer] = accounts as [Address];
  const nonce = await chain.reader.getTransactionCount({ address: deployer });
  const predicted = predictAddresses(deployer, nonce);
  const holders = holdersOf(anvil.id, {}, deployer);
  await chain.connection.ignition.deploy(buildOpenLedger(), {
    defaultSender: deployer,
    parameters: { OpenLedger: moduleParameters(predicted, productionParameters, holders, deployer) },
  });
  const addresses: Addresses = { ...predicted, deploymentBlock: 0 };
  return { ...chain, accounts, addresses };
}
