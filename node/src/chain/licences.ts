import { readTerms, type Terms } from "@openledger/sdk/client/readDatanet";
import type { Chain } from "./chain.ts";

/** The licences and guidelines of Datanets' terms. Terms never change once they have a number, so that each is read once. */
export class Licences {
  readonly #chain: Chain;
  readonly #known = new Map<string, Terms>();

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** The licence of one Datanet's terms of a number; undefined while no event tells of them. */
  async of(datanet: number, terms: number): Promise<string | undefined> {
    return (await this.termsOf(datanet, terms))?.licence;
  }

  /** One Datanet's terms of a number; undefined while no event tells of them. */
  async termsOf(datanet: number, terms: number): Promise<Terms | undefined> {
    const key = `${datanet}:${terms}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { addresses, client } = this.#chain;
    const found = await readTerms(client, {
      addresses,
      datanet,
      terms,
      fromBlock: BigInt(addresses.deploymentBlock),
      toBlock: (await this.#chain.head()).number,
    });
    if (found !== undefined) this.#known.set(key, found);
    return found;
  }
}
