import { trainingAbi } from "@openledger/sdk/abi/training";
import { readChainTime } from "@openledger/sdk/client/readChainTime";
import { readOpenAllowance, readOpenBalance } from "@openledger/sdk/client/readMoney";
import { readTrainingRules } from "@openledger/sdk/client/readParameters";
import { effectiveBatch, tokensOfJob } from "@openledger/sdk/jobDraft";
import { type JobSpec, jobSpecDigest } from "@openledger/sdk/jobSpec";
import { formatOpenAmount } from "@openledger/sdk/openTokenFormat";
import { erc20Abi, type Hex, parseEventLogs } from "viem";
import { UserError } from "../../app/errors.ts";
import type { Answer } from "../io.ts";
import { type JobRequest, specOfRequest } from "../jobDrafts.ts";
import { SavedJobs } from "../savedJobs.ts";
import type { Session } from "../session.ts";
import type { Sent, Wallet } from "../wallet.ts";
import { transactionLines } from "./stake.ts";

/** What a job offers: its price, and until when. */
export interface JobOffer {
  priceWei: bigint;
  hours: number;
}

/** Shows what a job would be and cost; nothing is published or sent. */
export async function rehearseJob(
  session: Session,
  request: JobRequest,
  { priceWei }: JobOffer,
): Promise<Answer> {
  const spec = await specOfRequest(session, request);
  const { client, addresses } = await session.connection();
  const { checkFeeWei } = await readTrainingRules(client, { addresses });
  const totalWei = priceWei + checkFeeWei;
  return {
    json: { spec, ...figuresOf(spec), specDigest: jobSpecDigest(spec), priceWei, checkFeeWei, totalWei },
    lines: [
      ...specLines(spec),
      ...priceLines(spec, priceWei),
      `It would cost ${formatOpenAmount(totalWei)}: ${formatOpenAmount(priceWei)} for the trainer, ${formatOpenAmount(checkFeeWei)} for the check.`,
    ],
  };
}

/** Posts a job: publishes its spec at the gateway, lets the Vault take the total where it may not yet, and posts. */
export async function postJob(session: Session, request: JobRequest, offer: JobOffer): Promise<Answer> {
  const [{ client, addresses }, wallet] = await Promise.all([session.connection(), session.wallet()]);
  const { spec, deadline } = await beginPosting(session, wallet, request, offer);
  const { priceWei } = offer;
  const { checkFeeWei } = await readTrainingRules(client, { addresses });
  const totalWei = priceWei + checkFeeWei;
  const account = wallet.address;
  const [balanceWei, allowanceWei] = await Promise.all([
    readOpenBalance(client, { addresses, account }),
    readOpenAllowance(client, { addresses, account, spender: addresses.vault }),
  ]);
  const isUnderWay = wallet.isUnderWay(addresses.training);
  if (balanceWei < totalWei && !isUnderWay) {
    throw new UserError({
      code: "too-little-open",
      sentence: `${account} has ${formatOpenAmount(balanceWei)}; the job costs ${formatOpenAmount(totalWei)} with its check.`,
      next: "Lower --price, or claim what the account earned.",
    });
  }
  for (const line of [...specLines(spec), ...priceLines(spec, priceWei)]) session.progress(line);
  await session.confirm(
    `Post this job for ${formatOpenAmount(totalWei)}, until ${new Date(deadline * 1000).toISOString()}?`,
  );
  const specDigest = jobSpecDigest(spec);
  const published = await session.gateway.post<{ specDigest: Hex; cid: string }>("/v1/specs", spec);
  if (published.specDigest.toLowerCase() !== specDigest) {
    throw new UserError({
      code: "other-spec",
      sentence: "The gateway published another spec than this one.",
      next: "Use another gateway; nothing was posted.",
    });
  }
  const sent: Sent[] = [];
  if (allowanceWei < totalWei && !isUnderWay) {
    sent.push(
      await wallet.call(
        {
          address: addresses.openToken,
          abi: erc20Abi,
          functionName: "approve",
          args: [addresses.vault, totalWei],
        },
        `Allow the Vault ${formatOpenAmount(totalWei)}`,
      ),
    );
  }
  sent.push(
    await wallet.call(
      {
        address: addresses.training,
        abi: trainingAbi,
        functionName: "post",
        args: [specDigest, spec.base.baseDigest, spec.parentRelease ?? 0, priceWei, deadline],
      },
      "Post the job",
    ),
  );
  const { logs } = await client.getTransactionReceipt({ hash: (sent.at(-1) as Sent).hash });
  const [posted] = parseEventLogs({ abi: trainingAbi, eventName: "JobPosted", logs });
  if (posted === undefined) throw new Error("The job was posted, but its receipt names no job.");
  const { job } = posted.args;
  return {
    json: { job, specDigest, cid: published.cid, spec, priceWei, totalWei, deadline, transactions: sent },
    lines: [...transactionLines(sent), `Job ${job} is posted; openledger job watch ${job} follows it.`],
  };
}

/** The spec and the deadline: those of a command that was killed while its transaction was under way, else new ones. */
async function beginPosting(
  session: Session,
  wallet: Wallet,
  request: JobRequest,
  { priceWei, hours }: JobOffer,
) {
  const { client, addresses } = await session.connection();
  const saved = new SavedJobs(wallet.database);
  const key = saved.keyOf({ request, priceWei: String(priceWei), hours });
  const earlier = wallet.isUnderWay(addresses.training) ? saved.find(key) : undefined;
  if (earlier !== undefined) return earlier;
  const [spec, { seconds }] = await Promise.all([specOfRequest(session, request), readChainTime(client)]);
  const begun = { spec, deadline: seconds + hours * 3600 };
  saved.save(key, begun);
  return begun;
}

function specLines(spec: JobSpec): string[] {
  const { base, datasets, evaluation, lora, method, parentRelease, training } = spec;
  return [
    `${method} of rank ${lora.rank} on ${base.name} (${base.family})${parentRelease === null ? "" : `, refining release ${parentRelease}`}`,
    `trained on ${datasets.map(({ datanet, versionCount }) => `Datanet ${datanet} at version ${versionCount}`).join(", ")}`,
    `${training.steps > 0 ? `${training.steps} steps` : `${training.epochs} passes`} of ${effectiveBatch(spec)} examples of up to ${training.cutoffTokens} tokens, learning rate ${training.learningRate} (${training.schedule})`,
    evaluation.patience === 0
      ? `evaluated every ${evaluation.everySteps} steps, never stopped early`
      : `evaluated every ${evaluation.everySteps} steps, stopped after ${evaluation.patience} without a better loss`,
  ];
}

function figuresOf(spec: JobSpec) {
  return { effectiveBatch: effectiveBatch(spec), mostTokens: tokensOfJob(spec, undefined) ?? null };
}

function priceLines(spec: JobSpec, priceWei: bigint): string[] {
  const tokens = tokensOfJob(spec, undefined);
  if (tokens === undefined) return [];
  const perMillion = (priceWei * 1_000_000n) / BigInt(tokens);
  return [`at most ${tokens} tokens: ${formatOpenAmount(perMillion, 2)} for a million`];
}
