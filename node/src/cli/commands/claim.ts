import { vaultAbi } from "@openledger/sdk/abi/vault";
import { readEarnings, readOpenBalance } from "@openledger/sdk/client/readMoney";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import type { Address } from "viem";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";
import { transactionLines } from "./stake.ts";

/** Takes home what an account earned; anyone may do it for anyone, and the account gets it. */
export async function claim(session: Session, given: Address | undefined): Promise<Answer> {
  const { client, addresses } = await session.connection();
  const account = await session.addressOr(given);
  const { claimableWei } = await readEarnings(client, { addresses, account });
  const wallet = await session.wallet();
  // What an interrupted command claimed is told by it, though nothing is left to claim.
  const under = wallet.isUnderWay(addresses.vault);
  if (claimableWei === 0n && !under) {
    return {
      json: { account, claimedWei: 0n, transactions: [] },
      lines: [`${account} has nothing to claim.`],
    };
  }
  const sent = await wallet.call(
    { address: addresses.vault, abi: vaultAbi, functionName: "claim", args: [account] },
    `Claim ${formatOpenAmount(claimableWei)} for ${account}`,
  );
  const balanceWei = await readOpenBalance(client, { addresses, account });
  return {
    json: { account, claimedWei: claimableWei, balanceWei, transactions: [sent] },
    lines: [...transactionLines([sent]), `${account} has ${formatOpenAmount(balanceWei)} now.`],
  };
}
