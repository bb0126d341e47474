/** The index against the contracts' own views: while it runs, after it was killed, and after the chain changed its mind. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { anvil } from "viem/chains";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetOtherChain } from "../../indexer/launch/sharedDatabase.ts";
import { contributors } from "../../scripts/stack/accounts.ts";
import { PortPicker } from "../../scripts/stack/ports.ts";
import { submit } from "./indexer/actors.ts";
import { compareCourt, compareData, compareTraining } from "./indexer/compare.ts";
import { IndexerProcess } from "./indexer/indexerProcess.ts";
import { hasPostgres, LocalPostgres } from "./indexer/localPostgres.ts";
import { LocalProtocol } from "./indexer/localProtocol.ts";
import { playData, playRedraw, playRights, playTraining } from "./indexer/scenes.ts";
import { takeSnapshot } from "./indexer/snapshot.ts";

const directory = mkdtempSync(join(tmpdir(), "openledger-indexer-"));
let protocol: LocalProtocol;
let indexer: IndexerProcess;
let postgres: LocalPostgres | undefined;
let start: (databaseUrl?: string) => IndexerProcess;

beforeAll(async () => {
  const ports = new PortPicker();
  protocol = await LocalProtocol.start(await ports.pick(), directory);
  const port = await ports.pick();
  const options = { rpcUrl: protocol.url, port, directory: join(directory, "index") };
  start = (databaseUrl) =>
    IndexerProcess.start(databaseUrl === undefined ? options : { ...options, databaseUrl });
  if (hasPostgres) postgres = LocalPostgres.start(await ports.pick(), directory);
  await playData(protocol);
  indexer = start();
  await indexer.ready();
});

afterAll(async () => {
  await indexer?.end("SIGKILL");
  await protocol?.stop();
  postgres?.stop();
  rmSync(directory, { recursive: true, force: true });
});

test("what happened before it started is told as the contracts tell it", async () => {
  await indexer.caughtUp(protocol.client);
  const snapshot = await takeSnapshot(indexer);
  await compareData(protocol, snapshot);
  await compareCourt(protocol, snapshot);
  expect(snapshot.files).toHaveLength(10);
  expect(snapshot.votes?.some(({ coherent }) => coherent === false)).toBe(true);
  expect(snapshot.withdrawals).toHaveLength(1);
  expect(snapshot.claims).toHaveLength(1);
  expect(snapshot.datanets?.map(({ name, guidelines }) => [name, guidelines])).toEqual([
    ["Réponses", "Ask.Answer."],
    ["Second", "Any text."],
  ]);
});

test("a rejected file tells the reason that most voters gave, an accepted one none", async () => {
  const { files } = await indexer.query<{ files: { items: { grade: number; reason: number | null }[] } }>(
    `{ files(where: { datanet: 1 }, orderBy: "position") { items { grade reason } } }`,
  );
  expect(files.items.map(({ grade }) => grade)).toEqual([3, 0, 2, 1, 2, 2, 0]);
  expect(files.items.map(({ reason }) => reason === null)).toEqual([3, 0, 2, 1, 2, 2, 0].map(Boolean));
});

test("killed while the chain goes on, it comes back and says nothing twice and nothing less", async () => {
  const redrawing = playRedraw(protocol);
  // Somewhere among the blocks that it is reading.
  await sleep(150);
  await indexer.end("SIGKILL");
  await redrawing;
  indexer = start();
  const playing = playTraining(protocol);
  await indexer.ready();
  await playing;
  await indexer.caughtUp(protocol.client);
  const snapshot = await takeSnapshot(indexer);
  await compareData(protocol, snapshot);
  await compareCourt(protocol, snapshot);
  await compareTraining(protocol, snapshot);
  expect(snapshot.events?.map(({ kind }) => kind)).toContain("NO_QUORUM");
  expect(snapshot.attestations?.map(({ state }) => state).sort()).toEqual([
    "ACCEPTED",
    "ACCEPTED",
    "REJECTED",
  ]);
});

test("appeals, duplicates, terms and rotated keys are told as the contracts tell them", async () => {
  const [original, copy, misjudged] = await playRights(protocol);
  await indexer.caughtUp(protocol.client);
  const snapshot = await takeSnapshot(indexer);
  await compareData(protocol, snapshot);
  await compareCourt(protocol, snapshot);
  expect(snapshot.appeals?.map(({ level, changed, root }) => [level, changed, root])).toEqual([
    [1, true, misjudged],
    [2, false, misjudged],
  ]);
  const fileOf = (root?: string) => snapshot.files?.filter((file) => file.root === root);
  expect(fileOf(misjudged)?.map(({ grade }) => grade)).toEqual([3, 1]);
  expect(fileOf(copy)).toMatchObject([{ grade: 0, reason: 5, duplicateOf: `${original}-0` }]);
  expect(snapshot.contributorKeys?.map(({ retired }) => retired).sort()).toEqual([false, true]);
  expect(snapshot.datanets?.map(({ terms }) => terms)).toEqual([1, 2]);
});

test("the leaderboard stands in the order of score, days and time", async () => {
  const { standings } = await indexer.query<{
    standings: { items: { contributor: string; scoreBps: number; datanetRow: { name: string } }[] };
  }>(
    `{ standings(where: { datanet: 1 }, orderBy: "rank", orderDirection: "desc")
       { items { contributor scoreBps datanetRow { name } } } }`,
  );
  const scores = standings.items.map(({ scoreBps }) => scoreBps);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(standings.items[0]?.contributor).toBe(contributors[1]?.account.address.toLowerCase());
  expect(standings.items[0]?.datanetRow.name).toBe("Réponses");
});

test("what a reorganisation took back is taken back", async () => {
  const before = await takeSnapshot(indexer);
  const [giver] = contributors;
  if (giver === undefined) throw new Error("There are no contributors.");
  const root = await submit(protocol, giver.account.address, 1, 2, "soon forgotten");
  await indexer.caughtUp(protocol.client);
  const during = await takeSnapshot(indexer);
  expect(during.submissions?.map((row) => row.root)).toContain(root);

  await protocol.client.request({ method: "anvil_reorg" as never, params: [1, []] as never });
  await protocol.client.mine({ blocks: 2 });
  await indexer.caughtUp(protocol.client);
  expect(await takeSnapshot(indexer)).toEqual(before);
});

test.skipIf(!hasPostgres)("an index made anew in PostgreSQL says the same", async () => {
  const embedded = await takeSnapshot(indexer);
  expect(await indexer.end("SIGINT")).toBe(0);
  indexer = start(postgres?.url);
  await indexer.ready();
  await indexer.caughtUp(protocol.client);
  expect(await takeSnapshot(indexer)).toEqual(embedded);
  expect(await indexer.end("SIGINT")).toBe(0);

  // Another chain with the same id must not inherit what was read of this one.
  const hashAt = async (blockNumber: bigint) =>
    (await protocol.client.getBlock({ blockNumber })).hash ?? undefined;
  const url = postgres?.url ?? "";
  expect(await forgetOtherChain(url, anvil.id, hashAt)).toBe(false);
  expect(await forgetOtherChain(url, anvil.id, async () => undefined)).toBe(true);
  expect(await forgetOtherChain(url, anvil.id, async () => undefined)).toBe(false);
});
