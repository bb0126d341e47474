import type { Addresses } from "@openledger/sdk/addresses";
import type { Address } from "viem";
import { localParameters, productionParameters } from "../../scripts/deploy/parameters.ts";
import { deploymentOrder } from "../../scripts/deploy/plan.ts";
import { deployProtocol } from "../../scripts/deploy/protocol.ts";
import { accountAt, startLocalChain } from "./localChain.ts";

/** Who deploys. */
export const deployer = accountAt(0).address;
const [guardian, liquidity, investors, team, nobody] = [1, 2, 3, 4, 5].map(
  (index) => accountAt(index).address,
) as [Address, Address, Address, Address, Address];

/** Somebody without any right. */
export const stranger = nobody;

/** The two kinds of deployment: everybody named, or the deployer in every place. */
export const deployments = [
  {
    name: "a public chain",
    chainId: 4_242,
    holders: { guardian, liquidity, investors, team },
    initial: productionParameters,
    promised: { guardian, liquidity, investors, team, curator: undefined },
  },
  {
    name: "the local chain",
    chainId: 31_337,
    holders: {},
    initial: localParameters,
    promised: {
      guardian: deployer,
      liquidity: deployer,
      investors: deployer,
      team: deployer,
      curator: deployer,
    },
  },
];

/** A chain with the whole protocol, and everybody who might hold a right there: people, and every contract. */
export type Deployed = Awaited<ReturnType<typeof startDeployed>>;

/** Starts a chain and deploys to it. */
export async function startDeployed({ chainId, holders, initial }: (typeof deployments)[number]) {
  const chain = await startLocalChain(chainId);
  const { addresses } = await deployProtocol({
    rpcUrl: chain.rpcUrl,
    account: accountAt(0),
    localWindows: initial === localParameters,
    holders,
  });
  const at: Addresses = addresses;
  const contracts = deploymentOrder.map(([key]) => at[key]);
  const people = [deployer, guardian, liquidity, investors, team, stranger];
  return { chain, at, everybody: [...new Set([...people, ...contracts])] };
}
