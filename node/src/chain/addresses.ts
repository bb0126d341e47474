import { readFile } from "node:fs/promises";
import { type Addresses, addressesOf } from "@openledger/sdk/addresses";
import { addressSchema } from "@openledger/sdk/schemas";
import { z } from "zod";
import { UserError } from "../app/errors.ts";

const addressFile = z.object({
  openToken: addressSchema,
  accessManager: addressSchema,
  parameters: addressSchema,
  randomness: addressSchema,
  vault: addressSchema,
  seats: addressSchema,
  court: addressSchema,
  datanets: addressSchema,
  training: addressSchema,
  models: addressSchema,
  deploymentBlock: z.number().int().min(0),
});

/**
 * Where the protocol's contracts are on a chain: from a JSON file when one is named, else from the checked-in table.
 *
 * @throws UserError when neither knows the chain.
 */
export async function loadAddresses(chainId: number, file: string | undefined): Promise<Addresses> {
  if (file === undefined) {
    try {
      return addressesOf(chainId);
    } catch (error) {
      throw new UserError(
        {
          code: "unknown-chain",
          sentence: `No contract addresses are known for chain ${chainId}.`,
          next: "Deploy there and name the address file in OPENLEDGER_ADDRESSES, or set RPC_URL to another chain.",
        },
        error,
      );
    }
  }
  try {
    const json: unknown = JSON.parse(await readFile(file, "utf8"));
    return addressFile.parse(json);
  } catch (error) {
    throw new UserError(
      {
        code: "bad-address-file",
        sentence: `The address file ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
        next: "Write it with the deploy script and name it in OPENLEDGER_ADDRESSES.",
      },
      error,
    );
  }
}
