import { readFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { decodePicture } from "../files/pictures.ts";
import { judgePicture } from "./pictures.ts";

const demo = new URL("../../../scripts/demo/files/image/", import.meta.url).pathname;
const photo = await readFile(`${demo}rocket.jpg`);
const { width } = await sharp(photo).metadata();

const judge = async (picture: Sharp) => {
  const { opinion } = await judgePicture(await decodePicture(await picture.png().toBuffer(), "image/png"));
  return opinion;
};

/** Values from 0 to 255, the same on every run. */
function* dots(): Generator<number> {
  for (let state = 12_345; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield Math.floor((state / 2 ** 31) * 256);
  }
}

const random = (side: number): Sharp => {
  const values = dots();
  const data = Buffer.from(Array.from({ length: side * side * 3 }, () => values.next().value as number));
  return sharp(data, { raw: { width: side, height: side, channels: 3 } });
};

describe("what a person would throw away is rejected with its reason", () => {
  test.each<[string, () => Promise<Sharp> | Sharp, string]>([
    ["random dots", () => random(256), "noisy"],
    ["random dots of four pixels", () => random(64).resize(256, 256, { kernel: "nearest" }), "noisy"],
    ["a photograph out of focus", () => sharp(photo).blur(10), "blurred"],
    ["a photograph in the dark", () => sharp(photo).linear(0.08, 0), "badly-exposed"],
    ["a photograph into the sun", () => sharp(photo).linear(0.08, 234), "badly-exposed"],
    [
      "a blank page with a speck",
      () =>
        sharp({ create: { width: 400, height: 400, channels: 3, background: "white" } }).composite([
          { input: Buffer.from('<svg width="20" height="20"><circle cx="9" cy="9" r="8"/></svg>') },
        ]),
      "flat-image",
    ],
    ["a strip", () => sharp(photo).extract({ left: 0, top: 0, width, height: 40 }), "too-small-image"],
  ])("%s", async (_what, picture, reason) => {
    expect(await judge(await picture())).toMatchObject({ grade: 0, reason });
  });
});

test("a photograph, a grey one and a small one keep their grades", async () => {
  expect(await judge(sharp(photo))).toMatchObject({ grade: 3 });
  expect(await judge(sharp(photo).greyscale())).toMatchObject({ grade: 3 });
  expect(await judge(sharp(photo).resize(200, 200))).toMatchObject({ grade: 2 });
  expect(await judge(sharp(photo).resize(100, 100))).toMatchObject({ grade: 1 });
});

describe("a position in the metadata", () => {
  const gps = { GPSLatitude: "52/1 31/1 0/1", GPSLatitudeRef: "N", GPSLongitude: "13/1 24/1 0/1" };
  const judgeAs = async (picture: Sharp, mediaType: string) =>
    (await judgePicture(await decodePicture(await picture.toBuffer(), mediaType))).opinion;

  test.each([
    ["image/jpeg", sharp(photo).withExif({ IFD3: gps }).jpeg()],
    ["image/png", sharp(photo).withExif({ IFD3: gps }).png()],
    ["image/webp", sharp(photo).withExif({ IFD3: gps }).webp()],
    [
      "image/jpeg",
      sharp(photo)
        .withXmp(
          '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52,31.0N"/></rdf:RDF></x:xmpmeta>',
        )
        .jpeg(),
    ],
  ])("is found in %s", async (mediaType, picture) => {
    expect(await judgeAs(picture, mediaType)).toMatchObject({ grade: 0, reason: "location" });
  });

  test("other metadata are no matter", async () => {
    const picture = sharp(photo).withExif({ IFD0: { Make: "Camera" }, IFD3: { GPSMapDatum: "WGS-84" } });
    expect(await judgeAs(picture.jpeg(), "image/jpeg")).toMatchObject({ grade: 3 });
  });
});
