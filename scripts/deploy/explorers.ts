/** Gives a contract's source to an explorer, through Hardhat's plugin, and asks again while the explorer is busy. */
import { HardhatError } from "@nomicfoundation/hardhat-errors";
import { verifyContract } from "@nomicfoundation/hardhat-verify/verify";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import pRetry from "p-retry";
import type { Constructed, Creation } from "./creations.ts";
import { repositoryRoot } from "./hardhat.ts";

/** Who compares sources with deployed code. */
export const explorers = { sourcify: "Sourcify", etherscan: "Etherscan" } as const;

/** An explorer, by the plugin's name for it. */
export type Explorer = keyof typeof explorers;

/** Where the chain and the explorers are. */
export type Places = {
  rpcUrl: string;
  chainId: number;
  /** A Sourcify server other than the public one. */
  sourcifyUrl?: string | undefined;
  /** An explorer that speaks Etherscan's API for a chain that Etherscan does not know. */
  etherscanUrl?: string | undefined;
};

/** Hardhat with a chain as its network, because the plugin knows no other than Hardhat's own. */
export async function loadVerifier(places: Places): Promise<HardhatRuntimeEnvironment> {
  const { rpcUrl, chainId, sourcifyUrl, etherscanUrl } = places;
  const { createHardhatRuntimeEnvironment } = await import("hardhat/hre");
  const { default: config } = await import("../../hardhat.config.ts");
  const explorer = { name: "Etherscan", url: etherscanUrl ?? "", apiUrl: etherscanUrl ?? "" };
  return createHardhatRuntimeEnvironment(
    {
      ...config,
      networks: { ...config.networks, rpc: { type: "http", url: rpcUrl } },
      verify: { ...config.verify, ...(sourcifyUrl && { sourcify: { apiUrl: sourcifyUrl } }) },
      ...(etherscanUrl && {
        chainDescriptors: { [chainId]: { name: `${chainId}`, blockExplorers: { etherscan: explorer } } },
      }),
    },
    // The plugin would compile with the profile "production", which lacks the settings that were deployed with.
    { config: `${repositoryRoot}hardhat.config.ts`, network: "rpc", buildProfile: "default" },
    repositoryRoot,
  );
}

/**
 * Has an explorer verify one contract.
 *
 * @returns Whether it did so now, or had done so before.
 * @throws The plugin's error when the explorer refuses, or stays busy for a minute.
 */
export function verifyOn(
  hre: HardhatRuntimeEnvironment,
  explorer: Explorer,
  chainId: number,
  { address, hash }: Creation,
  { contract, constructorArgs }: Constructed,
): Promise<"verified" | "verified before"> {
  return pRetry(
    async () => {
      if (await isVerified(hre, explorer, chainId, address)) return "verified before";
      const args = { address, contract, constructorArgs: [...constructorArgs], creationTxHash: hash };
      try {
        await verifyContract({ ...args, provider: explorer }, hre);
        return "verified";
      } catch (error) {
        if (HardhatError.isHardhatError(error, errors.CONTRACT_ALREADY_VERIFIED)) return "verified before";
        throw error;
      }
    },
    { retries: 5, minTimeout: 2_000, shouldRetry: ({ error }) => mayPass(error) },
  );
}

const errors = HardhatError.ERRORS.HARDHAT_VERIFY.GENERAL;

/** Failures of a request rather than of the comparison: a busy explorer, or one that has not seen the block yet. */
function mayPass(error: Error): boolean {
  if (HardhatError.isHardhatError(error, errors.EXPLORER_REQUEST_STATUS_CODE_ERROR)) {
    const status = Number(error.messageArguments.statusCode);
    return status === 429 || status >= 500;
  }
  return [
    errors.EXPLORER_REQUEST_FAILED,
    errors.CONTRACT_VERIFICATION_REQUEST_FAILED,
    errors.CONTRACT_VERIFICATION_STATUS_POLLING_FAILED,
    errors.CONTRACT_VERIFICATION_MISSING_BYTECODE,
  ].some((descriptor) => HardhatError.isHardhatError(error, descriptor));
}

/** Asked here because the plugin does not tell a contract that it verified from one that was. */
async function isVerified(
  hre: HardhatRuntimeEnvironment,
  explorer: Explorer,
  chainId: number,
  address: string,
): Promise<boolean> {
  if (explorer === "etherscan") {
    const connection = await hre.network.create();
    try {
      return await connection.verification.etherscan.isVerified(address);
    } finally {
      await connection.close();
    }
  }
  // When nothing sensible comes back, the plugin's own question finds out why and words it better.
  const answer: unknown = await fetch(
    `${hre.config.verify.sourcify.apiUrl}/v2/contract/${chainId}/${address}`,
  )
    .then((response) => response.json())
    .catch(() => undefined);
  return typeof (answer as { match?: unknown } | undefined)?.match === "string";
}
