import { encodeAbiParameters, keccak256 } from "viem";
import { expect, test } from "vitest";
import { isListed, listProofOf, listRootOf, OPEN_LIST } from "./contributorList.ts";

const [ada, ben, chloe] = [
  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
  "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
] as const;

test("a listed contributor is shown to be one, a stranger is not", () => {
  const root = listRootOf([ada, ben]);
  expect(isListed(root, ada, listProofOf([ada, ben], ada))).toBe(true);
  expect(isListed(root, chloe, listProofOf([ada, ben], ada))).toBe(false);
  expect(isListed(root, ada, ["0x12"])).toBe(false);
  expect(() => listProofOf([ada, ben], chloe)).toThrow("is not one of the 2 listed contributors");
});

test("order, case and repetition change nothing", () => {
  const lower = ada.toLowerCase() as typeof ada;
  expect(listRootOf([ben, lower, ada])).toBe(listRootOf([ada, ben]));
});

test("a list of one is the contributor's leaf", () => {
  expect(listRootOf([ada])).toBe(keccak256(keccak256(encodeAbiParameters([{ type: "address" }], [ada]))));
});

test("an empty list is open to everybody", () => {
  expect(listRootOf([])).toBe(OPEN_LIST);
  expect(isListed(OPEN_LIST, chloe, [])).toBe(true);
});
