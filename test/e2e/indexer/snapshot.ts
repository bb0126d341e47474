import type { IndexerProcess } from "./indexerProcess.ts";

const TABLES = `
  pools { id seats moment collectSeconds committeeSize absentPenaltyBps }
  datanets { id owner pool name guidelines terms contributorList open rewardWei feeWei versionCount versionHead fundedWei availableWei reservedWei paidWei submissions filesPending filesAccepted filesRejected contributors }
  submissions { root datanet contributor docket position files state grades rewardWei versionCount }
  files { id root index datanet contributor docket position state grade reason duplicateOf finder }
  dockets { id pool round phase items feeWei closesAt seed committeeSize seats moment committee commitEnds revealEnds appealEnds level verdict roots attestations revealed committed }
  appeals { id docket position items level appellant bondWei feeWei changed root attestation }
  votes { id docket round voter drawIndexes revealed word coherent earnedWei commitment }
  validators { id pool holder activeWei lockedWei thawingWei thawsAt seats drawn commits reveals coherent absences earnedWei slashedWei }
  seatChanges { id pool position moment holder }
  standings { id datanet contributor scoreBps rank judged accepted days lastDay points earnedWei reachedAt }
  accounts { address earnedWei claimedWei }
  payments { id kind account amountWei datanet job }
  claims { id account amountWei }
  withdrawals { id to amountWei datanet }
  trainers { address jobs accepted rejected expired earnedWei slashedWei stake { lockedWei } }
  jobs { id poster status specDigest parentRelease priceWei checkFeeWei trainer leaseEnds attempts leases docket position deadline lossMicronats heartbeats release paidWei refundedWei }
  heartbeats { id job step lossMicronats }
  attestations { id job trainer state grade reason }
  contributorKeys { key identity retired }
  bases { digest family name licence listed }
  models { id owner releaseCount latestRelease }
  releases { id model job parentRelease adapterDigest baseDigest trainer }
  events { id kind account amountWei }
`;

// biome-ignore lint/suspicious/noExplicitAny: rows of every table, compared field by field.
export type Row = Record<string, any>;
/** Every row of every table, by table. */
export type Snapshot = Record<string, Row[]>;

/** Everything the index says, in the order of the rows' keys. */
export async function takeSnapshot(indexer: IndexerProcess): Promise<Snapshot> {
  const query = TABLES.replace(/^ {2}(\w+) \{(.*)\}$/gm, "  $1(limit: 1000) { items {$2} }");
  const data = await indexer.query<Record<string, { items: Row[] }>>(`{ ${query} }`);
  return Object.fromEntries(Object.entries(data).map(([table, { items }]) => [table, items]));
}
