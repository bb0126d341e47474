import sharp, { type OutputInfo, type Sharp } from "sharp";
import type { RandomNumbers } from "../../data/randomNumbers.ts";
import type { Damage, Expected } from "../damage.ts";

interface Size {
  width: number;
  height: number;
}

type Change = (picture: Sharp, size: Size, random: RandomNumbers) => Sharp | Promise<Sharp>;

/** A damage that opens the picture, changes it and saves it as PNG unless the change chose another format. */
function picture(expected: Expected, name: string, what: string, change: Change, obvious = true): Damage {
  return {
    name,
    what,
    modality: "image",
    obvious,
    expected,
    async apply(file, random) {
      const opened = sharp(file.bytes);
      const { width, height } = await opened.metadata();
      const { data, info } = await (await change(opened, { width, height }, random)).toBuffer({
        resolveWithObject: true,
      });
      return { name: `${file.name.replace(/\.\w+$/, "")}.${endingOf(info)}`, bytes: data };
    },
  };
}

function endingOf({ format }: OutputInfo): string {
  return format === "jpeg" ? "jpg" : format;
}

const ruined = (reasons: Extract<Expected, { verdict: "reject" }>["reasons"]): Expected => ({
  verdict: "reject",
  reasons,
});
const COPY: Expected = { verdict: "duplicate" };
const FINE: Expected = { verdict: "accept" };

const dots =
  (side: number): Change =>
  (_picture, { width, height }, random) => {
    const size = { width: Math.ceil(width / side), height: Math.ceil(height / side) };
    const data = Buffer.from(
      Uint8Array.from({ length: size.width * size.height * 3 }, () => random.below(256)),
    );
    return sharp(data, { raw: { ...size, channels: 3 } })
      .resize(width, height, { fit: "fill", kernel: "nearest" })
      .png();
  };

/** Adds normal noise, drawn by the sum of four even ones. */
const noise =
  (deviation: number): Change =>
  async (picture, _size, random) => {
    const { data, info } = await picture
      .removeAlpha()
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    for (let at = 0; at < data.length; at++) {
      const normal = (random.next() + random.next() + random.next() + random.next() - 2) * Math.sqrt(3);
      data[at] = Math.max(0, Math.min(255, Math.round((data[at] as number) + deviation * normal)));
    }
    return sharp(data, { raw: info }).png();
  };

const crop =
  (left: number, top: number, right: number, bottom: number): Change =>
  (picture, size) =>
    picture
      .extract({
        left: Math.floor(left * size.width),
        top: Math.floor(top * size.height),
        width: Math.floor((1 - left - right) * size.width),
        height: Math.floor((1 - top - bottom) * size.height),
      })
      .png();

const drawn =
  (svg: (size: Size) => string): Change =>
  (picture, size) =>
    picture
      .composite([
        { input: Buffer.from(`<svg width="${size.width}" height="${size.height}">${svg(size)}</svg>`) },
      ])
      .png();

const GPS = {
  GPSLatitude: "52/1 31/1 0/1",
  GPSLatitudeRef: "N",
  GPSLongitude: "13/1 24/1 0/1",
  GPSLongitudeRef: "E",
};

