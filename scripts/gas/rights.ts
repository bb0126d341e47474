/** Measures what contributors and third parties may do beyond contributing: appeal, show duplicates, change keys. */
import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { vaultAbi } from "@openledger/sdk/abi/vault";
import { type Address, encodeAbiParameters, erc20Abi, type Hex, keccak256, parseEther, toHex } from "viem";
import type { GasReport } from "./budgets.ts";
import { accountAt, type GasChain } from "./chain.ts";
import { contributors, crowd, decide, docketOf, giveOpen, image, judge, relayer, submit } from "./judging.ts";

const appellant = accountAt(50);
const finder = accountAt(51);
/** The Datanet of the pool with 1,000 seats. */
const datanet = image + 1;
const files = 20;
/** Grade 1 for every file. */
const fair = (4n ** BigInt(files) - 1n) / 3n;

/** Measures each after it was done once before. */
export async function measureRights(chain: GasChain): Promise<Partial<GasReport>> {
  await giveOpen(chain, appellant.address, "100000", chain.addresses.vault);
  await chain.send(accountAt(0), chain.addresses.openToken, erc20Abi, "approve", [
    chain.addresses.vault,
    parseEther("1000"),
  ]);
  await chain.send(accountAt(0), chain.addresses.court, courtAbi, "fundAppeals", [parseEther("900")]);
  // Everybody who may be drawn has earned before, so that the figure does not depend on who is.
  for (const { address } of crowd) {
    await chain.send(accountAt(0), chain.addresses.vault, vaultAbi, "credit", [address, 1n]);
  }
  await appeal(chain);
  const appealed = await appeal(chain);
  await showDuplicate(chain);
  const proveDuplicate = await showDuplicate(chain);
  await rotate(chain, 4, 52);
  const acceptRotation = await rotate(chain, 5, 53);
  return { ...appealed, proveDuplicate, acceptRotation };
}

/** A submission of 20 files is judged by five of 1,000 seats, and again by eleven. */
async function appeal(chain: GasChain) {
  await chain.nextDay();
  const { root } = await submit(chain, 0, files, datanet);
  await decide(chain, await docketOf(chain, root), crowd);
  const gas = await chain.send(appellant, chain.addresses.datanets, datanetsAbi, "appeal", [root]);
  const { docket, position } = await chain.client.readContract({
    address: chain.addresses.datanets,
    abi: datanetsAbi,
    functionName: "submissionOf",
    args: [root],
  });
  const id = await chain.client.readContract({
    address: chain.addresses.court,
    abi: courtAbi,
    functionName: "latestAppeal",
    args: [docket, position],
  });
  // Another verdict than before: the bond comes back.
  const { draw, settle } = await judge(chain, id, crowd, () => fair);
  return { appeal: gas, drawAppeal: draw, settleAppeal: settle };
}

type Leaf = { index: number; sha256: Hex; sizeBytes: bigint; mediaType: string; salt: Hex };

/** The root of a submission that has this leaf alone. */
function leavesRootOf(contributor: Address, { index, sha256, sizeBytes, mediaType, salt }: Leaf): Hex {
  const types = ["address", "uint8", "bytes32", "uint256", "string", "bytes32"].map((type) => ({ type }));
  return keccak256(
    keccak256(encodeAbiParameters(types, [contributor, index, sha256, sizeBytes, mediaType, salt])),
  );
}

/** Two contributors submit one file; somebody shows it. */
async function showDuplicate(chain: GasChain): Promise<number> {
  await chain.nextDay();
  const leaf = (salt: string): Leaf => ({
    index: 0,
    sha256: keccak256(toHex(`file of ${chain.now()}`)),
    sizeBytes: 500_123n,
    mediaType: "image/png",
    salt: keccak256(toHex(salt)),
  });
  const [first, second] = [leaf("first"), leaf("second")];
  const [author, copier] = contributors.slice(0, 2).map(({ address }) => address) as [Address, Address];
  const { root } = await submit(chain, 0, 1, datanet, leavesRootOf(author, first));
  const { root: copy } = await submit(chain, 1, 1, datanet, leavesRootOf(copier, second));
  const proof = [root, first, [], copy, second, []] as const;
  const gas = await chain.send(finder, chain.addresses.datanets, datanetsAbi, "proveDuplicate", proof);
  await judge(chain, await docketOf(chain, root), crowd);
  await chain.send(relayer, chain.addresses.datanets, datanetsAbi, "finalizeMany", [[root, copy]]);
  return gas;
}

/** A contributor with unclaimed money changes keys. */
async function rotate(chain: GasChain, contributor: number, newKey: number): Promise<number> {
  const { datanets } = chain.addresses;
  const { address: oldKey } = contributors[contributor] as (typeof contributors)[number];
  await chain.send(oldKey, datanets, datanetsAbi, "rotateKey", [accountAt(newKey).address]);
  await chain.passTime(4 * 86_400);
  return chain.send(accountAt(newKey), datanets, datanetsAbi, "acceptRotation", [oldKey]);
}
