import { opinionOf, runChecks } from "./checks/check.ts";
import { TEXT_CHECKS } from "./checks/text/checks.ts";
import { TextSubject } from "./checks/text/subject.ts";
import type { Opinion } from "./opinion.ts";

/**
 * Judge a text by itself, without looking at any other file.
 *
 * @param guidelines What the Datanet asks for; empty when it does not say.
 */
export async function judgeText(text: string, mediaType: string, guidelines = ""): Promise<Opinion> {
  return opinionOf(await runChecks(TEXT_CHECKS, new TextSubject(text, mediaType, guidelines)));
}
