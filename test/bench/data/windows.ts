import { setTimeout as sleep } from "node:timers/promises";
import type { BrokenLink } from "./brokenLink.ts";
import type { Outages } from "./outages.ts";
import type { SmallDisk } from "./smallDisk.ts";

/** A time without the chain, or without room on a disk. */
export interface Window {
  kind: "rpc-down" | "disk-full";
  /** Whose disk. */
  process?: string;
  atSeconds: number;
  seconds: number;
}

/** What breaking for a while takes. */
export interface WindowsParts {
  link: BrokenLink;
  disks: ReadonlyMap<string, SmallDisk>;
  outages: Outages;
  /** Noted here as they begin. */
  windows: Window[];
  /** When the load began, by this machine's clock, and how long it is to last. */
  started: number;
  totalMs: number;
  complain: (sentence: string) => void;
}

const CUT_SECONDS = 8;
const FULL_SECONDS = 8;

/** Three cuts of the chain, and each small disk full once, spread over the run. */
export async function breakWindows(parts: WindowsParts): Promise<void> {
  const { link, disks, outages, windows, totalMs, started, complain } = parts;
  const now = () => Math.round((Date.now() - started) / 100) / 10;
  const at = (share: number) => sleep(Math.max(0, started + share * totalMs - Date.now()));
  const cut = async () => {
    windows.push({ kind: "rpc-down", atSeconds: now(), seconds: CUT_SECONDS });
    const over = outages.begin("chain");
    link.cut();
    await sleep(1000 * CUT_SECONDS);
    link.mend();
    over();
  };
  const fill = async ([name, disk]: [string, SmallDisk]) => {
    windows.push({ kind: "disk-full", process: name, atSeconds: now(), seconds: FULL_SECONDS });
    const over = outages.begin(name);
    try {
      disk.fill();
      await sleep(1000 * FULL_SECONDS);
    } catch (error) {
      complain(`The disk of ${name} could not be filled: ${error}.`);
    } finally {
      disk.free();
      over();
    }
  };
  const breaks = [cut, ...[...disks].map((entry) => () => fill(entry)), cut, cut];
  for (const [index, one] of breaks.entries()) {
    await at((index + 1) / (breaks.length + 1));
    await one();
  }
}
