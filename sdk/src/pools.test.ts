import { expect, test } from "vitest";
import { docketId, poolOfDocket, sequenceOfDocket } from "./docketId.ts";
import { acceptOf, FORMATS, formatOfMediaType, formatOfName, formatsOf } from "./formats.ts";
import { COMPUTE, IMAGE, type Pool, poolName, poolOf, TEXT } from "./pools.ts";

test("pools have names and numbers", () => {
  expect(poolName(COMPUTE)).toBe("COMPUTE");
  expect(poolOf(" image ")).toBe(IMAGE);
  expect(() => poolName(4)).toThrow("There is no pool 4.");
  expect(() => poolOf("VIDEO")).toThrow('There is no pool "VIDEO".');
});

test("a docket's id tells its pool", () => {
  for (const pool of [0, 1, 2, 3] as Pool[]) {
    expect(poolOfDocket(docketId(pool, 274_877_906_943))).toBe(pool);
    expect(sequenceOfDocket(docketId(pool, 7))).toBe(7);
  }
});

test("every format belongs to one pool and is found by name and media type", () => {
  for (const format of FORMATS) {
    expect(formatOfMediaType(format.mediaType)).toBe(format);
    for (const extension of format.extensions)
      expect(formatOfName(`a.b${extension.toUpperCase()}`)).toBe(format);
  }
  const extensions = FORMATS.flatMap((format) => format.extensions);
  expect(new Set(extensions).size).toBe(extensions.length);
  expect(formatOfName("README")).toBeUndefined();
  expect(formatOfName("a.exe")).toBeUndefined();
});

test("a COMPUTE pool takes no files", () => {
  expect(formatsOf(COMPUTE)).toEqual([]);
  expect(acceptOf(TEXT)).toBe(".md,.txt,.pdf,.docx,.jsonl");
});
