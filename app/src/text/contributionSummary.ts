import type { Contribution } from "../data/contribution.ts";
import { countOf, listOf } from "./measures.ts";

/** How far the chosen files are, in a sentence that changes with each file and not with each byte: it is read aloud. */
export function summaryOf({ files, step }: Contribution): string {
  if (files.length === 0) return "";
  const count = (...names: string[]) => files.filter(({ stage }) => names.includes(stage.name)).length;
  const underWay = count("waiting", "uploading");
  if (underWay > 0)
    return `Uploading: ${files.length - underWay - count("paused")} of ${countOf(files.length, "file")} done.`;
  if (step === "checking") return "The dry run is under way.";
  const doubtful = files.filter(
    ({ stage }) => stage.name === "accepted" && stage.warning !== undefined,
  ).length;
  const parts = [
    [count("accepted") - doubtful, "ready"],
    [doubtful, "would probably be rejected"],
    [count("refused"), "refused"],
    [count("stored"), "uploaded"],
    [count("paused"), "paused"],
    [count("failed"), "not uploaded"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${countOf(files.length, "file")}: ${listOf(told)}.`;
}
