import { readStanding } from "@openledger/sdk/client/readAppeal";
import { readChainTime } from "@openledger/sdk/client/readChainTime";
import { readDocket } from "@openledger/sdk/client/readDocket";
import { readEarnings, readOpenBalance } from "@openledger/sdk/client/readMoney";
import { readQuota } from "@openledger/sdk/client/readQuota";
import { readStake } from "@openledger/sdk/client/readStake";
import { readSubmission } from "@openledger/sdk/client/readSubmission";
import { GRADE_NAMES } from "@openledger/sdk/grades";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import { POOLS, type Pool } from "@openledger/sdk/pools";
import type { Address, Hex } from "viem";
import { UserError } from "../../app/errors.ts";
import type { ToldProgress } from "../gatewayApi.ts";
import type { Answer } from "../io.ts";
import type { Session } from "../session.ts";

/** What an account has: OPEN, earnings, what it may still submit today, seats. */
export async function accountStatus(session: Session, given: Address | undefined): Promise<Answer> {
  const { client, addresses, chainId } = await session.connection();
  const account = await session.addressOr(given);
  const [balanceWei, coinsWei, earnings, quota, { seconds: now }, ...stakes] = await Promise.all([
    readOpenBalance(client, { addresses, account }),
    client.getBalance({ address: account }),
    readEarnings(client, { addresses, account }),
    readQuota(client, { addresses, contributor: account }),
    readChainTime(client),
    ...POOLS.map((_, pool) => readStake(client, { addresses, pool: pool as Pool, holder: account })),
  ]);
  const held = POOLS.map((pool, index) => ({ pool, ...stakes[index] })).filter(
    ({ seats = 0, thawingWei = 0n }) => seats > 0 || thawingWei > 0n,
  );
  return {
    json: { account, chainId, chainTime: now, balanceWei, coinsWei, earnings, quota, stakes: held },
    lines: [
      `${account} on chain ${chainId}`,
      `has ${formatOpenAmount(balanceWei)}, earned ${formatOpenAmount(earnings.earnedWei)}, may claim ${formatOpenAmount(earnings.claimableWei)}`,
      `may submit ${quota.filesLeft} files and ${quota.bytesLeft} bytes until ${new Date(quota.resetsAt * 1000).toISOString()}`,
      ...held.map(({ pool, seats, activeWei = 0n, thawingWei = 0n, thawsAt = 0 }) => {
        const thawing =
          thawingWei === 0n
            ? ""
            : `, ${formatOpenAmount(thawingWei)} ${thawsAt <= now ? "thawed: take it home with unstake --withdraw" : `thaw until ${new Date(thawsAt * 1000).toISOString()}`}`;
        return `${seats} seat(s) in ${pool} with ${formatOpenAmount(activeWei)}${thawing}`;
      }),
    ],
  };
}

/** How far a submission is, from the chain, with names and reasons where the gateway knows them. */
export async function submissionStatus(session: Session, root: Hex): Promise<Answer> {
  const { client, addresses } = await session.connection();
  const [submission, told] = await Promise.all([
    readSubmission(client, { addresses, root }),
    session.gateway.progress(root).catch((): ToldProgress | undefined => {
      session.io.signal.throwIfAborted();
      return undefined;
    }),
  ]);
  if (submission === undefined) {
    if (told === undefined) {
      throw new UserError({
        code: "unknown-submission",
        sentence: `There is no submission ${root} on this chain, and the gateway does not wait to send it.`,
        next: "Check the root, --rpc and --gateway.",
      });
    }
    return {
      json: {
        root,
        state: told.state,
        files: told.files,
        ...(told.error === undefined ? {} : { error: told.error }),
      },
      lines: [`${root} is not on the chain yet; the gateway says: ${told.error?.sentence ?? told.state}.`],
      ok: told.error === undefined,
    };
  }
  const [standing, docket] = await Promise.all([
    readStanding(client, { addresses, items: submission }),
    readDocket(client, { addresses, docket: submission.docket }),
  ]);
  const state = submission.finalized ? "finalized" : standing.settled ? "settled" : "judging";
  const files = Array.from({ length: submission.files }, (_, index) => {
    const known = told?.files.find((file) => file.index === index);
    const grade = standing.grades[index];
    return {
      index,
      ...(known === undefined ? {} : { name: known.name }),
      ...(grade === undefined ? {} : { grade }),
      ...(known?.reason === undefined ? {} : { reason: known.reason }),
    };
  });
  return {
    json: { ...submission, state, phase: docket.phase, standing, files },
    lines: [
      `${root} of ${submission.contributor} to Datanet ${submission.datanet}: ${state}`,
      `docket ${submission.docket} (${docket.phase.toLowerCase()}), items ${submission.position} to ${submission.position + submission.files - 1}`,
      ...(standing.level > 0
        ? [`appealed ${standing.level} time(s), judged last in docket ${standing.judgedIn}`]
        : []),
      ...(standing.appealEnds === undefined || standing.isFinal
        ? []
        : [`can be appealed until ${new Date(standing.appealEnds * 1000).toISOString()}`]),
      ...files.map(({ index, name, grade, reason }) => {
        const graded = grade === undefined ? "no grade yet" : GRADE_NAMES[grade];
        return `file ${index + 1}${name === undefined ? "" : ` "${name}"`}: ${graded}${reason === undefined ? "" : `: ${reason.sentence}`}`;
      }),
    ],
  };
}
