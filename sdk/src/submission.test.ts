import { type Hex, recoverTypedDataAddress } from "viem";
import { describe, expect, test } from "vitest";
import { localAccounts } from "./localAccounts.ts";
import { manifestDigest } from "./manifest.ts";
import {
  checkPreparedSubmission,
  checkSubmission,
  type PreparedSubmission,
  prepareSubmission,
  rootOfSubmission,
  submissionOf,
  typedDataOf,
} from "./submission.ts";

const account = localAccounts(31337, "contributor")[0]?.account;
if (account === undefined) throw new Error("There is no demo contributor.");

const target = {
  chainId: 31337,
  datanets: "0xa513E6E4b8f2a923D98304ec87F64353C4D5C853",
  datanet: 1,
  contributor: account.address,
  terms: 1,
  licence: "CC0-1.0",
} as const;
const cid = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
const files = [
  { name: "a.txt", mediaType: "text/plain", sizeBytes: 3, sha256: `0x${"ab".repeat(32)}` as Hex, cid },
  { name: "b.md", mediaType: "text/markdown", sizeBytes: 4, sha256: `0x${"cd".repeat(32)}` as Hex, cid },
];
const prepared = prepareSubmission({ ...target, files, deadline: 1000 });
const check = (change: Partial<PreparedSubmission>, notAfter?: number) => () =>
  checkPreparedSubmission({
    prepared: { ...prepared, ...change },
    target,
    files,
    ...(notAfter === undefined ? {} : { notAfter }),
  });

describe("prepareSubmission", () => {
  test("sums sizes and counts files", () => {
    expect(prepared.submission).toMatchObject({ files: 2, sizeBytes: 7, datanet: 1, deadline: 1000 });
    expect(prepared.submission.manifestDigest).toBe(manifestDigest(prepared.manifest));
  });
  test("the same files get other salts, and so another root", () => {
    const again = prepareSubmission({ ...target, files, deadline: 1000 });
    expect(again.submission.leavesRoot).not.toBe(prepared.submission.leavesRoot);
    expect(rootOfSubmission(again.submission)).not.toBe(rootOfSubmission(prepared.submission));
  });
  test("its typed data is signed by the contributor", async () => {
    const signature = await account.signTypedData(typedDataOf(prepared));
    expect(await recoverTypedDataAddress({ ...typedDataOf(prepared), signature })).toBe(account.address);
  });
});

describe("checkPreparedSubmission", () => {
  test("takes what was prepared honestly", () => {
    expect(check({}, 1000)()).toEqual(prepared.manifest);
  });
  test("refuses a longer deadline than asked for", () => {
    expect(check({}, 999)).toThrow("the deadline is 1000 instead of at most 999");
  });
  test.each([
    ["another Datanet", { datanet: 2 }, "the Datanet is 2 instead of 1"],
    ["another chain", { chainId: 1 }, "the chain is 1"],
    [
      "another contract",
      { datanets: "0x5FbDB2315678afecb367f032d93F642f64180aa3" as const },
      "the Datanets contract",
    ],
    [
      "another contributor",
      { contributor: "0x5FbDB2315678afecb367f032d93F642f64180aa3" as const },
      "the contributor",
    ],
    ["other terms", { terms: 2 }, "the number of the terms is 2 instead of 1"],
    ["another licence", { licence: "MIT" }, "the licence is MIT instead of CC0-1.0"],
    ["a file less", { files: prepared.manifest.files.slice(1) }, "the number of files is 1 instead of 2"],
    ["files in another order", { files: prepared.manifest.files.toReversed() }, "the name of file 1 is b.md"],
  ])("refuses %s", (_, change, message) => {
    const manifest = { ...prepared.manifest, ...change };
    expect(check({ manifest, submission: submissionOf(manifest, 1000) })).toThrow(message);
  });
  test("refuses another file under the same name", () => {
    const [first, second] = prepared.manifest.files;
    if (first === undefined || second === undefined) throw new Error("Two files were prepared.");
    const manifest = { ...prepared.manifest, files: [{ ...first, sha256: second.sha256 }, second] };
    expect(check({ manifest, submission: submissionOf(manifest, 1000) })).toThrow(
      "the sha256 of a.txt is 0xcdcd",
    );
  });
  test.each(["leavesRoot", "manifestDigest"] as const)("refuses a wrong %s", (field) => {
    const submission = { ...prepared.submission, [field]: `0x${"99".repeat(32)}` };
    expect(check({ submission })).toThrow(`the ${field} is 0x9999`);
  });
  test("refuses other terms than the manifest's", () => {
    expect(check({ submission: { ...prepared.submission, terms: 2 } })).toThrow(
      "the terms is 2 instead of 1",
    );
  });
  test("refuses a wrong sum", () => {
    expect(() => checkSubmission({ ...prepared.submission, sizeBytes: 6 }, prepared.manifest)).toThrow(
      "the sizeBytes is 6 instead of 7",
    );
  });
});
