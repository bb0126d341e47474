import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  compareContent,
  compareWithChain,
  type Handed,
  handIn,
  type Losses,
  sumLosses,
  uploadAll,
} from "./contributions.ts";
import { type Contributor, gatherContributors } from "./contributors.ts";
import { MemoryWatch } from "./memory.ts";
import { measureRaw, rounded, type UploadRate, uploadRate } from "./rawRuns.ts";
import { Requests } from "./requests.ts";
import { openStage, type Stage } from "./stage.ts";
import { forEachAtOnce, percentile } from "./statistics.ts";

/** How much is loaded onto the gateway. */
export interface LoadOptions {
  contributors: number;
  filesEach: number;
  /** How many contributors are under way at once. */
  atOnce: number;
  seed: number;
  /** Writes a CPU profile of the gateway into this folder. */
  profile?: string | undefined;
  log: (line: string) => void;
}

/** What came of it. */
export interface LoadResult {
  contributors: number;
  files: number;
  megabytes: number;
  meanFileBytes: Record<string, number>;
  atOnce: number;
  /** Plain fastify before and after the gateway's run. */
  raw: { sync: UploadRate[]; noSync: UploadRate[] };
  /** The gateway's uploads over the mean of plain fastify with fsync, before and after. */
  rateAgainstRaw: number;
  /** The gateway: uploads alone, everything up to the last accepted submission, and up to the last published one. */
  uploads: UploadRate;
  accepted: { seconds: number; filesPerSecond: number };
  published: { seconds: number; filesPerSecond: number };
  fetched: { seconds: number; filesPerSecond: number };
  requests: Record<string, { count: number; p50Ms: number; p99Ms: number; highestMs: number }>;
  p99Ms: number;
  memory: { highestMb: number; samples: { seconds: number; rssMb: number; processes: number }[] };
  losses: Losses;
}

const WARM_UP_SEED = 1_000_003;

const WRITES = ["upload", "dry run", "submission"];

/** Loads the gateway with everybody's files, with plain fastify measured before and after in the same way. */
export async function measureLoad(options: LoadOptions): Promise<LoadResult> {
  const { atOnce, log } = options;
  const folder = await mkdtemp(join(tmpdir(), "openledger-load-"));
  let stage: Stage | undefined;
  try {
    const contributors = await gatherContributors(options.contributors, options.filesEach, options.seed);
    log(`${contributors.length} contributors have ${options.filesEach} files each`);
    const raw: LoadResult["raw"] = { sync: [], noSync: [] };
    const runRaw = async () => {
      raw.sync.push(await measureRaw(folder, contributors, atOnce, "sync"));
      raw.noSync.push(await measureRaw(folder, contributors, atOnce, "nosync"));
      log(
        `plain fastify: ${raw.sync.at(-1)?.filesPerSecond} files a second with fsync, ${raw.noSync.at(-1)?.filesPerSecond} without`,
      );
    };
    await runRaw();
    stage = await openStage({
      directory: join(folder, "stage"),
      validators: 0,
      gatewayNodeOptions:
        options.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${options.profile}`],
      log,
    });
    const loaded = await loadGateway(stage, contributors, options);
    await stage.stop();
    stage = undefined;
    await runRaw();
    const files = contributors.flatMap((contributor) => contributor.files);
    return {
      contributors: contributors.length,
      files: files.length,
      megabytes: rounded(files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6),
      meanFileBytes: meanSizes(contributors),
      atOnce,
      raw,
      rateAgainstRaw: rounded(loaded.uploads.filesPerSecond / meanRate(raw.sync)),
      ...loaded,
    };
  } finally {
    await stage?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function meanRate(rates: readonly UploadRate[]): number {
  return rates.reduce((sum, { filesPerSecond }) => sum + filesPerSecond, 0) / rates.length;
}

function meanSizes(contributors: readonly Contributor[]): Record<string, number> {
  const means: Record<string, number> = {};
  for (const kind of new Set(contributors.map((contributor) => contributor.kind))) {
    const sizes = contributors
      .filter((contributor) => contributor.kind === kind)
      .flatMap(({ files }) => files.map(({ bytes }) => bytes.length));
    means[kind] = Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length);
  }
  return means;
}

async function loadGateway(
  stage: Stage,
  contributors: readonly Contributor[],
  { atOnce, log }: LoadOptions,
): Promise<
  Omit<
    LoadResult,
    "contributors" | "files" | "megabytes" | "meanFileBytes" | "atOnce" | "raw" | "rateAgainstRaw"
  >
> {
  // Once before it counts, as plain fastify is asked before it counts: the judging processes start with the first file.
  const [early] = await gatherContributors(1, 2, WARM_UP_SEED);
  if (early !== undefined) await uploadAll(new Requests(stage.gatewayUrl), early);
  const requests = new Requests(stage.gatewayUrl);
  const memory = new MemoryWatch(() => stage.processes.find("gateway"));
  const count = contributors.reduce((sum, { files }) => sum + files.length, 0);
  const started = performance.now();
  const since = () => {
    const seconds = (performance.now() - started) / 1000;
    return { seconds: rounded(seconds), filesPerSecond: rounded(count / seconds) };
  };
  const uploaded = await forEachAtOnce(contributors, atOnce, (contributor) =>
    uploadAll(requests, contributor),
  );
  const uploads = uploadRate(contributors, started, requests);
  log(`gateway: ${uploads.filesPerSecond} files a second uploaded`);
  const handed = await forEachAtOnce(contributors, atOnce, (contributor, index) =>
    handIn(requests, stage, contributor, uploaded[index] ?? []),
  );
  const accepted = since();
  log(`gateway: ${accepted.filesPerSecond} files a second up to the last accepted submission`);
  await forEachAtOnce(handed, atOnce, (one) => untilPublished(requests, one));
  const published = since();
  log(`gateway: ${published.filesPerSecond} files a second up to the last published submission`);
  const fetchStarted = performance.now();
  const contents = await forEachAtOnce(handed, atOnce, (one) => compareContent(requests, one));
  const fetchSeconds = (performance.now() - fetchStarted) / 1000;
  memory.stop();
  const losses = sumLosses([await compareWithChain(stage, handed), ...contents]);
  log(`${losses.lost} files lost, ${losses.doubled} submissions doubled`);
  return {
    uploads,
    accepted,
    published,
    fetched: { seconds: rounded(fetchSeconds), filesPerSecond: rounded(count / fetchSeconds) },
    requests: summaryOf(requests),
    p99Ms: Math.round(
      percentile(
        WRITES.flatMap((what) => requests.milliseconds.get(what) ?? []),
        0.99,
      ),
    ),
    memory: { highestMb: memory.highestMb, samples: memory.samples },
    losses,
  };
}

const PUBLISHED = new Set(["judging", "settled", "finalized"]);

async function untilPublished(requests: Requests, { root }: Handed): Promise<void> {
  for (;;) {
    const { state, error } = await requests.status(root);
    if (PUBLISHED.has(state)) return;
    if (state === "failed") throw new Error(`Submission ${root} failed: ${error?.sentence}`);
    await sleep(500);
  }
}

function summaryOf({ milliseconds }: Requests): LoadResult["requests"] {
  return Object.fromEntries(
    [...milliseconds].map(([what, values]) => [
      what,
      {
        count: values.length,
        p50Ms: Math.round(percentile(values, 0.5)),
        p99Ms: Math.round(percentile(values, 0.99)),
        highestMs: Math.round(percentile(values, 1)),
      },
    ]),
  );
}
