import { expect, test } from "vitest";
import { startsLike } from "./mediaType.ts";

test("text in every encoding that is read begins like text, and a picture does not", () => {
  for (const text of [
    Buffer.from("Tale"),
    Buffer.from("\ufeffTale", "utf16le"),
    Buffer.from("Tale", "utf16le"),
  ]) {
    expect(startsLike("text/plain", text)).toBe(true);
  }
  expect(startsLike("text/plain", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"))).toBe(false);
  expect(startsLike("image/png", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"))).toBe(true);
});

test("a media type that is the name of something in JavaScript is one like any other", () => {
  for (const mediaType of ["__proto__", "constructor", "toString"]) {
    expect(startsLike(mediaType, Buffer.from("Tale"))).toBe(true);
  }
});
