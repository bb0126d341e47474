import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../app/database.ts";
import { decodePicture } from "../../files/pictures.ts";
import type { Fingerprint } from "../assay.ts";
import { PictureSubject } from "../checks/picture/subject.ts";
import { encodePicturePrint, picturePrint } from "../prints/picturePrint.ts";
import { KnownPictures } from "./pictures.ts";

const demo = new URL("../../../../scripts/demo/files/image/", import.meta.url).pathname;
let folder: string;
let database: Database;
let known: KnownPictures;
const names: string[] = [];

const printOf = async (picture: Sharp): Promise<Fingerprint> => {
  const { grey } = new PictureSubject(await decodePicture(await picture.png().toBuffer(), "image/png"));
  return { print: encodePicturePrint(picturePrint(grey)), passages: [] };
};
const demoPicture = async (name: string): Promise<Sharp> => sharp(await readFile(join(demo, name)));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "openledger-pictures-"));
  database = openDatabase(join(folder, "known.sqlite"));
  known = new KnownPictures(database, "main");
  for (const name of await readdir(demo)) {
    names.push(name);
    known.add(names.length, await printOf(await demoPicture(name)));
  }
});
afterAll(async () => {
  database.close();
  await rm(folder, { recursive: true, force: true });
});

describe("a copy is found", () => {
  const id = () => names.indexOf("rocket.jpg") + 1;
  test.each<[string, (picture: Sharp, width: number, height: number) => Sharp | Promise<Sharp>]>([
    ["unchanged", (picture) => picture],
    ["saved at quality 30", async (picture) => sharp(await picture.jpeg({ quality: 30 }).toBuffer())],
    ["at half the size", (picture, width) => picture.resize(Math.round(width / 2))],
    ["at twice the size", (picture, width) => picture.resize(2 * width)],
    [
      "without a tenth on two sides",
      (picture, width, height) =>
        picture.extract({
          left: Math.round(width / 10),
          top: Math.round(height / 10),
          width: width - Math.round(width / 10),
          height: height - Math.round(height / 10),
        }),
    ],
    ["in a mirror", (picture) => picture.flop()],
    ["in grey", (picture) => picture.greyscale()],
    ["darker, with another gamma", (picture) => picture.gamma(2, 1).linear(0.7, 0)],
    ["a little blurred", (picture) => picture.blur(2)],
    [
      "with a caption",
      (picture, width, height) =>
        picture.composite([
          {
            input: Buffer.from(
              `<svg width="${width}" height="${height}"><rect y="${0.85 * height}" width="100%" height="15%" opacity=".6"/></svg>`,
            ),
          },
        ]),
    ],
  ])("%s", async (_how, change) => {
    const picture = await demoPicture("rocket.jpg");
    const { width, height } = await picture.metadata();
    const found = known.find(await printOf(await change(picture, width, height)));
    expect(found.map((candidate) => candidate.id)).toEqual([id()]);
    expect(found[0]?.percent).toBeGreaterThanOrEqual(74);
  });
});

test("other pictures and other tiles of one texture are not the same", async () => {
  for (const [at, name] of names.entries()) {
    const others = known.find(await printOf(await demoPicture(name))).filter(({ id }) => id !== at + 1);
    expect([name, others]).toEqual([name, []]);
  }
  const wall = await demoPicture("brick-wall.webp");
  const { width = 0, height = 0 } = await wall.metadata();
  const side = Math.floor(Math.min(width, height) / 2);
  const tile = (left: number) => wall.clone().extract({ left, top: 0, width: side, height: side });
  known.add(100, await printOf(tile(0)));
  expect(known.find(await printOf(tile(side))).filter(({ id }) => id === 100)).toEqual([]);
  known.remove(100);
});

test("what was removed is not found; what was added is found after the database was opened again", async () => {
  const [name = ""] = names;
  const print = await printOf(await demoPicture(name));
  const again = openDatabase(join(folder, "known.sqlite"));
  const reopened = new KnownPictures(again, "main");
  expect(reopened.find(print).map(({ id }) => id)).toEqual([1]);
  reopened.remove(1);
  expect(reopened.find(print)).toEqual([]);
  expect(again.prepare("SELECT count(*) AS marks FROM known_mark WHERE file = 1").get()).toEqual({
    marks: 0,
  });
  reopened.add(1, print);
  again.close();
});
