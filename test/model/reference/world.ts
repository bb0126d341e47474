import type { Address, Hex } from "viem";

export type ContractName =
  | "openToken"
  | "accessManager"
  | "parameters"
  | "randomness"
  | "vault"
  | "seats"
  | "court"
  | "datanets"
  | "training"
  | "models";

/** An event that a call emits, with its arguments by name. */
export interface ModelEvent {
  contract: ContractName;
  name: string;
  args: Record<string, unknown>;
}

/** What a contract shall answer to a view: a list of words, as the ABI lays them out. */
export interface View {
  contract: ContractName;
  function: string;
  args: readonly unknown[];
  words: readonly Word[];
}

export type Word = bigint | number | boolean | Hex;

/** A refused call: the custom error with its arguments. */
export class Refusal extends Error {
  readonly error: string;
  readonly args: readonly unknown[];

  constructor(error: string, args: readonly unknown[]) {
    super(error);
    this.error = error;
    this.args = args;
  }
}

export function refuse(error: string, ...args: readonly unknown[]): never {
  throw new Refusal(error, args);
}

/** What every part of the model knows of its surroundings. */
export class World {
  readonly chainId: number;
  readonly at: Record<ContractName, Address>;
  readonly governor: Address;
  readonly guardian: Address;
  /** Chain time and number of the block in which a call runs. */
  now = 0;
  block = 0;
  /** Hashes of blocks that seed a draw: the only thing that the model takes from the chain. */
  readonly blockHashes = new Map<number, Hex>();
  /** What the running call has emitted. */
  events: ModelEvent[] = [];

  constructor(
    chainId: number,
    at: Record<ContractName, Address>,
    roles: { governor: Address; guardian: Address },
  ) {
    this.chainId = chainId;
    this.at = at;
    this.governor = roles.governor;
    this.guardian = roles.guardian;
  }

  emit(contract: ContractName, name: string, args: Record<string, unknown>): void {
    this.events.push({ contract, name, args });
  }

  /** Governance alone may call. */
  requireGovernor(caller: Address): void {
    if (caller !== this.governor) refuse("AccessManagedUnauthorized", caller);
  }

  /** The guardian alone may call: governance holds the guardian's key to no door. */
  requireGuardian(caller: Address): void {
    if (caller !== this.guardian) refuse("AccessManagedUnauthorized", caller);
  }
}

export const DAY_SECONDS = 86_400;
export const BASIS_POINTS = 10_000n;

export const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((total, amount) => total + amount, 0n);
export const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
