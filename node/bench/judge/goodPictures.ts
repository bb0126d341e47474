import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import type { GoodFile } from "./corpus.ts";

const FOLDER = fileURLToPath(new URL("data/image/", import.meta.url));

/** Smaller quarters would be too small once they are halved. */
const LEAST_SIDE = 130;

/** Pictures whose quarters show nothing but their background. */
const WHOLE_ONLY = new Set(["cell"]);

/** Real pictures, each whole and, where it is large enough, in four quarters, which share nothing with each other, in three formats by turns. */
export async function goodPictures(): Promise<GoodFile[]> {
  const files: GoodFile[] = [];
  for (const file of readdirSync(FOLDER)
    .filter((name) => name.endsWith(".jpg"))
    .sort()) {
    const source = file.replace(".jpg", "");
    const bytes = readFileSync(`${FOLDER}${file}`);
    files.push({ modality: "image", source, name: file, bytes });
    const { width, height } = await sharp(bytes).metadata();
    const size = { width: Math.floor(width / 2), height: Math.floor(height / 2) };
    if (Math.min(size.width, size.height) < LEAST_SIDE || WHOLE_ONLY.has(source)) continue;
    for (let quarter = 0; quarter < 4; quarter++) {
      const place = { left: (quarter % 2) * size.width, top: Math.floor(quarter / 2) * size.height };
      const part = sharp(bytes).extract({ ...place, ...size });
      const ending = ["png", "jpeg", "webp"][quarter % 3] as "png" | "jpeg" | "webp";
      files.push({
        modality: "image",
        source,
        name: `${source}-${quarter + 1}.${ending === "jpeg" ? "jpg" : ending}`,
        bytes: await part.toFormat(ending, { quality: 90 }).toBuffer(),
      });
    }
  }
  return files;
}
