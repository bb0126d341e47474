import { type Address, type Hex, zeroHash } from "viem";
import { print } from "../chain/reader.ts";
import type { Dice } from "../dice.ts";
import type { Game, Step } from "../game.ts";
import { digest, everybody, governor, residents, signerOf } from "../people.ts";
import { type Datanet, rootOf, type SignedSubmission } from "../reference/datanets.ts";
import { type FileTree, type Leaf, plantFiles } from "../reference/files.ts";
import { call } from "./votes.ts";

/** The EIP-712 type, as IDatanets has it. */
const types = {
  Submission: [
    { name: "contributor", type: "address" },
    { name: "datanet", type: "uint32" },
    { name: "files", type: "uint8" },
    { name: "sizeBytes", type: "uint32" },
    { name: "terms", type: "uint16" },
    { name: "leavesRoot", type: "bytes32" },
    { name: "manifestDigest", type: "bytes32" },
    { name: "deadline", type: "uint40" },
  ],
} as const;
/** So few contents are around that duplicates are frequent. */
const CONTENTS = 12;

function plant(game: Game, contributor: Address, files: number, dice: Dice): FileTree {
  const leaves = Array.from(
    { length: files },
    (_, index): Leaf => ({
      index,
      sha256: digest(`content ${dice.below(CONTENTS)}`),
      sizeBytes: BigInt(1 + dice.below(500)),
      mediaType: dice.pick(["text/plain", "application/pdf"]),
      salt: digest(`salt ${dice.below(1e9)}`),
    }),
  );
  const tree = plantFiles(contributor, leaves);
  game.model.datanets.trees.set(tree.leavesRoot, tree);
  return tree;
}

/** A contributor's key of now with room for so many files, mostly: a retired or busy one tries now and then. */
function contributorOf(game: Game, count: number, dice: Dice): Address {
  const { datanets } = game.model;
  const hasRoom = (key: Address) => {
    const used = datanets.usedToday(key);
    return used.files + count <= datanets.limitsToday().filesPerDay;
  };
  const able = everybody.filter((key) => !datanets.retired.has(key) && hasRoom(key));
  const busy = able.filter((key) => datanets.quotas.has(key) || residents.includes(key));
  return (dice.chance(93) ? dice.pick(busy) : undefined) ?? (dice.pick(everybody) as Address);
}

/** A submission, sent by its contributor or by somebody else with a signature. */
export async function submit(game: Game, dice: Dice): Promise<Step | undefined> {
  const { datanets } = game.model;
  const { crowded } = game;
  if (datanets.paused.submissions && dice.chance(50)) return call(governor, "datanets", "unpause");
  const datanet = crowded ? datanets.datanets[0] : (dice.pick(datanets.datanets) as Datanet);
  if (datanet === undefined) return undefined;
  const count = crowded ? dice.pick([20, 20, 20, 16, 12, 8]) : 1 + dice.below(dice.chance(80) ? 4 : 20);
  const contributor = contributorOf(game, count, dice);
  const tree = plant(game, contributor, count, dice);
  const sizeBytes = tree.leaves.reduce((total, leaf) => total + Number(leaf.sizeBytes), 0);
  const submission: SignedSubmission = {
    contributor,
    datanet: datanet.id,
    files: count,
    sizeBytes: dice.chance(4) ? 90_000 : sizeBytes,
    terms: datanet.terms,
    leavesRoot: tree.leavesRoot,
    manifestDigest: digest(`manifest of ${tree.leavesRoot}`),
    deadline: game.now + 1 + dice.below(3600),
  };
  if (dice.chance(12)) spoil(game, submission, dice);
  const relayed = dice.chance(15);
  const sender = relayed ? (dice.pick(everybody) as Address) : contributor;
  const signature = relayed ? await sign(game, submission, dice) : "0x";
  const { listRoot } = datanet;
  if (listRoot === zeroHash ? dice.chance(90) : dice.chance(5)) {
    return call(sender, "datanets", "submit", submission, signature);
  }
  const proof = proofOf(game, listRoot, contributor, dice);
  return call(sender, "datanets", "submitListed", submission, signature, proof);
}

