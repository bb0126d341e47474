/** What each operation may cost, and what the field's best pay for the nearest thing. */

/**
 * Keys of `bench/gas.json`. All figures are gas of whole transactions by people who did the same before. What the
 * first item of a docket pays for opening it, and the last for closing it, is in `perAcceptedFile`.
 */
export const budgets = {
  submit20Relayed: {
    operation: "submission of 20 files, relayed, docket open",
    budget: 90_000,
    peers: "Vana addFile 205k a file, EAS attest 200k",
  },
  submit1Relayed: {
    operation: "submission of 1 file, relayed, docket open",
    budget: 90_000,
    peers: "Vana addFile 205k",
  },
  commit: {
    operation: "commit, a docket of 128 items",
    budget: 49_000,
    peers: "Kleros ≥ 87k, UMA 85k, one item each",
  },
  reveal: {
    operation: "reveal, a docket of 128 items",
    budget: 46_000,
    peers: "Kleros ≥ 126k, UMA 78k, one item each",
  },
  settleDocket: { operation: "settle a docket: 128 verdicts, 5 voters", budget: 110_000, peers: "–" },
  finalize20: {
    operation: "finalize a submission of 20, alone",
    budget: 72_000,
    peers: "UMA settle 63k for one",
  },
  finalize20Sweep: {
    operation: "finalize a submission of 20, in a sweep",
    budget: 44_000,
    peers: "UMA settle 63k for one",
  },
  perAcceptedFile: {
    operation: "everything for an accepted file, full docket",
    budget: 11_500,
    peers: "about 670k, one vote per item",
  },
  claim: { operation: "claim OPEN", budget: 45_000, peers: "Lido claim 79k" },
  postJob: { operation: "post a job", budget: 135_000, peers: "–" },
  claimJob: { operation: "claim a job", budget: 40_000, peers: "–" },
  attest: {
    operation: "attest a job, docket open",
    budget: 40_000,
    peers: "PrimeIntellect submitWork 149k",
    excess:
      "its event carries the whole attestation (2.3k), so that checkers and indexes need no transaction's input",
  },
  settle: { operation: "settle a job", budget: 60_000, peers: "–" },
  release: { operation: "release a model that is new", budget: 200_000, peers: "–" },
  draw5of1000: { operation: "draw 5 of 1,000 seats", budget: 60_000, peers: "Kleros 239k for 7" },
  loneCommit: { operation: "commit, a docket of one file", budget: 49_000, peers: "Kleros ≥ 87k, UMA 85k" },
  loneReveal: { operation: "reveal, a docket of one file", budget: 46_000, peers: "Kleros ≥ 126k, UMA 78k" },
  loneSettle: { operation: "settle a docket of one file", budget: 110_000, peers: "–" },
  loneFinalize: { operation: "finalize a submission of one file", budget: 72_000, peers: "UMA settle 63k" },
  loneFile: {
    operation: "everything for one file in a docket of its own",
    budget: 920_000,
    peers: "about 670k, one vote per item",
  },
  appeal: { operation: "appeal a submission", budget: 220_000, peers: "–" },
  drawAppeal: { operation: "draw 11 of 1,000 seats for an appeal", budget: 60_000, peers: "–" },
  settleAppeal: { operation: "settle an appeal of 11 members", budget: 250_000, peers: "–" },
  proveDuplicate: { operation: "show that a file is a duplicate", budget: 110_000, peers: "–" },
  acceptRotation: { operation: "replace a key", budget: 200_000, peers: "–" },
  redeem: { operation: "redeem a receipt, split four ways", budget: 200_000, peers: "–" },
  proposeRoot: { operation: "propose a root", budget: 250_000, peers: "–" },
  activateRoot: { operation: "activate a root", budget: 150_000, peers: "–" },
  claimShare: {
    operation: "claim a share, 64 contributors",
    budget: 150_000,
    peers: "–",
  },
} as const satisfies Record<string, Budget>;

/** A row of the table. An operation with an `excess` may cost more than its budget, for that reason, but not grow. */
type Budget = { operation: string; budget: number; peers: string; excess?: string };

/** An operation that is measured. */
export type Operation = keyof typeof budgets;

/** Gas by operation. */
export type GasReport = Record<Operation, number>;
