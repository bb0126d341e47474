import type { Recording } from "../files/recording.ts";
import { opinionOf, runChecks } from "./checks/check.ts";
import { SOUND_CHECKS } from "./checks/sound/checks.ts";
import { SoundSubject } from "./checks/sound/subject.ts";
import type { Opinion } from "./opinion.ts";
import { encodeSoundPrint, soundPrint } from "./prints/soundPrint.ts";

/** Judge a sound by itself, and take the print by which copies of it are found; a rejected one has none. */
export async function judgeSound(recording: Recording): Promise<{ opinion: Opinion; print?: Buffer }> {
  const subject = new SoundSubject(recording);
  const opinion = opinionOf(await runChecks(SOUND_CHECKS, subject));
  return opinion.grade === 0
    ? { opinion }
    : { opinion, print: encodeSoundPrint(soundPrint(subject.samples)) };
}
