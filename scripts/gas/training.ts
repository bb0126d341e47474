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
const rival = accountAt(18);
const checkers = Array.from({ length: 4 }, (_, index) => accountAt(24 + index));
const baseDigest = keccak256(toHex("base"));

/** Measures posting, claiming, attesting and settling, by people who did each before. */
export async function measureTraining(chain: GasChain): Promise<Partial<GasReport>> {
  const { models, vault } = chain.addresses;
  for (const { address } of [trainer, rival]) await takeSeats(chain, compute, address, 2);
  for (const { address } of checkers) await takeSeats(chain, compute, address, 1);
  await giveOpen(chain, poster.address, "100000", vault);
  await chain.send(accountAt(0), models, modelsAbi, "addBase", [baseDigest, "gpt2", "tiny", "MIT"]);
  for (let job = 1; job <= 5; job += 2) await runJobs(chain, job);
  return runJobs(chain, 7);
}

/** Two jobs whose attestations share a docket: the first opens it, the second is measured. */
async function runJobs(chain: GasChain, job: number) {
  const { training } = chain.addresses;
  const first = await attestJob(chain, job, rival);
  const second = await attestJob(chain, job + 1, trainer);
  const { docket } = await chain.client.readContract({
    address: training,
    abi: trainingAbi,
    functionName: "jobOf",
    args: [job],
  });
  await judge(chain, docket, [trainer, rival, ...checkers], () => 15n);
  const settleJob = (person: Person, number: number, attestation: Attestation) =>
    chain.send(accountAt(1), training, trainingAbi, "settle", [number, person.address, attestation]);
  await settleJob(rival, job, first.attestation);
  const settle = await settleJob(trainer, job + 1, second.attestation);
  const released = [job + 1, trainer.address, second.attestation] as const;
  const release = await chain.send(accountAt(1), chain.addresses.models, modelsAbi, "release", released);
  return { ...second.gas, settle, release };
}

type Person = ReturnType<typeof accountAt>;
type Attestation = ReturnType<typeof attestationOf>;

function attestationOf(job: number) {
  return {
    adapterDigest: keccak256(toHex(`adapter ${job}`)),
    transcriptHead: keccak256(toHex(`transcript ${job}`)),
    reportDigest: keccak256(toHex(`report ${job}`)),
    lossBeforeMicronats: 4_212_345n,
    lossAfterMicronats: 2_812_345n,
    tokens: 123_456n,
    steps: 120,
  };
}

/** Takes one job from its posting to its attestation. */
async function attestJob(chain: GasChain, job: number, person: Person) {
  const { training } = chain.addresses;
  const attestation = attestationOf(job);
  const specDigest = keccak256(toHex(`spec ${job}`));
  const postJob = await chain.send(poster, training, trainingAbi, "post", [
    specDigest,
    baseDigest,
    0,
    parseEther("100"),
    chain.now() + 30 * 86_400,
  ]);
  const claimJob = await chain.send(person, training, trainingAbi, "claim", [job]);
  const { transcriptHead } = attestation;
  await chain.send(person, training, trainingAbi, "heartbeat", [job, 60, transcriptHead, 3_000_000n]);
  const attest = await chain.send(person, training, trainingAbi, "attest", [job, attestation]);
  return { attestation, gas: { postJob, claimJob, attest } };
}
