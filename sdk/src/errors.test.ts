import { readdirSync } from "node:fs";
import {
  type Abi,
  BaseError,
  ContractFunctionExecutionError,
  createPublicClient,
  createWalletClient,
  custom,
  encodeErrorResult,
  type Hex,
  http,
  parseAbi,
  parseAbiItem,
  UserRejectedRequestError,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { describe, expect, test } from "vitest";
import { formatBytes, placeholdersOf } from "./errorFormat.ts";
import { ERROR_TEXTS, explainError, explainRevert, hasErrorText } from "./errors.ts";
import { Problem } from "./problem.ts";

type AbiError = Extract<Abi[number], { type: "error" }>;

const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const folder = new URL("./abi/", import.meta.url);
const contracts = await Promise.all(
  readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map(async (name) => {
      const module: Record<string, Abi> = await import(new URL(name, folder).href);
      return { name: name.replace(".ts", ""), errors: Object.values(module).flat().filter(isError) };
    }),
);

function isError(item: Abi[number]): item is AbiError {
  return item.type === "error";
}

/** Any value of an ABI type. */
function sample(type: string): unknown {
  if (type === "address") return address;
  if (type === "bool") return true;
  if (type === "string") return "text";
  if (type.startsWith("bytes")) return `0x${"61".repeat(Number(type.slice(5)) || 3)}`;
  return Number(type.replace(/\D/g, "")) <= 48 ? 3 : 3n;
}

function revertOf(item: AbiError): Hex {
  return encodeErrorResult({
    abi: [item],
    errorName: item.name,
    args: item.inputs.map(({ type }) => sample(type)),
  });
}

describe("every custom error of every contract", () => {
  test("the ABIs are there", () => {
    expect(contracts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["court", "datanets", "seats", "training", "vault"]),
    );
  });
  test.each(contracts)("$name: has a sentence and a next step", ({ errors }) => {
    expect(errors.filter((item) => !hasErrorText(item)).map(({ name }) => name)).toEqual([]);
    for (const item of errors) {
      const explanation = explainRevert(revertOf(item));
      expect(explanation?.name).toBe(item.name);
      expect(`${explanation?.sentence}${explanation?.next}`).not.toMatch(/undefined|\{|NaN/);
    }
  });
});

describe("the catalogue", () => {
  test.each(ERROR_TEXTS)("$signature", (text) => {
    const item = parseAbiItem(text.signature as "error Any()") as AbiError;
    const parameters = item.inputs.map(({ name }) => name as string);
    const spoken = placeholdersOf(text.sentence + text.next);
    expect(parameters).toEqual(expect.arrayContaining(spoken));
    expect(spoken).toEqual(
      expect.arrayContaining(parameters.filter((name) => name !== "maximum" || spoken.includes(name))),
    );
    expect(text.sentence).toMatch(/[.]$/);
    expect(text.next).toMatch(/^[A-Z].+\.$/);
  });
  test("no error stands twice", () => {
    const signatures = ERROR_TEXTS.map(({ signature }) => signature);
    expect(new Set(signatures).size).toBe(signatures.length);
  });
});

const quota = encodeErrorResult({
  abi: parseAbi([
    "error FileQuotaExceeded(address contributor, uint256 usedFiles, uint256 askedFiles, uint256 maximum)",
  ]),
  args: [address, 19n, 2n, 20n],
});
const quotaSentence = `${address} has submitted 19 files today; 2 more would be over the daily 20.`;

describe("explainError", () => {
  test("raw revert data", () => {
    expect(explainError(quota)).toMatchObject({
      name: "FileQuotaExceeded",
      sentence: quotaSentence,
      values: { usedFiles: 19n, maximum: 20n },
    });
  });

  test("a viem call that reverts, even with an ABI that does not know the error", async () => {
    const client = createPublicClient({
      chain: foundry,
      transport: custom(
        {
          request: async () => {
            throw Object.assign(new Error("execution reverted"), { code: 3, data: quota });
          },
        },
        { retryCount: 0 },
      ),
    });
    const call = client.readContract({
      address,
      abi: parseAbi(["function submit() view returns (uint256)"]),
      functionName: "submit",
    });
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ContractFunctionExecutionError);
    expect(explainError(error).sentence).toBe(quotaSentence);
  });

  test("ethers, whose data lies elsewhere", () => {
    const error = Object.assign(new Error("execution reverted (unknown custom error)"), {
      code: "CALL_EXCEPTION",
      info: { error: { code: 3, data: quota } },
      transaction: { data: "0x12345678" },
    });
    expect(explainError(error).sentence).toBe(quotaSentence);
  });

  test("a node that puts words before the data", () => {
    expect(explainError({ error: { data: `Reverted ${quota}` } }).sentence).toBe(quotaSentence);
  });

  test("an error that wraps another that wraps another", () => {
    const inner = Object.assign(new Error("rpc"), { data: { data: quota } });
    expect(explainError(new Error("a", { cause: new Error("b", { cause: inner }) })).sentence).toBe(
      quotaSentence,
    );
  });

  test("amounts, times, sizes and phases are written for people", () => {
    const of = (signature: string, args: unknown[]) => {
      const item = parseAbiItem(signature as "error Any()") as AbiError;
      return explainError(encodeErrorResult({ abi: [item], errorName: item.name, args })).sentence;
    };
    expect(
      of("error InsufficientStake(address,uint256,uint256)", [address, 10n ** 18n, 15n * 10n ** 17n]),
    ).toContain("has 1 OPEN of free stake, and 1.5 OPEN is needed");
    expect(of("error SignatureExpired(uint40)", [1_700_000_000])).toContain("2023-11-14 22:13:20 UTC");
    expect(of("error WrongPhase(uint40,uint8,uint8)", [4, 1, 4])).toContain(
      "is collecting, and this is possible only while it is revealing",
    );
    expect(
      of("error ByteQuotaExceeded(address,uint256,uint256,uint256)", [address, 1n, 2048n, 10_485_760n]),
    ).toContain("10 MiB (10485760 bytes)");
    expect(of("error DocketEmpty(uint8)", [2])).toContain("pool AUDIO");
    expect(of("error SignatureExpired(uint40)", [2 ** 40 - 1])).not.toContain("Invalid");
  });

  test("a require with text, and a panic", () => {
    const text = encodeErrorResult({ abi: parseAbi(["error Error(string)"]), args: ["no luck"] });
    expect(explainError(text).sentence).toBe("The contract refused: no luck.");
    const panic = encodeErrorResult({ abi: parseAbi(["error Panic(uint256)"]), args: [17n] });
    expect(explainError(panic).sentence).toContain("a number left its range (panic 17)");
  });

  test("revert data that nobody knows, or that is cut short", () => {
    expect(explainError("0xdeadbeef").name).toBe("UnknownRevert");
    expect(explainError(quota.slice(0, 20)).name).toBe("UnknownRevert");
  });

  test("a person who declines in the wallet", () => {
    expect(explainError(new UserRejectedRequestError(new Error("no"))).name).toBe("UserRejected");
    expect(explainError({ code: 4001, message: "MetaMask: User denied" }).name).toBe("UserRejected");
    expect(explainError({ code: "ACTION_REJECTED" }).name).toBe("UserRejected");
  });

  test("an account without coins", async () => {
    const account = privateKeyToAccount(`0x${"77".repeat(32)}`);
    const client = createWalletClient({
      account,
      chain: foundry,
      transport: custom(
        {
          request: async ({ method }) => {
            if (method === "eth_chainId") return "0x7a69";
            throw Object.assign(new Error("insufficient funds for gas * price + value"), { code: -32003 });
          },
        },
        { retryCount: 0 },
      ),
    });
    const error = await client
      .sendTransaction({ to: address, gas: 21000n, nonce: 0, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n })
      .catch((reason: unknown) => reason);
    expect(explainError(error).name).toBe("InsufficientFunds");
  });

  test("an RPC that cannot be reached", async () => {
    const client = createPublicClient({ transport: http("http://127.0.0.1:1", { retryCount: 0 }) });
    const error = await client.getBlockNumber().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BaseError);
    expect(explainError(error)).toMatchObject({
      name: "RpcUnreachable",
      next: expect.stringContaining("URL"),
    });
  });

  test("what this SDK threw", () => {
    const problem = new Problem("unknown-chain", "There is no chain.", "Choose another.", {
      values: { chainId: 5 },
    });
    expect(explainError(new Error("outer", { cause: problem }))).toEqual({
      name: "unknown-chain",
      sentence: "There is no chain.",
      next: "Choose another.",
      values: { chainId: 5 },
    });
  });

  test("what a gateway answered", () => {
    const body = {
      code: "quota-files",
      sentence: "Today's files are used up.",
      next: "Wait.",
      details: { filesLeft: 0 },
    };
    expect(explainError(body)).toEqual({
      name: "quota-files",
      sentence: "Today's files are used up.",
      next: "Wait.",
      values: { filesLeft: 0 },
    });
  });

  test("anything else keeps its words", () => {
    expect(explainError(new Error("The disk is full.")).sentence).toBe(
      "Something went wrong: The disk is full.",
    );
    for (const nothing of [undefined, null, {}, 0]) expect(explainError(nothing).name).toBe("Unknown");
  });

  test("a cause that points back at itself ends", () => {
    const error = new Error("loop");
    error.cause = { cause: error };
    expect(explainError(error).sentence).toContain("loop");
  });
});

test("sizes are written for people", () => {
  expect([0, 1023, 1024, 1_572_864].map(formatBytes)).toEqual([
    "0 bytes",
    "1023 bytes",
    "1 KiB (1024 bytes)",
    "1.5 MiB (1572864 bytes)",
  ]);
});
