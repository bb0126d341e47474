/** Measures the life of a training job. */
import { modelsAbi } from "@openledger/sdk/abi/models";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { keccak256, parseEther, toHex } from "viem";
import type { GasReport } from "./budgets.ts";
import { accountAt, type GasChain } from "./chain.ts";
import { giveOpen, judge, takeSeats } from "./judging.ts";

const compute = 3;
const poster = accountAt(20);
const trainer = accountAt(17);
const checkers = Array.from({ length: 4 }, (_, index) => accountAt(24 + index));
const baseDigest = keccak256(toHex("base"));

/** Measures posting, claiming, attesting and settling, by people who did each before. */
export async function measureTraining(chain: GasChain): Promise<Partial<GasReport>> {
  const { models, vault } = chain.addresses;
  await takeSeats(chain, compute, trainer.address, 2);
  for (const { address } of checkers) await takeSeats(chain, compute, address, 1);
  await giveOpen(chain, poster.address, "100000", vault);
  await chain.send(accountAt(0), models, modelsAbi, "addBase", [baseDigest, "gpt2", "tiny", "MIT"]);
  for (let job = 1; job <= 3; job++) await runJob(chain, job);
  return runJob(chain, 4);
}

async function runJob(chain: GasChain, job: number) {
  const { training } = chain.addresses;
  const attestation = {
    adapterDigest: keccak256(toHex(`adapter ${job}`)),
    transcriptHead: keccak256(toHex(`transcript ${job}`)),
    reportDigest: keccak256(toHex(`report ${job}`)),
    lossBeforeMicronats: 4_212_345n,
    lossAfterMicronats: 2_812_345n,
    tokens: 123_456n,
    steps: 120,
  };
  const specDigest = keccak256(toHex(`spec ${job}`));
  const postJob = await chain.send(poster, training, trainingAbi, "post", [
    specDigest,
    baseDigest,
    0,
    parseEther("100"),
    chain.now() + 30 * 86_400,
  ]);
  const claimJob = await chain.send(trainer, training, trainingAbi, "claim", [job]);
  await chain.send(trainer, training, trainingAbi, "heartbeat", [
    job,
    60,
    attestation.transcriptHead,
    3_000_000n,
  ]);
  const attest = await chain.send(trainer, training, trainingAbi, "attest", [job, attestation]);
  const { docket } = await chain.client.readContract({
    address: training,
    abi: trainingAbi,
    functionName: "jobOf",
    args: [job],
  });
  await judge(chain, docket, [trainer, ...checkers], () => 3n);
  const settle = await chain.send(accountAt(1), training, trainingAbi, "settle", [
    job,
    trainer.address,
    attestation,
  ]);
  return { postJob, claimJob, attest, settle };
}
