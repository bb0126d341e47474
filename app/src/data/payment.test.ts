import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { rootOfSubmission } from "@openledger/sdk/submission";
import { encodeFunctionData, erc20Abi, zeroAddress } from "viem";
import { expect, test } from "vitest";
import { readSubmitCall } from "./payment.ts";

const datanets = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const digest = `0x${"ab".repeat(32)}` as const;
const submission = {
  contributor: "0x00000000000000000000000000000000000000A1",
  datanet: 1,
  files: 1,
  sizeBytes: 10,
  terms: 1,
  leavesRoot: digest,
  manifestDigest: digest,
  deadline: 100,
} as const;
const root = rootOfSubmission(submission);
const data = encodeFunctionData({ abi: datanetsAbi, functionName: "submit", args: [submission, "0x12"] });

test("the call for paying oneself is this submission's, or nothing that may be sent", () => {
  const call = readSubmitCall({ to: datanets, data }, datanets, root);
  expect(call).toMatchObject({ address: datanets, functionName: "submit", args: [submission, "0x12"] });
  const approve = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [datanets, 1n] });
  for (const [named, of] of [
    [{ to: zeroAddress, data }, root],
    [{ to: datanets, data: approve }, root],
    [{ to: datanets, data: "0x" as const }, root],
    [{ to: datanets, data }, digest],
  ] as const)
    expect(() => readSubmitCall(named, datanets, of)).toThrow("not the one for this submission");
});
