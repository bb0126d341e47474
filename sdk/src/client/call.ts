import type { Abi, Address } from "viem";

/**
 * A call of a contract, as `writeContract` and `simulateContract` of viem and wagmi take it.
 *
 * @example
 * for (const call of calls) await wallet.writeContract(call);
 */
export type ContractCall = { address: Address; abi: Abi; functionName: string; args: readonly unknown[] };
