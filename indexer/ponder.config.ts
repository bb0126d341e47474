/** What Ponder reads, from which chain, into which database. `start.ts` sets the environment that this reads. */

import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { parametersAbi } from "@openledger/sdk/abi/parameters";
import { seatsAbi } from "@openledger/sdk/abi/seats";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { vaultAbi } from "@openledger/sdk/abi/vault";
import { addressesOf } from "@openledger/sdk/addresses";
import { loadAddressesFromEnvironment } from "@openledger/sdk/addressesFile";
import { createConfig } from "ponder";
import { parseAbi } from "viem";
import { isLoopback, rpcUrls } from "./launch/rpcUrls.ts";
import { readSettings } from "./launch/settings.ts";

const settings = readSettings(process.env);
loadAddressesFromEnvironment(process.env);
const addresses = addressesOf(settings.chainId);
const local = isLoopback(settings.rpcUrl);
const common = { chain: "openledger", startBlock: addresses.deploymentBlock } as const;

export default createConfig({
  ordering: "omnichain",
  database:
    settings.databaseUrl === undefined
      ? { kind: "pglite", directory: settings.databaseDirectory }
      : { kind: "postgres", connectionString: settings.databaseUrl },
  chains: {
    openledger: {
      id: settings.chainId,
      rpc: rpcUrls(settings.rpcUrl),
      pollingInterval: settings.pollMilliseconds,
      // A local chain may be wiped and begin again under the same id: nothing cached of it may outlive it.
      disableCache: local,
    },
  },
  contracts: {
    Parameters: { ...common, abi: parametersAbi, address: addresses.parameters },
    Seats: { ...common, abi: seatsAbi, address: addresses.seats },
    Court: { ...common, abi: courtAbi, address: addresses.court },
    Datanets: { ...common, abi: datanetsAbi, address: addresses.datanets },
    Vault: { ...common, abi: vaultAbi, address: addresses.vault },
    Training: { ...common, abi: trainingAbi, address: addresses.training },
    Models: { ...common, abi: modelsAbi, address: addresses.models },
    ModelTokens: {
      ...common,
      abi: parseAbi(["event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)"]),
      address: addresses.models,
    },
    OpenToken: {
      ...common,
      abi: parseAbi(["event Transfer(address indexed from, address indexed to, uint256 value)"]),
      address: addresses.openToken,
      filter: { event: "Transfer", args: { from: addresses.vault } },
    },
  },
});
