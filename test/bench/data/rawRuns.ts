import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Contributor } from "./contributors.ts";
import { Requests } from "./requests.ts";
import { forEachAtOnce, percentile } from "./statistics.ts";

const program = fileURLToPath(new URL("../../../node/bench/data/rawServer.ts", import.meta.url));

/** How fast a server took the files that were uploaded to it. */
export interface UploadRate {
  seconds: number;
  filesPerSecond: number;
  megabytesPerSecond: number;
  p99Ms: number;
}

/** Uploads everybody's files to plain fastify that writes them into a folder of their own, with or without fsync. */
export async function measureRaw(
  folder: string,
  contributors: readonly Contributor[],
  atOnce: number,
  durability: "sync" | "nosync",
): Promise<UploadRate> {
  // What it wrote stays until the end of all runs: a file system that has just removed thousands of files makes new ones
  // at half its speed, and the run behind this one would be measured by that.
  const files = await mkdtemp(join(folder, "raw-"));
  const server = spawn(process.execPath, [program, files, durability], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(server, "close");
  try {
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    const requests = new Requests(line.toString().trim());
    const upload = ({ account, datanet, files }: Contributor) =>
      requests.upload(account.address, datanet, files);
    // Once before it counts, as the gateway has been asked before it counts.
    await upload(contributors[0] as Contributor);
    requests.milliseconds.clear();
    const started = performance.now();
    await forEachAtOnce(contributors, atOnce, upload);
    return uploadRate(contributors, started, requests);
  } finally {
    server.kill("SIGKILL");
    await ended;
  }
}

/** The rate of uploads from a moment of `performance.now()` until now. */
export function uploadRate(
  contributors: readonly Contributor[],
  started: number,
  requests: Requests,
): UploadRate {
  const seconds = (performance.now() - started) / 1000;
  const files = contributors.flatMap((contributor) => contributor.files);
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return {
    seconds: rounded(seconds),
    filesPerSecond: rounded(files.length / seconds),
    megabytesPerSecond: rounded(bytes / 1e6 / seconds),
    p99Ms: Math.round(percentile(requests.milliseconds.get("upload") ?? [], 0.99)),
  };
}

/** With two digits behind the point. */
export function rounded(value: number): number {
  return Math.round(100 * value) / 100;
}
