import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A disk of its own for one folder, small enough to be filled. Needs the right to mount. */
export class SmallDisk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns undefined where mounting is not allowed. */
  static mount(folder: string, megabytes: number): SmallDisk | undefined {
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "none", folder], { stdio: "ignore" });
    } catch {
      return undefined;
    }
    return new SmallDisk(folder);
  }

  /** Writes until there is no byte left. */
  fill(): void {
    const file = openSync(this.#filler, "w");
    try {
      for (let size = 1_048_576; size >= 1; size = size >> 4) {
        const bytes = Buffer.alloc(size);
        try {
          while (writeSync(file, bytes) > 0);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#filler, { force: true });
  }

  unmount(): void {
    execFileSync("umount", ["--lazy", this.#folder], { stdio: "ignore" });
  }

  get #filler(): string {
    return join(this.#folder, "filler");
  }
}
