import type { Picture } from "../files/pictures.ts";
import { opinionOf, runChecks } from "./checks/check.ts";
import { PICTURE_CHECKS } from "./checks/picture/checks.ts";
import { PictureSubject } from "./checks/picture/subject.ts";
import type { Opinion } from "./opinion.ts";
import { encodePicturePrint, picturePrint } from "./prints/picturePrint.ts";

/** Judge a picture by itself, and take the print by which copies of it are found; a rejected one has none. */
export async function judgePicture(picture: Picture): Promise<{ opinion: Opinion; print?: Buffer }> {
  const subject = new PictureSubject(picture);
  const opinion = opinionOf(await runChecks(PICTURE_CHECKS, subject));
  return opinion.grade === 0
    ? { opinion }
    : { opinion, print: encodePicturePrint(picturePrint(subject.grey)) };
}
