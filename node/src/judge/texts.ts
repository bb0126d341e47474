import { opinionOf, runChecks } from "./checks/check.ts";
import { TEXT_CHECKS } from "./checks/text/checks.ts";
import type { TextSubject } from "./checks/text/subject.ts";
import type { Opinion } from "./opinion.ts";

/** Judge a text by itself, without looking at any other file. */
export async function judgeText(subject: TextSubject): Promise<Opinion> {
  return opinionOf(await runChecks(TEXT_CHECKS, subject));
}
