import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { type Datanet, readDatanet } from "@openledger/sdk/client/readDatanet";
import { readIdentity } from "@openledger/sdk/client/rotateKey";
import { isListed } from "@openledger/sdk/contributorList";
import { explainError } from "@openledger/sdk/errors";
import type { Address, Hex } from "viem";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Chain } from "../chain/chain.ts";

/**
 * A Datanet that takes submissions.
 *
 * @throws HttpRefusal when there is none of that number, or its owner, or the guardian, stopped new submissions.
 */
export async function requireOpenDatanet(chain: Chain, datanet: number): Promise<Datanet> {
  let found: Datanet;
  try {
    found = await readDatanet(chain.client, { addresses: chain.addresses, datanet });
  } catch (error) {
    const { name, sentence, next } = explainError(error);
    if (name === "UnknownDatanet") throw new HttpRefusal(404, { code: name, sentence, next });
    throw error;
  }
  const [isPaused] = await chain.client.readContract({
    address: chain.addresses.datanets,
    abi: datanetsAbi,
    functionName: "paused",
  });
  if (isPaused) {
    throw new HttpRefusal(409, {
      code: "SubmissionsPaused",
      sentence: "The guardian has stopped new submissions; what was submitted is judged and paid.",
      next: "Wait until governance resumes them.",
    });
  }
  if (found.open) return found;
  throw new HttpRefusal(409, {
    code: "DatanetClosed",
    sentence: `Datanet ${datanet} takes no submissions at the moment: its owner stopped them.`,
    next: "Choose another Datanet, or wait until it is opened again.",
  });
}

/**
 * @throws HttpRefusal when the contributor may not submit to the Datanet: their key was replaced, or the Datanet has a
 * list and nothing shows that they are on it.
 */
export async function requireContributor(
  chain: Chain,
  { datanet, listRoot }: Datanet,
  contributor: Address,
  listProof: readonly Hex[],
): Promise<void> {
  const { addresses, client } = chain;
  const { identity, currentKey } = await readIdentity(client, { addresses, key: contributor });
  if (currentKey.toLowerCase() !== contributor.toLowerCase()) {
    throw new HttpRefusal(409, {
      code: "KeyRetired",
      sentence: `The key ${contributor} was replaced by ${currentKey} and can submit no more.`,
      next: "Use the new key.",
    });
  }
  if ([contributor, identity].some((key) => isListed(listRoot, key, listProof))) return;
  throw new HttpRefusal(403, {
    code: "NotListed",
    sentence: `Datanet ${datanet} takes files from listed contributors only, and nothing shows that ${contributor} is one.`,
    next: "Ask its owner to be listed, and send the proof along as listProof; or choose a Datanet that is open to all.",
  });
}
