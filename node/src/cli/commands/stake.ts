import { seatsAbi } from "@openledger/sdk/abi/seats";
import { readOpenAllowance } from "@openledger/sdk/client/readMoney";
import { readSeatRules } from "@openledger/sdk/client/readParameters";
import { readStake } from "@openledger/sdk/client/readStake";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import { type Pool, poolName } from "@openledger/sdk/pools";
import { erc20Abi } from "viem";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";
import type { Sent } from "../wallet.ts";

/** Takes seats in a pool: approves what is missing, then stakes. */
export async function stake(session: Session, seats: number, pool: Pool): Promise<Answer> {
  const [{ client, addresses }, wallet] = await Promise.all([session.connection(), session.wallet()]);
  const holder = wallet.address;
  const [{ seatWei }, before, allowanceWei] = await Promise.all([
    readSeatRules(client, { addresses }),
    readStake(client, { addresses, pool, holder }),
    readOpenAllowance(client, { addresses, account: holder, spender: addresses.seats }),
  ]);
  const priceWei = seatWei * BigInt(seats);
  await session.confirm(
    `Stake ${formatOpenAmount(priceWei)} for ${seats} seat(s) in ${poolName(pool)}, beside the ${before.seats} that ${holder} has?`,
  );
  const sent: Sent[] = [];
  if (allowanceWei < priceWei) {
    sent.push(
      await wallet.call(
        {
          address: addresses.openToken,
          abi: erc20Abi,
          functionName: "approve",
          args: [addresses.seats, priceWei],
        },
        `Allow the Seats contract ${formatOpenAmount(priceWei)}`,
      ),
    );
  }
  sent.push(
    await wallet.call(
      { address: addresses.seats, abi: seatsAbi, functionName: "stake", args: [pool, seats] },
      `Stake ${seats} seat(s) in ${poolName(pool)}`,
    ),
  );
  return stakeAnswer(session, pool, sent);
}

/** Leaves seats of a pool, whose stake begins to thaw. */
export async function unstake(session: Session, seats: number, pool: Pool): Promise<Answer> {
  const [{ client, addresses }, wallet] = await Promise.all([session.connection(), session.wallet()]);
  const [{ thawSeconds }, before] = await Promise.all([
    readSeatRules(client, { addresses }),
    readStake(client, { addresses, pool, holder: wallet.address }),
  ]);
  const more =
    before.thawingWei > 0n
      ? ` ${formatOpenAmount(before.thawingWei)} thaw already, and would wait as long again.`
      : "";
  await session.confirm(
    `Leave ${seats} of ${before.seats} seat(s) in ${poolName(pool)}? Their stake thaws for ${thawSeconds} seconds.${more}`,
  );
  const sent = await wallet.call(
    { address: addresses.seats, abi: seatsAbi, functionName: "unstake", args: [pool, seats] },
    `Leave ${seats} seat(s) in ${poolName(pool)}`,
  );
  return stakeAnswer(session, pool, [sent]);
}

/** Takes thawed stake home. */
export async function withdraw(session: Session, pool: Pool): Promise<Answer> {
  const [{ addresses }, wallet] = await Promise.all([session.connection(), session.wallet()]);
  const sent = await wallet.call(
    { address: addresses.seats, abi: seatsAbi, functionName: "withdraw", args: [pool] },
    `Take thawed stake home from ${poolName(pool)}`,
  );
  return stakeAnswer(session, pool, [sent]);
}

async function stakeAnswer(session: Session, pool: Pool, sent: Sent[]): Promise<Answer> {
  const [{ client, addresses }, wallet] = await Promise.all([session.connection(), session.wallet()]);
  const holder = wallet.address;
  const now = await readStake(client, { addresses, pool, holder });
  return {
    json: { holder, pool: poolName(pool), stake: now, transactions: sent },
    lines: [
      ...transactionLines(sent),
      `${holder} has ${now.seats} seat(s) in ${poolName(pool)} with ${formatOpenAmount(now.activeWei)}.`,
      ...(now.thawingWei > 0n
        ? [`${formatOpenAmount(now.thawingWei)} thaw until ${new Date(now.thawsAt * 1000).toISOString()}.`]
        : []),
    ],
  };
}

/** One line for each transaction. */
export function transactionLines(sent: readonly Sent[]): string[] {
  return sent.map(({ description, hash, blockNumber }) => `${description}: ${hash} in block ${blockNumber}.`);
}
