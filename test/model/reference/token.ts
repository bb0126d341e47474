import { type Address, maxUint256 } from "viem";
import { refuse, type View, type World } from "./world.ts";

export const SUPPLY_WEI = 10n ** 27n;

/** OPEN: balances and allowances. Nobody delegates votes in these sequences. */
export class TokenModel {
  readonly world: World;
  readonly balances = new Map<Address, bigint>();
  readonly allowances = new Map<string, bigint>();

  constructor(world: World, holder: Address) {
    this.world = world;
    this.balances.set(holder, SUPPLY_WEI);
  }

  balanceOf(account: Address): bigint {
    return this.balances.get(account) ?? 0n;
  }

  allowance(owner: Address, spender: Address): bigint {
    return this.allowances.get(`${owner} ${spender}`) ?? 0n;
  }

  approve(caller: Address, spender: Address, value: bigint): void {
    this.allowances.set(`${caller} ${spender}`, value);
    this.world.emit("openToken", "Approval", { owner: caller, spender, value });
  }

  transfer(caller: Address, to: Address, value: bigint): void {
    this.requireBalance(caller, value);
    this.move(caller, to, value);
  }

  /** What stops `spender` from pulling money from `from`. */
  requirePull(spender: Address, from: Address, value: bigint): void {
    const allowed = this.allowance(from, spender);
    if (allowed < value) refuse("ERC20InsufficientAllowance", spender, allowed, value);
    this.requireBalance(from, value);
  }

  /** Move what `from` allowed `spender` to move, after `requirePull`. */
  pull(spender: Address, from: Address, to: Address, value: bigint): void {
    const allowed = this.allowance(from, spender);
    if (allowed !== maxUint256) this.allowances.set(`${from} ${spender}`, allowed - value);
    this.move(from, to, value);
  }

  move(from: Address, to: Address, value: bigint): void {
    this.balances.set(from, this.balanceOf(from) - value);
    this.balances.set(to, this.balanceOf(to) + value);
    this.world.emit("openToken", "Transfer", { from, to, value });
  }

  views(accounts: readonly Address[]): View[] {
    const { at } = this.world;
    const view = (name: string, args: readonly unknown[], word: bigint): View => ({
      contract: "openToken",
      function: name,
      args,
      words: [word],
    });
    return [
      ...[...accounts, at.vault, at.seats, at.court, at.datanets, at.training].map((account) =>
        view("balanceOf", [account], this.balanceOf(account)),
      ),
      ...accounts.flatMap((account) =>
        [at.vault, at.seats].map((spender) =>
          view("allowance", [account, spender], this.allowance(account, spender)),
        ),
      ),
    ];
  }

  private requireBalance(from: Address, value: bigint): void {
    const balance = this.balanceOf(from);
    if (balance < value) refuse("ERC20InsufficientBalance", from, balance, value);
  }
}
