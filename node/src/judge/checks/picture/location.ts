import readExif from "exif-reader";
import type { Check } from "../check.ts";
import type { PictureSubject } from "./subject.ts";

export const location: Check<PictureSubject> = {
  name: "location",
  purpose:
    "Rejects a picture whose metadata tell where it was taken, since accepted files become public for ever.",
  source:
    "GPSLatitude and GPSLongitude of EXIF 2.32 (CIPA DC-008) and of XMP (ISO 16684-1); read by exif-reader.",
  reasons: ["location"],
  find({ picture: { exif, xmp } }) {
    const where = (exif === undefined ? undefined : placeInExif(exif)) ?? placeInXmp(xmp);
    return where === undefined
      ? undefined
      : { reason: "location", why: `The picture's metadata hold a position (${where}).` };
  },
};

function placeInExif(exif: Buffer): string | undefined {
  try {
    const gps = readExif(exif).GPSInfo;
    // Cameras without a fix write the directory with nothing but a version in it, or zeros.
    const degrees = [gps?.GPSLatitude, gps?.GPSLongitude].map(
      (value) => Array.isArray(value) && value.some((part) => part > 0),
    );
    return degrees.some(Boolean) ? "EXIF" : undefined;
  } catch {
    // Metadata that no reader understands tell nobody a place; the pixels decide.
    return undefined;
  }
}

function placeInXmp(xmp: Buffer | undefined): string | undefined {
  return xmp !== undefined && /GPS(?:Latitude|Longitude)\s*(?:=\s*["']|>)\s*[0-9]/.test(xmp.toString("utf8"))
    ? "XMP"
    : undefined;
}
