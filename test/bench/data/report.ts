import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { FaultsResult } from "./faults.ts";
import type { LoadResult } from "./load.ts";

const folder = fileURLToPath(new URL("../../../bench/", import.meta.url));
const dataFile = `${folder}data.json`;
const faultsFile = `${folder}faults.json`;

/** The machine that measured, and how busy it was otherwise. */
interface Machine {
  processor: string;
  cores: number;
  memoryGb: number;
  node: string;
  loadAverageBefore: number;
}

/** One run of faults without its list of kills. */
type FaultsSummary = Omit<FaultsResult, "kills"> & { kills: number };

/** What was measured; a part that was not measured again is kept from the last run. */
export interface Report {
  /** Files a second of the gateway's uploads, each answered when the file is kept. */
  filesPerSecond: number;
  p99Ms: number;
  rateAgainstRaw: number;
  rssMb: number;
  lost: number;
  doubled: number;
  kills: number;
  machine: Machine;
  load?: LoadResult;
  faults: FaultsSummary[];
}

/** Notes the machine before anything is measured. */
export function machineNow(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadAverageBefore: Math.round(10 * (loadavg()[0] ?? 0)) / 10,
  };
}

/**
 * Writes `bench/data.json`, and every run of faults with its kills to `bench/faults.json`.
 *
 * @param measured.append Keep the runs of faults that are there already.
 */
export function writeReport(
  machine: Machine,
  measured: { load?: LoadResult | undefined; faults?: FaultsResult | undefined; append: boolean },
): Report {
  const before = read<Partial<Report>>(dataFile, {});
  const earlier = read<{ runs: FaultsResult[] }>(faultsFile, { runs: [] }).runs;
  const load = measured.load ?? before.load;
  const added = measured.faults === undefined ? [] : [measured.faults];
  const runs = measured.append || added.length === 0 ? [...earlier, ...added] : added;
  save(faultsFile, { machine, runs });
  const faults = runs.map(({ kills, ...rest }) => ({ ...rest, kills: kills.length }));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const report: Report = {
    ...before,
    filesPerSecond: load?.uploads.filesPerSecond ?? 0,
    p99Ms: load?.uploads.p99Ms ?? 0,
    rateAgainstRaw: load?.rateAgainstRaw ?? 0,
    rssMb: load?.memory.highestMb ?? 0,
    lost: sum([load?.losses.lost ?? 0, ...faults.map(({ losses }) => losses?.lost ?? 0)]),
    doubled: sum([load?.losses.doubled ?? 0, ...faults.map(({ losses }) => losses?.doubled ?? 0)]),
    kills: sum(faults.map(({ kills }) => kills)),
    machine,
    ...(load === undefined ? {} : { load }),
    faults,
  };
  save(dataFile, report);
  return report;
}

function read<Value>(file: string, otherwise: Value): Value {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : otherwise;
}

function save(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