/** Ways to damage pictures, to copy them, and to leave them as good as they were. */
export const PICTURE_DAMAGES: readonly Damage[] = [
  picture(ruined(["noisy"]), "random-dots", "every pixel at random", dots(1)),
  picture(ruined(["noisy"]), "random-blocks", "squares of four pixels at random", dots(4)),
  picture(ruined(["noisy"]), "heavy-noise", "noise of a deviation of 100 of 255", noise(100)),
  picture(
    ruined(["blurred"]),
    "out-of-focus",
    "blurred by a fortieth of the shorter side",
    (one, { width, height }) => one.blur(Math.min(width, height) / 40).png(),
  ),
  picture(
    ruined(["blurred", "flat-image"]),
    "blurred-away",
    "blurred by a tenth of the shorter side",
    (one, { width, height }) => one.blur(Math.min(width, height) / 10).png(),
  ),
  picture(ruined(["badly-exposed", "flat-image"]), "in-the-dark", "brightness divided by sixteen", (one) =>
    one.linear(0.06, 0).png(),
  ),
  picture(ruined(["badly-exposed", "flat-image"]), "washed-out", "brightness between 238 and 255", (one) =>
    one.linear(0.06, 238).png(),
  ),
  picture(
    ruined(["flat-image"]),
    "one-colour",
    "every pixel has the mean colour",
    async (one, { width, height }) => {
      const { dominant } = await one.stats();
      return sharp({ create: { width, height, channels: 3, background: dominant } }).png();
    },
  ),
  picture(ruined(["flat-image"]), "blank-page", "white with a small dot", (_one, { width, height }) =>
    sharp({ create: { width, height, channels: 3, background: "white" } })
      .composite([{ input: Buffer.from('<svg width="12" height="12"><circle cx="6" cy="6" r="5"/></svg>') }])
      .png(),
  ),
  picture(ruined(["too-small-image"]), "cropped-to-nothing", "a corner of 40 × 40 pixels", (one) =>
    one.extract({ left: 0, top: 0, width: 40, height: 40 }).png(),
  ),
  picture(ruined(["too-small-image"]), "thumbnail", "scaled down to 48 pixels", (one) =>
    one.resize(48, 48).png(),
  ),
  picture(ruined(["location"]), "with-location", "a position in the EXIF metadata", (one) =>
    one.withExif({ IFD3: GPS }).jpeg({ quality: 95 }),
  ),
  {
    ...picture(
      ruined(["unreadable"]),
      "cut-off-picture",
      "the last third of the bytes is missing",
      (one) => one,
    ),
    apply: ({ name, bytes }) => ({ name, bytes: bytes.subarray(0, Math.floor((bytes.length * 2) / 3)) }),
  },
  picture(COPY, "saved-anew", "JPEG of quality 30", (one) => one.jpeg({ quality: 30 })),
  picture(COPY, "as-webp", "WebP of quality 40", (one) => one.webp({ quality: 40 })),
  picture(COPY, "half-size", "half as wide and high", (one, { width }) =>
    one.resize(Math.round(width / 2)).png(),
  ),
  picture(COPY, "double-size", "twice as wide and high", (one, { width }) => one.resize(2 * width).png()),
  picture(COPY, "cropped-around", "a twentieth less on every side", crop(0.05, 0.05, 0.05, 0.05)),
  picture(COPY, "cropped-corner", "a tenth less on two sides", crop(0.1, 0.1, 0, 0)),
  picture(COPY, "brighter", "brightness × 1.3 + 20", (one) => one.linear(1.3, 20).png()),
  picture(COPY, "other-gamma", "gamma 2", (one) => one.gamma(2, 1).png()),
  picture(COPY, "in-grey", "without colours", (one) => one.greyscale().png()),
  picture(COPY, "a-little-blurred", "blurred by 1.5 pixels", (one) => one.blur(1.5).png()),
  picture(COPY, "a-little-noisy", "noise of a deviation of 10 of 255", noise(10)),
  picture(COPY, "in-a-mirror", "left and right exchanged", (one) => one.flop().jpeg({ quality: 70 })),
  picture(
    COPY,
    "captioned",
    "a dark bar with words over the lowest seventh",
    drawn(
      ({ width, height }) =>
        `<rect y="${0.86 * height}" width="100%" height="14%" opacity=".6"/><text x="${0.05 * width}" y="${0.95 * height}" font-size="${0.08 * height}" fill="white">Seen last summer</text>`,
    ),
  ),
  picture(
    COPY,
    "watermarked",
    "words across it, half transparent",
    drawn(
      ({ width, height }) =>
        `<text x="${0.08 * width}" y="${0.58 * height}" font-size="${0.18 * height}" fill="white" opacity=".5">SAMPLE</text>`,
    ),
  ),
  picture(
    COPY,
    "cropped-small-webp",
    "a thirtieth less around, half the size, WebP of quality 60",
    async (one, size, random) =>
      sharp(await (await crop(0.03, 0.03, 0.03, 0.03)(one, size, random)).toBuffer())
        .resize(Math.round(size.width / 2))
        .webp({ quality: 60 }),
  ),
  picture(FINE, "as-jpeg-alone", "JPEG of quality 75, nobody having submitted the picture", (one) =>
    one.jpeg({ quality: 75 }),
  ),
  picture(FINE, "as-tiff-alone", "TIFF, nobody having submitted the picture", (one) => one.tiff()),
  picture(FINE, "in-grey-alone", "without colours, nobody having submitted the picture", (one) =>
    one.greyscale().png(),
  ),
  picture(FINE, "film-grain", "noise of a deviation of 6 of 255", noise(6)),
  picture(FINE, "camera-metadata", "EXIF metadata without a position", (one) =>
    one.withExif({ IFD0: { Make: "Camera", Model: "One" } }).jpeg({ quality: 90 }),
  ),
];
