/** Follows dockets from the draw to the verdict and tells it as it happens. */
import { reasonOfCode } from "@openledger/sdk/reasons";
import { formatEther, type Hex } from "viem";
import { nameOf } from "../stack/accounts.ts";
import { ask, until } from "./questions.ts";

const poolNames = ["TEXT", "IMAGE", "AUDIO", "COMPUTE"];
const gradeNames = ["rejected", "fair", "good", "excellent"];

interface DocketRow {
  id: number;
  pool: number;
  round: number;
  phase: "COLLECTING" | "DRAWING" | "DRAWN" | "SETTLED";
  items: number;
  committee: Hex[];
  voteList: {
    items: {
      voter: Hex;
      round: number;
      commitment: Hex | null;
      revealed: boolean;
      coherent: boolean | null;
    }[];
  };
}

const docketQuery = `query ($ids: [Float!]) {
  dockets(where: { id_in: $ids }, orderBy: "id", limit: 100) { items {
    id pool round phase items committee
    voteList(limit: 100) { items { voter round commitment revealed coherent } }
  } }
}`;

/** Tells every new fact about some dockets until all are settled. */
export class DocketStory {
  readonly #indexer: string;
  readonly #tell: (line: string) => void;
  readonly #told = new Set<string>();

  constructor(indexer: string, tell: (line: string) => void) {
    this.#indexer = indexer;
    this.#tell = tell;
  }

  /** @returns Whether all of them have a verdict. */
  async look(ids: number[]): Promise<boolean> {
    const { dockets } = await ask<{ dockets: { items: DocketRow[] } }>(this.#indexer, docketQuery, { ids });
    for (const docket of dockets.items) this.#tellDocket(docket);
    return dockets.items.length === ids.length && dockets.items.every(({ phase }) => phase === "SETTLED");
  }

  #tellDocket(docket: DocketRow): void {
    const title = `${poolNames[docket.pool]} docket ${docket.id}`;
    const once = (key: string, line: string) => {
      const unique = `${docket.id}/${docket.round}/${key}`;
      if (this.#told.has(unique)) return;
      this.#told.add(unique);
      this.#tell(line);
    };
    if (docket.phase !== "COLLECTING")
      once(
        "closed",
        `${title} closes with ${docket.items} ${docket.items === 1 ? "item" : "items"}${docket.round > 0 ? ` (drawn again, round ${docket.round})` : ""}`,
      );
    if (docket.committee.length > 0)
      once("drawn", `${title}: committee drawn: ${docket.committee.map(nameOf).join(", ")}`);
    for (const vote of docket.voteList.items.filter(({ round }) => round === docket.round)) {
      if (vote.commitment) once(`commit ${vote.voter}`, `${title}: ${nameOf(vote.voter)} commits`);
      if (vote.revealed) once(`reveal ${vote.voter}`, `${title}: ${nameOf(vote.voter)} reveals`);
    }
    if (docket.phase === "SETTLED") {
      const paid = docket.voteList.items
        .filter(({ coherent }) => coherent === true)
        .map(({ voter }) => nameOf(voter));
      once("settled", `${title}: verdict; the fee goes to ${paid.join(", ")}`);
    }
  }
}

/** The verdict on one file. */
interface FileVerdict {
  name: string;
  grade: number;
  reason?: string;
  sentence?: string;
}

interface SubmissionRow {
  root: Hex;
  docket: number;
  contributor: Hex;
  datanet: number;
  state: string;
  rewardWei: string | null;
  fileList: { items: { index: number; grade: number | null; reason: number | null }[] };
}

/** A finished submission with the verdict on each file. */
export interface JudgedSubmission {
  root: Hex;
  docket: number;
  contributor: Hex;
  datanet: number;
  rewardWei: string;
  files: FileVerdict[];
}

const submissionQuery = `query ($roots: [String!]) {
  submissions(where: { root_in: $roots }, limit: 100) { items {
    root docket contributor datanet state rewardWei
    fileList(orderBy: "index", limit: 20) { items { index grade reason } }
  } }
}`;

/**
 * Follows submissions until each is judged and paid.
 * @param names File names by root, in their order.
 */
export async function followSubmissions(
  indexer: string,
  names: Map<Hex, string[]>,
  tell: (line: string) => void,
): Promise<JudgedSubmission[]> {
  const story = new DocketStory(indexer, tell);
  const roots = [...names.keys()];
  const told = new Set<Hex>();
  const rows = await until("The verdict on every submission", 180, async () => {
    const { submissions } = await ask<{ submissions: { items: SubmissionRow[] } }>(indexer, submissionQuery, {
      roots,
    });
    await story.look([...new Set(submissions.items.map(({ docket }) => docket))]);
    for (const row of submissions.items) {
      if (row.state !== "FINALIZED" || told.has(row.root)) continue;
      told.add(row.root);
      tellSubmission(row, names.get(row.root) ?? [], tell);
    }
    return told.size === roots.length ? submissions.items : undefined;
  });
  return rows.map((row) => ({
    root: row.root,
    docket: row.docket,
    contributor: row.contributor,
    datanet: row.datanet,
    rewardWei: row.rewardWei ?? "0",
    files: verdictsOf(row, names.get(row.root) ?? []),
  }));
}

function verdictsOf(row: SubmissionRow, names: string[]): FileVerdict[] {
  return row.fileList.items.map(({ index, grade, reason }) => {
    const known = reason === null ? undefined : reasonOfCode(reason);
    return {
      name: names[index] ?? `file ${index}`,
      grade: grade ?? 0,
      ...(known ? { reason: known.key, sentence: known.sentence } : {}),
    };
  });
}

function tellSubmission(row: SubmissionRow, names: string[], tell: (line: string) => void): void {
  for (const file of verdictsOf(row, names)) {
    const why = file.sentence ? `: ${file.sentence}` : "";
    tell(`  ${file.name}: ${gradeNames[file.grade]}${why}`);
  }
  tell(
    `${nameOf(row.contributor)} earns ${formatEther(BigInt(row.rewardWei ?? 0))} OPEN in Datanet ${row.datanet}`,
  );
}
