import { drawIndicesOf } from "@openledger/sdk/committee";
import type { Grade } from "@openledger/sdk/grades";
import { type Address, encodeAbiParameters, type Hex, keccak256, parseEther, toHex } from "viem";
import {
  builder,
  contributors,
  datanetOwner,
  deployer,
  trainers,
  validators,
} from "../../../scripts/stack/accounts.ts";
import { closeDocket, drawDocket, endow, judge, settle, submit } from "./actors.ts";
import type { LocalProtocol } from "./localProtocol.ts";

const TEXT = 0;
const COMPUTE = 3;
const addressesOf = (people: readonly { account: { address: Address } }[]) =>
  people.map(({ account }) => account.address);
const voters = addressesOf(validators);
const givers = addressesOf(contributors);
const [first, second, third] = addressesOf(trainers) as [Address, Address, Address];
const owner = datanetOwner.account.address;
const poster = builder.account.address;
const governance = deployer.account.address;
const at = (people: readonly Address[], index: number) => people[index] as Address;
const digest = (label: string) => keccak256(toHex(label));
const baseDigest = digest("base");

/** Everybody the index may know something of. */
export const everybody = [...voters, ...givers, first, second, third, owner, poster];

/** Stakes, two Datanets, a docket whose committee is drawn after its seats changed hands, rejections, claims. */
export async function playData(protocol: LocalProtocol): Promise<void> {
  for (const account of [...voters.slice(0, 6), owner]) await endow(protocol, account, "10000");
  for (const [index, voter] of voters.slice(0, 6).entries()) {
    await protocol.send(voter, "seats", "stake", [TEXT, 1 + (index % 3)]);
  }
  await protocol.send(owner, "datanets", "create", [
    TEXT,
    parseEther("2"),
    parseEther("0.3"),
    "Réponses",
    "CC0-1.0",
    "Ask.\u0000Answer.",
  ]);
  await protocol.send(owner, "datanets", "create", [
    TEXT,
    parseEther("1"),
    7n,
    "Second",
    "CC-BY-4.0",
    "Any text.",
  ]);
  await protocol.send(owner, "datanets", "fund", [1, parseEther("1000")]);
  await protocol.send(owner, "datanets", "fund", [2, parseEther("100")]);
  const roots = [
    await submit(protocol, at(givers, 0), 1, 4, "ada"),
    await submit(protocol, at(givers, 1), 1, 2, "ben"),
    await submit(protocol, at(givers, 2), 1, 1, "chloe"),
    await submit(protocol, at(givers, 0), 2, 3, "ada elsewhere"),
  ];
  const docket = await closeDocket(protocol, TEXT);
  // Seats change hands between closing and drawing: the committee is that of the closing.
  await protocol.send(at(voters, 1), "seats", "unstake", [TEXT, 1]);
  await protocol.send(at(voters, 0), "seats", "unstake", [TEXT, 1]);
  const committee = await drawDocket(protocol, docket);
  const good: Grade[] = [3, 0, 2, 1, 2, 2, 0, 1, 0, 3];
  const bad: Grade[] = [0, 3, 0, 0, 0, 0, 3, 0, 3, 0];
  // The fewest seats are absent or disagree, so that the verdict is the same whatever committee is drawn.
  const draws = (voter: Address) => drawIndicesOf(committee, voter).length;
  const voting = [...new Set(committee)].sort((one, other) => draws(one) - draws(other));
  const absent = voting.length > 3 ? voting.shift() : undefined;
  const [disagreeing, first] = voting;
  await judge(protocol, docket, committee, (voter) => {
    if (voter === absent) return { absent: true };
    if (voter === disagreeing) return { grades: bad };
    return { grades: good, code: voter === first ? 9 : 7, commitsTwice: voter === first };
  });
  await protocol.send(governance, "datanets", "finalizeMany", [roots.slice(0, 3)]);
  await protocol.send(owner, "datanets", "withdraw", [2, owner, parseEther("5")]);
  await protocol.send(governance, "vault", "claim", [at(givers, 0)]);
  await protocol.send(governance, "datanets", "finalize", [roots[3]]);
}

/** A round without a quorum, the next one with, on another day; what thawed goes home. */
export async function playRedraw(protocol: LocalProtocol): Promise<Hex[]> {
  await protocol.pass(86_400);
  await protocol.send(at(voters, 0), "seats", "withdraw", [TEXT]);
  const roots = [
    await submit(protocol, at(givers, 1), 1, 3, "ben again"),
    await submit(protocol, at(givers, 2), 1, 2, "chloe again"),
  ];
  const docket = await closeDocket(protocol, TEXT);
  const silent = await drawDocket(protocol, docket);
  await judge(protocol, docket, silent, () => ({ absent: true }));
  const committee = await drawDocket(protocol, docket);
  await judge(protocol, docket, committee, () => ({ grades: [3, 3, 3, 0, 2] as Grade[] }));
  await protocol.send(governance, "datanets", "finalizeMany", [roots]);
  const [paid] = new Set(committee);
  await protocol.send(governance, "vault", "claim", [paid]);
  await protocol.send(owner, "datanets", "setOpen", [2, false]);
  return roots;
}

/**
 * An appeal that gives a rejected submission its due, a second one that is lost, a file that somebody brought before,
 * new terms, and a contributor who changes keys between submitting and being paid.
 */
