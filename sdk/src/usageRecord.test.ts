import { type Hex, zeroAddress, zeroHash } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { expect, test } from "vitest";
import {
  answerDigest,
  questionDigest,
  type SignedUsageRecord,
  type UsageRecord,
  usageRecordDigest,
  usageRecordTypedData,
  verifyUsageRecords,
} from "./usageRecord.ts";

const server = privateKeyToAccount(`0x${"11".repeat(32)}`);
const stranger = privateKeyToAccount(`0x${"22".repeat(32)}`);
const where = { chainId: 31337, attribution: `0x${"ab".repeat(20)}` as const };

function recordOf(number: number, previous: Hex): UsageRecord {
  return {
    number,
    previous,
    server: server.address,
    user: zeroAddress,
    model: 1,
    release: 2,
    baseDigest: `0x${"01".repeat(32)}`,
    adapterDigest: `0x${"02".repeat(32)}`,
    datasets: [{ datanet: 3, versionCount: 4, versionHead: `0x${"05".repeat(32)}` }],
    promptTokens: 12,
    completionTokens: 30,
    questionDigest: questionDigest([{ role: "user", content: "Who?" }]),
    answerDigest: answerDigest("Ada."),
    finishReason: "stop",
    seed: 2 ** 53 - 1,
    answeredAt: 1_800_000_000,
  };
}

async function signed(record: UsageRecord, account = server): Promise<SignedUsageRecord> {
  return {
    record,
    digest: usageRecordDigest({ ...where, record }),
    signature: await account.signTypedData(usageRecordTypedData({ ...where, record })),
  };
}

async function chainOf(length: number): Promise<SignedUsageRecord[]> {
  const records: SignedUsageRecord[] = [];
  for (let number = 1; number <= length; number++) {
    records.push(await signed(recordOf(number, records.at(-1)?.digest ?? zeroHash)));
  }
  return records;
}

test("records that follow each other are right, from the first or from any", async () => {
  const records = await chainOf(3);
  expect(await verifyUsageRecords({ ...where, records })).toEqual({
    ok: true,
    promptTokens: 36,
    completionTokens: 90,
  });
  const [first, ...rest] = records;
  expect(
    await verifyUsageRecords({ ...where, records: rest, after: first?.digest ?? zeroHash }),
  ).toMatchObject({
    ok: true,
  });
});

test("a record left out, changed, or signed by another is found", async () => {
  const [first, second, third] = (await chainOf(3)) as [
    SignedUsageRecord,
    SignedUsageRecord,
    SignedUsageRecord,
  ];
  expect(await verifyUsageRecords({ ...where, records: [first, third] })).toMatchObject({
    ok: false,
    number: 3,
  });
  expect(await verifyUsageRecords({ ...where, records: [second, third] })).toMatchObject({
    ok: false,
    number: 2,
  });
  const changed = { ...second, record: { ...second.record, completionTokens: 31 } };
  expect(await verifyUsageRecords({ ...where, records: [first, changed] })).toMatchObject({
    ok: false,
    number: 2,
  });
  const foreign = await signed(second.record, stranger);
  expect(await verifyUsageRecords({ ...where, records: [first, foreign] })).toMatchObject({
    ok: false,
    sentence: expect.stringContaining("not signed by its server"),
  });
  expect(await verifyUsageRecords({ ...where, chainId: 1, records: [first] })).toMatchObject({
    ok: false,
    number: 1,
  });
});

test("a question's digest is of roles and texts alone", () => {
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Who?" },
  ];
  expect(questionDigest(messages.map((message) => ({ ...message, name: "x" })))).toBe(
    questionDigest(messages),
  );
  expect(questionDigest([...messages].reverse())).not.toBe(questionDigest(messages));
});
