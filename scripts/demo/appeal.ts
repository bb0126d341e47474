/** Between the acts: somebody does not accept a verdict, and a larger committee judges the submission anew. */
import { courtAbi } from "@openledger/sdk/abi/court";
import { addressesOf } from "@openledger/sdk/addresses";
import { prepareAppeal } from "@openledger/sdk/client/appeal";
import { readAppeal, readStanding } from "@openledger/sdk/client/readAppeal";
import { readDocket } from "@openledger/sdk/client/readDocket";
import { readSubmission, type SubmissionState } from "@openledger/sdk/client/readSubmission";
import { type Address, formatEther, type Hex, type PublicClient } from "viem";
import { appellants, nameOf, type Person } from "../stack/accounts.ts";
import { sendAll } from "../stack/transactions.ts";
import { until } from "./questions.ts";
import { DocketStory } from "./verdicts.ts";

/** An appeal with what came of it. */
export interface DecidedAppeal {
  root: Hex;
  appellant: Address;
  /** The docket that judged the submission anew. */
  docket: number;
  committeeSize: number;
  bondWei: string;
  /** Whether a grade changed, so that the bond came back. */
  changed: boolean;
  before: number[];
  after: number[];
}

const gradeNames = ["rejected", "fair", "good", "excellent"];

/**
 * The first of those who may appeal to see a file of theirs rejected appeals; the rest accept.
 *
 * @param roots Everything that was submitted.
 */
export async function appealRejection(
  client: PublicClient,
  indexer: string,
  roots: readonly Hex[],
  tell: (line: string) => void,
): Promise<DecidedAppeal> {
  const addresses = addressesOf(await client.getChainId());
  const submissions = await Promise.all(roots.map((root) => readSubmission(client, { addresses, root })));
  const candidates = submissions.flatMap((submission) => {
    const person = appellants.find(({ account }) => account.address === submission?.contributor);
    return submission && person ? [{ submission, person }] : [];
  });
  // A demo that was stopped in the middle has appealed before.
  const { submission, person, before } = await until("A rejection to appeal", 150, async () => {
    for (const candidate of candidates) {
      const appealed = await appealWhenRejected(client, candidate, tell);
      if (appealed) return { ...candidate, before: appealed };
    }
    return undefined;
  });

  const story = new DocketStory(indexer, tell);
  const { judgedIn } = await readStanding(client, { addresses, items: submission });
  const appeal = await readAppeal(client, { addresses, appeal: judgedIn });
  await until("The verdict on the appeal", 120, async () => (await story.look([judgedIn])) || undefined);
  const [decided] = await client.getContractEvents({
    address: addresses.court,
    abi: courtAbi,
    eventName: "AppealDecided",
    args: { appeal: judgedIn },
    fromBlock: BigInt(addresses.deploymentBlock),
    strict: true,
  });
  if (!decided || !appeal) throw new Error(`Appeal ${judgedIn} was settled without a decision.`);
  const { grades: after } = await readStanding(client, { addresses, items: submission });
  const { committeeSize } = await readDocket(client, { addresses, docket: judgedIn });
  const { changed } = decided.args;
  tell(
    `${committeeSize} voters judged ${person.name}'s files anew: ${after.map((grade) => gradeNames[grade]).join(", ")}; the bond of ${formatEther(appeal.bondWei)} OPEN ${changed ? `is ${person.name}'s again` : "pays for other appeals"}`,
  );
  return {
    root: submission.root,
    appellant: person.account.address,
    docket: judgedIn,
    committeeSize,
    bondWei: appeal.bondWei.toString(),
    changed,
    before,
    after,
  };
}

/** @returns the grades that were appealed, once they are. */
async function appealWhenRejected(
  client: PublicClient,
  { submission, person }: { submission: SubmissionState; person: Person },
  tell: (line: string) => void,
): Promise<number[] | undefined> {
  const addresses = addressesOf(await client.getChainId());
  const { settled, grades, level } = await readStanding(client, { addresses, items: submission });
  if (level > 0) return grades;
  if (!settled || grades.every((grade) => grade > 0)) return undefined;
  const appellant = person.account.address;
  const { root } = submission;
  const { calls, bondWei, committeeSize } = await prepareAppeal(client, { addresses, root, appellant });
  await sendAll(
    client,
    person.account,
    calls.map(({ address, ...call }) => ({ to: address, ...call })),
  );
  tell(
    `${nameOf(appellant)} appeals the verdict on submission ${root.slice(0, 10)}… with a bond of ${formatEther(bondWei)} OPEN: up to ${committeeSize} seats will be drawn`,
  );
  return grades;
}
