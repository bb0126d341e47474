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

/** What a run measured; a part that was not measured again is kept from the last run. */
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
  faults?: Omit<FaultsResult, "kills">;
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

/** Writes `bench/data.json`, and the list of kills to `bench/faults.json`. */
export function writeReport(
  machine: Machine,
  measured: { load?: LoadResult | undefined; faults?: FaultsResult | undefined },
): Report {
  const before: Partial<Report> = existsSync(dataFile) ? JSON.parse(readFileSync(dataFile, "utf8")) : {};
  const load = measured.load ?? before.load;
  let { faults, kills = 0 } = before;
  if (measured.faults !== undefined) {
    const { kills: list, ...rest } = measured.faults;
    faults = rest;
    kills = list.length;
    save(faultsFile, { machine, ...rest, kills: list });
  }
  const report: Report = {
    ...before,
    filesPerSecond: load?.uploads.filesPerSecond ?? 0,
    p99Ms: load?.uploads.p99Ms ?? 0,
    rateAgainstRaw: load?.rateAgainstRaw ?? 0,
    rssMb: load?.memory.highestMb ?? 0,
    lost: (load?.losses.lost ?? 0) + (faults?.losses.lost ?? 0),
    doubled: (load?.losses.doubled ?? 0) + (faults?.losses.doubled ?? 0),
    kills,
    machine,
    ...(load === undefined ? {} : { load }),
    ...(faults === undefined ? {} : { faults }),
  };
  save(dataFile, report);
  return report;
}

function save(file: string, value: unknown): void {
  // One line for each short object: lists of kills and samples stay readable.
  const text = JSON.stringify(value, null, 2).replace(/\{[^{}[\]]*\}/g, (flat) =>
    flat.length < 400 ? flat.replace(/\s*\n\s*/g, " ") : flat,
  );
  writeFileSync(file, `${text}\n`);
}
