import { expect, test } from "vitest";
import { addItems } from "./docketItems.ts";

test("items and fees grow while a docket collects", () => {
  const docket = { phase: "COLLECTING", items: 3, feeWei: 30n };
  expect(addItems(docket, { position: 3, count: 2, feeWei: 20n })).toEqual({ items: 5, feeWei: 50n });
});

test("the submission that fills a docket comes after its closing and counts nothing twice", () => {
  const docket = { phase: "DRAWING", items: 128, feeWei: 1280n };
  expect(addItems(docket, { position: 108, count: 20, feeWei: 200n })).toEqual({ items: 128, feeWei: 1280n });
});
