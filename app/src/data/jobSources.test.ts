import { IMAGE, TEXT } from "@openledger/sdk/pools";
import { expect, test } from "vitest";
import { firstDatanets } from "./jobSources.ts";

const head = `0x${"11".repeat(32)}` as const;
const datanets = [
  { id: 1, pool: IMAGE },
  { id: 2, pool: TEXT },
  { id: 3, pool: TEXT },
];
const parent = { datasets: [3, 9].map((datanet) => ({ datanet, versionCount: 1, versionHead: head })) };

test("a form begins with what was asked for, else with the parent's data, else with texts", () => {
  expect(firstDatanets(datanets, [3, 1, 3, 77], parent)).toEqual([1, 3]);
  expect(firstDatanets(datanets, [77], parent)).toEqual([3]);
  expect(firstDatanets(datanets, [], undefined)).toEqual([2]);
  expect(firstDatanets(datanets.slice(0, 1), [], undefined)).toEqual([1]);
  expect(firstDatanets([], [], undefined)).toEqual([]);
});