export async function playRights(protocol: LocalProtocol): Promise<Hex[]> {
  const [donor, copier, finder, appellant, nextKey] = [3, 4, 5, 6, 7].map((index) => at(givers, index)) as [
    Address,
    Address,
    Address,
    Address,
    Address,
  ];
  await endow(protocol, appellant, "10000");
  await protocol.send(owner, "datanets", "setOpen", [2, true]);
  const file = { index: 0, sha256: digest("the same file"), sizeBytes: 1000n, mediaType: "text/plain" };
  const original = { ...file, salt: digest("one salt") };
  const copy = { ...file, salt: digest("another salt") };
  const roots = [
    await submit(protocol, donor, 1, 1, "original", leafOf(donor, original)),
    await submit(protocol, copier, 1, 1, "copy", leafOf(copier, copy)),
    await submit(protocol, donor, 1, 2, "misjudged"),
  ] as [Hex, Hex, Hex];
  await protocol.send(donor, "datanets", "rotateKey", [nextKey]);
  const docket = await closeDocket(protocol, TEXT);
  const committee = await drawDocket(protocol, docket);
  await settle(protocol, docket, committee, () => ({ grades: [2, 3, 0, 0] as Grade[] }));
  await protocol.send(finder, "datanets", "proveDuplicate", [roots[0], original, [], roots[1], copy, []]);
  await protocol.send(appellant, "datanets", "appeal", [roots[2]]);
  const first = await protocol.read<number>("court", "latestAppeal", [docket, 2]);
  await settle(protocol, first, await drawDocket(protocol, first), () => ({ grades: [3, 1] as Grade[] }));
  await protocol.send(appellant, "datanets", "appeal", [roots[2]]);
  const second = await protocol.read<number>("court", "latestAppeal", [docket, 2]);
  await judge(protocol, second, await drawDocket(protocol, second), () => ({ grades: [3, 1] as Grade[] }));
  const { rotationSeconds } = await protocol.read<{ rotationSeconds: number }>(
    "parameters",
    "contributorRules",
    [],
  );
  await protocol.pass(rotationSeconds);
  await protocol.send(nextKey, "datanets", "acceptRotation", [donor]);
  await protocol.send(governance, "datanets", "finalizeMany", [roots]);
  await protocol.send(owner, "datanets", "setTerms", [2, "CC-BY-SA-4.0", "Any text, shared alike."]);
  return roots;
}

/** The only leaf of a submission, which is its leaves' root: hashed twice, as the contract does it. */
function leafOf(
  contributor: Address,
  leaf: { index: number; sha256: Hex; sizeBytes: bigint; mediaType: string; salt: Hex },
): Hex {
  const types = ["address", "uint8", "bytes32", "uint256", "string", "bytes32"].map((type) => ({ type }));
  const values = [contributor, leaf.index, leaf.sha256, leaf.sizeBytes, leaf.mediaType, leaf.salt];
  return keccak256(keccak256(encodeAbiParameters(types, values)));
}

function attestationOf(label: string) {
  return {
    adapterDigest: digest(`${label} adapter`),
    transcriptHead: digest(`${label} transcript`),
    reportDigest: digest(`${label} report`),
    lossBeforeMicronats: 5_000_000n,
    lossAfterMicronats: 3_100_000n,
    tokens: 123_456n,
    steps: 60,
  };
}

/** Judges what stands in the COMPUTE pool's docket. */
async function judgeCompute(protocol: LocalProtocol, grades: Grade[]): Promise<void> {
  const docket = await closeDocket(protocol, COMPUTE);
  const committee = await drawDocket(protocol, docket);
  await judge(protocol, docket, committee, () => ({ grades, code: 40 }));
}

/** A job rejected, then accepted and released; its refinement; a lease that ran out; a job taken back. */
export async function playTraining(protocol: LocalProtocol): Promise<void> {
  for (const account of [first, second, third, poster]) await endow(protocol, account, "10000");
  for (const trainer of [first, second, third]) {
    await protocol.send(trainer, "seats", "stake", [COMPUTE, 2]);
  }
  await protocol.send(governance, "models", "addBase", [baseDigest, "GPT-2", "tiny", "MIT"]);
  const { timestamp } = await protocol.client.getBlock();
  const deadline = Number(timestamp) + 3_600;
  const post = (parent: number) =>
    protocol.send(poster, "training", "post", [
      digest(`spec ${parent}`),
      baseDigest,
      parent,
      parseEther("50"),
      deadline,
    ]);
  const run = async (job: number, trainer: Address, grade: Grade) => {
    await protocol.send(trainer, "training", "claim", [job]);
    for (const step of [20, 40, 60]) {
      const loss = BigInt(5_000_000 - step * 30_000);
      await protocol.send(trainer, "training", "heartbeat", [job, step, digest(`${job} ${step}`), loss]);
    }
    const attestation = attestationOf(`${job} ${trainer}`);
    await protocol.send(trainer, "training", "attest", [job, attestation]);
    await judgeCompute(protocol, [grade]);
    await protocol.send(governance, "training", "settle", [job, trainer, attestation]);
    if (grade > 0) await protocol.send(governance, "models", "release", [job, trainer, attestation]);
  };
  await post(0);
  await run(1, first, 0);
  await run(1, second, 3);
  await post(1);
  await run(2, third, 2);
  await post(0);
  await protocol.send(second, "training", "claim", [3]);
  await protocol.pass(120);
  await protocol.send(governance, "training", "expire", [3]);
  await protocol.send(poster, "training", "cancel", [3]);
  await post(0);
  await protocol.send(third, "training", "claim", [4]);
  await protocol.send(poster, "models", "transferFrom", [poster, owner, 1]);
  await protocol.send(governance, "models", "removeBase", [baseDigest]);
}
