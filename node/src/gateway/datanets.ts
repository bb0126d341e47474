import { type Datanet, readDatanet } from "@openledger/sdk/client/readDatanet";
import { explainError } from "@openledger/sdk/errors";
import { HttpRefusal } from "../app/httpErrors.ts";
import type { Chain } from "../chain/chain.ts";

/**
 * A Datanet that takes submissions.
 *
 * @throws HttpRefusal when there is none of that number, or its owner stopped new submissions.
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
  if (found.open) return found;
  throw new HttpRefusal(409, {
    code: "DatanetClosed",
    sentence: `Datanet ${datanet} takes no submissions at the moment: its owner stopped them.`,
    next: "Choose another Datanet, or wait until it is opened again.",
  });
}