/** One thing wrong. */
function spoil(game: Game, submission: SignedSubmission, dice: Dice): void {
  const known = [...game.model.datanets.submissions.values()];
  const wrongs: Partial<SignedSubmission>[] = [
    { deadline: game.now },
    { leavesRoot: zeroHash },
    { terms: submission.terms + 1 },
    { files: dice.pick([0, 21]) },
    { sizeBytes: submission.files - 1 },
    { datanet: game.model.datanets.datanets.length + 1 },
    // Somebody else's files, or the own ones once more.
    { leavesRoot: dice.pick(known)?.leavesRoot ?? submission.leavesRoot },
    { leavesRoot: dice.pick(known)?.leavesRoot ?? submission.leavesRoot },
  ];
  Object.assign(submission, dice.pick(wrongs));
}

/** The contributor's signature, or one of something else. */
async function sign(game: Game, submission: SignedSubmission, dice: Dice): Promise<Hex> {
  const signer = signerOf(submission.contributor);
  const wrong = dice.chance(15);
  const signed = wrong ? { ...submission, sizeBytes: submission.sizeBytes + 1 } : submission;
  const { chainId } = game.model.world;
  const verifyingContract = game.chain.at.datanets;
  const domain = { name: "OpenLedger", version: "1", chainId, verifyingContract };
  const typedData = { domain, types, primaryType: "Submission", message: signed } as const;
  const signature = (await signer?.signTypedData(typedData)) ?? "0x";
  if (!wrong) game.signatures.add(`${signature} ${print(submission)}`);
  return signature;
}

function proofOf(game: Game, listRoot: Hex, contributor: Address, dice: Dice): readonly Hex[] {
  const list = game.model.datanets.lists.get(listRoot);
  const names = [contributor, game.model.vault.identityOf(contributor)];
  const index = list?.members.findIndex((member) => names.includes(member)) ?? -1;
  return list?.proofs[index] ?? (dice.chance(50) ? [] : [digest("no proof")]);
}

/** Show that two files are the same bytes, or claim so. */
export function proveDuplicate(game: Game, dice: Dice): Step | undefined {
  const { datanets } = game.model;
  const files = [...datanets.submissions.values()].flatMap((submission) => {
    const tree = datanets.trees.get(submission.leavesRoot);
    const root = rootOf(submission.contributor, submission.leavesRoot);
    return (tree?.leaves ?? []).map((leaf, index) => ({
      submission,
      root,
      leaf,
      proof: tree?.proofs[index] ?? [],
      place: submission.docket * 128 + submission.position + index,
    }));
  });
  const later = dice.pick(files.filter(({ submission }) => !submission.finalized || dice.chance(5)));
  if (later === undefined) return undefined;
  const alike = files.filter((file) => file.leaf.sha256 === later.leaf.sha256 && file !== later);
  const samePool = alike.filter(({ submission }) => submission.docket % 4 === later.submission.docket % 4);
  const before = samePool.filter(({ place }) => place < later.place);
  const earlier = dice.pick(
    dice.chance(85) && before.length > 0 ? before : dice.chance(60) && alike.length > 0 ? alike : files,
  );
  if (earlier === undefined) return undefined;
  const finder = dice.pick(everybody) as Address;
  const first = { ...earlier.leaf };
  const second = { ...later.leaf };
  let { root, proof } = later;
  if (dice.chance(10)) {
    const wrong = dice.below(5);
    if (wrong === 0) second.salt = digest("another salt");
    if (wrong === 1) second.index = later.submission.files;
    if (wrong === 2) proof = [...proof, digest("one more node")];
    if (wrong === 3) root = digest("no submission");
    if (wrong === 4) first.sizeBytes += 1n;
  }
  return call(finder, "datanets", "proveDuplicate", earlier.root, first, earlier.proof, root, second, proof);
}

/** Credit submissions whether or not they are final. */
export function finalizeSome(game: Game, dice: Dice): Step | undefined {
  const roots = [...game.model.datanets.submissions.keys()];
  const person = dice.pick(everybody) as Address;
  const unknown = digest("no submission");
  if (dice.chance(50)) {
    return call(person, "datanets", "finalize", dice.chance(92) ? (dice.pick(roots) ?? unknown) : unknown);
  }
  if (dice.chance(4)) return call(person, "datanets", "finalizeMany", Array(65).fill(unknown));
  return call(person, "datanets", "finalizeMany", dice.chance(95) ? roots.slice(0, 64) : [...roots, unknown]);
}

/** Ask for a larger committee, whether or not there is a verdict. */
export function appealSome(game: Game, dice: Dice): Step | undefined {
  const root = dice.pick([...game.model.datanets.submissions.keys()]) ?? digest("no submission");
  return call(dice.pick(everybody) as Address, "datanets", "appeal", root);
}
