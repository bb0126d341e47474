import { type Address, type Client, erc20Abi, type Hex } from "viem";
import { courtAbi } from "../abi/court.ts";
import { datanetsAbi } from "../abi/datanets.ts";
import { trainingAbi } from "../abi/training.ts";
import type { Addresses } from "../addresses.ts";
import { appealCommitteeSize, MAX_APPEALS } from "../appeals.ts";
import { Problem } from "../problem.ts";
import type { ContractCall } from "./call.ts";
import { type Items, readStanding } from "./readAppeal.ts";
import { readDocket } from "./readDocket.ts";
import { readJob } from "./readJob.ts";
import { readOpenAllowance } from "./readMoney.ts";
import { readAppealRules } from "./readParameters.ts";
import { readSubmission } from "./readSubmission.ts";

type Contracts = Pick<Addresses, "openToken" | "vault" | "court" | "parameters" | "datanets" | "training">;

/** What an appeal would take, and the calls that make it. */
export type PreparedAppeal = {
  /** 1 for a first appeal, 2 for the last. */
  level: 1 | 2;
  /** How many seats judge it, as long as the pool has so many. */
  committeeSize: number;
  /** What the appellant gives, and earns back when a grade changes. */
  bondWei: bigint;
  /** First second at which it is too late. */
  appealEnds: number;
  /** To send in this order: an approval of the bond where one is missing, then the appeal. */
  calls: ContractCall[];
};

/**
 * What it takes to have a submission judged anew by a larger committee. Anybody may, of an acceptance too.
 *
 * @throws {Problem} `unknown-submission`, or `not-appealable` while there is no verdict and after the last window.
 * @example
 * const { bondWei, calls } = await prepareAppeal(client, { addresses, root, appellant: account.address });
 * for (const call of calls) await wallet.writeContract({ ...call, account });
 */
export async function prepareAppeal(
  client: Client,
  { addresses, root, appellant }: { addresses: Contracts; root: Hex; appellant: Address },
): Promise<PreparedAppeal> {
  const submission = await readSubmission(client, { addresses, root });
  if (submission === undefined) {
    throw new Problem(
      "unknown-submission",
      `There is no submission ${root}.`,
      "Check the root, and that its transaction was mined on this chain.",
      { values: { root } },
    );
  }
  return prepare(client, addresses, appellant, submission, {
    address: addresses.datanets,
    abi: datanetsAbi,
    functionName: "appeal",
    args: [root],
  });
}

/** `prepareAppeal` for the attestation of a job. */
export async function prepareJobAppeal(
  client: Client,
  { addresses, job, appellant }: { addresses: Contracts; job: number; appellant: Address },
): Promise<PreparedAppeal> {
  const { docket, position } = await readJob(client, { addresses, job });
  return prepare(
    client,
    addresses,
    appellant,
    { docket, position, files: 1 },
    {
      address: addresses.training,
      abi: trainingAbi,
      functionName: "appeal",
      args: [job],
    },
  );
}

/** Add to the pot from which the voters of appeals are paid. The caller must have approved the Vault. */
export function fundAppealsCall(addresses: Pick<Addresses, "court">, amountWei: bigint): ContractCall {
  return { address: addresses.court, abi: courtAbi, functionName: "fundAppeals", args: [amountWei] };
}

async function prepare(
  client: Client,
  addresses: Contracts,
  appellant: Address,
  items: Items,
  call: ContractCall,
): Promise<PreparedAppeal> {
  const { appealEnds, judgedIn, level } = await readStanding(client, { addresses, items });
  if (appealEnds === undefined || level >= MAX_APPEALS) throw notAppealable(level, appealEnds);
  const [{ committeeSize: judgedBy }, rules, allowanceWei] = await Promise.all([
    readDocket(client, { addresses, docket: judgedIn }),
    readAppealRules(client, { addresses }),
    readOpenAllowance(client, { addresses, account: appellant, spender: addresses.vault }),
  ]);
  const committeeSize = appealCommitteeSize(judgedBy);
  const bondWei = rules.bondWei * BigInt(committeeSize);
  const approve: ContractCall = {
    address: addresses.openToken,
    abi: erc20Abi,
    functionName: "approve",
    args: [addresses.vault, bondWei],
  };
  return {
    level: level === 0 ? 1 : 2,
    committeeSize,
    bondWei,
    appealEnds,
    calls: allowanceWei >= bondWei ? [call] : [approve, call],
  };
}

function notAppealable(level: number, appealEnds: number | undefined): Problem {
  return appealEnds === undefined
    ? new Problem(
        "not-appealable",
        "There is no verdict to appeal: the court is still judging.",
        "Wait for the verdict, then appeal before its window ends.",
      )
    : new Problem(
        "not-appealable",
        `This was appealed ${level} times, and the last verdict stands.`,
        "Nothing more can be done about it.",
      );
}
