import { parseEther, parseGwei } from "viem";
import { expect, test } from "vitest";
import { formatCoins } from "./coins.ts";

test("an amount of coins is short, and never less than it is", () => {
  expect(formatCoins(parseGwei("301234.5"), "ETH")).toBe("0.00031\u00a0ETH");
  expect(formatCoins(parseEther("1"), "ETH")).toBe("1\u00a0ETH");
  expect(formatCoins(parseEther("12.01"), "POL")).toBe("13\u00a0POL");
  expect(formatCoins(7n, "ETH")).toBe("0.000000000000000007\u00a0ETH");
  expect(formatCoins(0n, "ETH")).toBe("0\u00a0ETH");
});
