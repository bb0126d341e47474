/** Measures how the use of a model is paid: receipts, roots, claims. */
import { attributionAbi } from "@openledger/sdk/abi/attribution";
import { owedListDigest, owedProof, owedRoot, receiptTypedData } from "@openledger/sdk/attribution";
import { type Address, parseEther } from "viem";
import { hardhat } from "viem/chains";
import type { GasReport } from "./budgets.ts";
import { accountAt, type GasChain } from "./chain.ts";
import { giveOpen } from "./judging.ts";

const user = accountAt(54);
const server = accountAt(55);
const proposer = accountAt(56);
/** A list of 64 contributors: proofs of six hashes. */
const contributors = Array.from({ length: 64 }, (_, index) => accountAt(60 + index).address);
/** The model that the training part made; its owner is the poster there. */
const model = 1;

/** Measures each after it was done once before. */
export async function measureUsage(chain: GasChain): Promise<Partial<GasReport>> {
  const { attribution } = chain.addresses;
  for (const { address } of [user, proposer]) await giveOpen(chain, address, "10000", attribution);
  await chain.send(server, attribution, attributionAbi, "registerServer", ["Measured"]);
  await chain.send(user, attribution, attributionAbi, "deposit", [parseEther("5000")]);
  await redeem(chain, parseEther("100"));
  await distribute(chain, 1, parseEther("50"));
  const redeemed = await redeem(chain, parseEther("200"));
  return { redeem: redeemed, ...(await distribute(chain, 2, parseEther("100"))) };
}

/** The user signs for more, the server redeems the difference. */
async function redeem(chain: GasChain, cumulativeWei: bigint): Promise<number> {
  const { attribution } = chain.addresses;
  const receipt = {
    ...{ user: user.address, server: server.address, model, cumulativeWei },
    issuedAt: chain.now(),
  };
  const signature = await user.signTypedData(receiptTypedData({ chainId: hardhat.id, attribution, receipt }));
  return chain.send(server, attribution, attributionAbi, "redeem", [receipt, signature]);
}

const owed = (totalWei: bigint) =>
  contributors.map((contributor) => ({
    contributor,
    cumulativeWei: totalWei / BigInt(contributors.length),
  }));

/** A root is proposed, activated after its window, and one contributor is claimed for. */
async function distribute(chain: GasChain, period: number, totalWei: bigint) {
  const { attribution } = chain.addresses;
  const list = owed(totalWei);
  const digest = owedListDigest(model, period, list);
  const proposal = [model, period, owedRoot(model, list), totalWei, digest] as const;
  const proposeRoot = await chain.send(proposer, attribution, attributionAbi, "proposeRoot", proposal);
  await chain.passTime(3 * 86_400);
  const activateRoot = await chain.send(proposer, attribution, attributionAbi, "activateRoot", [model]);
  const contributor = contributors[0] as Address;
  const leaf = owedProof(model, list, contributor);
  if (leaf === undefined) throw new Error("The first contributor is owed nothing.");
  const { cumulativeWei, proof } = leaf;
  const claim = [model, contributor, cumulativeWei, proof] as const;
  const claimShare = await chain.send(proposer, attribution, attributionAbi, "claim", claim);
  return { proposeRoot, activateRoot, claimShare };
}
