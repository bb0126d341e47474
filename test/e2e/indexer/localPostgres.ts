import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** PostgreSQL's programs that make a cluster, and that start and stop it. */
const MAKE = "initdb";
const CONTROL = "pg_ctl";

/** Whether PostgreSQL's programs are on this machine. */
export const hasPostgres =
  spawnSync(MAKE, ["--version"]).status === 0 && spawnSync(CONTROL, ["--version"]).status === 0;

/** A PostgreSQL server of its own, without a password, on the loopback address only. */
export class LocalPostgres {
  readonly url: string;
  readonly #folder: string;

  private constructor(url: string, folder: string) {
    this.url = url;
    this.#folder = folder;
  }

  /** Makes a cluster in a new folder and starts it. */
  static start(port: number, directory: string): LocalPostgres {
    const folder = join(directory, "postgres");
    mkdirSync(folder);
    const { uid } = account();
    if (uid !== undefined) {
      chmodSync(directory, 0o755);
      chownSync(folder, uid, uid);
    }
    run(MAKE, ["-D", join(folder, "data"), "-A", "trust", "-U", "postgres", "--no-sync"]);
    const options = `-p ${port} -k ${folder} -h 127.0.0.1 -F`;
    run(CONTROL, ["-D", join(folder, "data"), "-o", options, "-l", join(folder, "log"), "-w", "start"]);
    return new LocalPostgres(`postgres://postgres@127.0.0.1:${port}/postgres`, folder);
  }

  /** Stops it. */
  stop(): void {
    run(CONTROL, ["-D", join(this.#folder, "data"), "-m", "immediate", "stop"]);
  }
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function run(program: string, args: string[]): void {
  execFileSync(program, args, { ...account(), cwd: "/", stdio: "ignore" });
}
