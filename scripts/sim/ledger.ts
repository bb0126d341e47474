/** Where OPEN may lie. Wallets and stakes are one a person; `outside` is what everybody owns beside the protocol. */
export type Place =
  | "datanet:available"
  | "datanet:reserved"
  | "court:escrow"
  | "court:pot"
  | "court:bonds"
  | `stake:${string}`
  | `wallet:${string}`;

/** OPEN in wei, by place. Every change is a transfer between two places, and no place ever owes. */
export class Ledger {
  readonly #balances = new Map<Place, bigint>();
  #issuedWei = 0n;

  /** Give OPEN from before the simulation. */
  endow(place: Place, amountWei: bigint): void {
    this.#balances.set(place, this.balance(place) + amountWei);
    this.#issuedWei += amountWei;
  }

  /** Move OPEN; throws where there is not enough of it. */
  move(from: Place, to: Place, amountWei: bigint): void {
    const left = this.balance(from) - amountWei;
    if (amountWei < 0n || left < 0n)
      throw new Error(`${from} cannot pay ${amountWei} wei to ${to}: ${left} left.`);
    this.#balances.set(from, left);
    this.#balances.set(to, this.balance(to) + amountWei);
  }

  balance(place: Place): bigint {
    return this.#balances.get(place) ?? 0n;
  }

  /** All OPEN that was given, and all that lies somewhere now: equal unless a rule makes or burns money. */
  totals(): { issuedWei: bigint; heldWei: bigint } {
    return {
      issuedWei: this.#issuedWei,
      heldWei: [...this.#balances.values()].reduce((sum, wei) => sum + wei, 0n),
    };
  }
}
