import { type Addresses, addressesOf } from "@openledger/sdk/addresses";
import { loadAddressesFile } from "@openledger/sdk/addressesFile";
import { Problem } from "@openledger/sdk/problem";
import { UserError } from "../app/errors.ts";

/**
 * Where the protocol's contracts are on a chain: from a JSON file when one is named, else from the checked-in table.
 *
 * @throws UserError when neither knows the chain, or the file cannot be used.
 */
export function loadAddresses(chainId: number, file: string | undefined): Addresses {
  try {
    if (file !== undefined) loadAddressesFile(file);
    return addressesOf(chainId);
  } catch (error) {
    if (error instanceof Problem) throw new UserError(error, error);
    throw error;
  }
}
