import type { Datanet } from "@openledger/sdk/client/readDatanet";
import { readSubmissionLimits } from "@openledger/sdk/client/readParameters";
import type { SubmissionLimits } from "@openledger/sdk/quota";
import type { Chain } from "../chain/chain.ts";
import { requireOpenDatanet } from "./datanets.ts";

/** How long an answer of the chain is good enough to take bytes: submitting asks again. */
const FRESH_MILLISECONDS = 3_000;

interface Remembered<Value> {
  value: Promise<Value>;
  until: number;
}

/**
 * What an upload has to know of the chain, asked for once in some seconds however many files come. Whether a Datanet is
 * open is asked anew before anything is signed or sent.
 */
export class OpenDatanets {
  readonly #chain: Chain;
  readonly #datanets = new Map<number, Remembered<Datanet>>();
  #limits: Remembered<SubmissionLimits> | undefined;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** @throws HttpRefusal when there is none of that number, or it takes no submissions. */
  require(datanet: number): Promise<Datanet> {
    const known = this.#datanets.get(datanet);
    if (known !== undefined && known.until > Date.now()) return known.value;
    // Numbers that do not exist must not fill the memory.
    this.#forgetOld();
    const found = remember(requireOpenDatanet(this.#chain, datanet));
    this.#datanets.set(datanet, found);
    found.value.catch(() => this.#datanets.delete(datanet));
    return found.value;
  }

  limits(): Promise<SubmissionLimits> {
    if (this.#limits === undefined || this.#limits.until <= Date.now()) {
      const { client, addresses } = this.#chain;
      const found = remember(readSubmissionLimits(client, { addresses }));
      this.#limits = found;
      found.value.catch(() => {
        this.#limits = undefined;
      });
    }
    return this.#limits.value;
  }

  #forgetOld(): void {
    for (const [datanet, { until }] of this.#datanets)
      if (until <= Date.now()) this.#datanets.delete(datanet);
  }
}

function remember<Value>(value: Promise<Value>): Remembered<Value> {
  return { value, until: Date.now() + FRESH_MILLISECONDS };
}
