import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listProofOf, listRootOf, OPEN_LIST } from "@openledger/sdk/contributorList";
import { afterAll, beforeAll, expect, test } from "vitest";
import { person } from "../testing/protocol.ts";
import { readListProof } from "./listProof.ts";

const [ada, ben, chloe] = [1, 2, 3].map((index) => person(index).address) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
];
const list = [ada, ben];
const listed = { datanet: 4, listRoot: listRootOf(list), keys: [ada] };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "openledger-list-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fileWith(content: string): string {
  const path = join(directory, "list");
  writeFileSync(path, content);
  return path;
}

test.each([
  ["a JSON list", JSON.stringify(list)],
  ["lines with remarks", `# members\r\n${ben} # Ben\n\n${ada}\n`],
  ["a column", `${list.join(",")}`],
  ["a proof", JSON.stringify(listProofOf(list, ada))],
  ["a proof in lines", listProofOf(list, ada).join("\n")],
])("%s shows that somebody is on it", async (_kind, content) => {
  expect(await readListProof(fileWith(content), listed)).toEqual(listProofOf(list, ada));
});

test("an open Datanet asks for nothing, and the first key of a contributor counts too", async () => {
  expect(await readListProof(undefined, { ...listed, listRoot: OPEN_LIST })).toEqual([]);
  expect(await readListProof(fileWith(list.join("\n")), { ...listed, keys: [chloe, ben] })).toEqual(
    listProofOf(list, ben),
  );
});

test("a list of one needs no words at all", async () => {
  const alone = { ...listed, listRoot: listRootOf([ada]) };
  expect(await readListProof(fileWith(ada), alone)).toEqual([]);
});

test.each([
  ["NotListed", { ...listed, keys: [chloe] }, JSON.stringify(list)],
  ["NotListed", listed, JSON.stringify(listProofOf(list, ben))],
  ["NotListed", listed, ""],
  ["other-list", listed, JSON.stringify([...list, chloe])],
  ["bad-list", listed, "[not json"],
  ["bad-list", listed, "[1, 2]"],
  ["bad-list", listed, "ada.eth"],
])("%s: said what is wrong with a file", async (code, contributor, content) => {
  await expect(readListProof(fileWith(content), contributor)).rejects.toMatchObject({ code });
});

test("no file is said to be none, and no option how to give one", async () => {
  await expect(readListProof(join(directory, "none"), listed)).rejects.toMatchObject({ code: "no-file" });
  await expect(readListProof(undefined, listed)).rejects.toMatchObject({
    code: "NotListed",
    sentence: expect.stringContaining("nothing shows"),
  });
});
