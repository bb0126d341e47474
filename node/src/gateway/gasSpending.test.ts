import { parseEther, parseGwei } from "viem";
import { describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../app/database.ts";
import { networkOf } from "../app/network.ts";
import { type GasConsumer, GasSpending } from "./gasSpending.ts";

const DAY = 86_400;
const NOON = 20_000 * DAY + DAY / 2;
const ada = { contributor: "0x00000000000000000000000000000000000000A1", ip: "192.0.2.1" } as const;
const ben = { contributor: "0x00000000000000000000000000000000000000B2", ip: "192.0.2.1" } as const;
const chloe = { contributor: "0x00000000000000000000000000000000000000C3", ip: "2001:db8::1" } as const;

function open(database: Database = openDatabase(":memory:")): GasSpending {
  return new GasSpending(database, {
    RELAY_BUDGET_ETH: parseEther("10"),
    RELAY_BUDGET_PER_IP_ETH: parseEther("5"),
    RELAY_BUDGET_PER_ADDRESS_ETH: parseEther("3"),
    RELAY_BUDGET_FINALIZING_ETH: parseEther("1"),
  });
}

describe("what the gateway pays", () => {
  it("ends at the budget of an address, a network and the day, and begins anew at midnight UTC", () => {
    const spending = open();
    const two = parseEther("2");
    const take = (key: string, who: GasConsumer) => {
      const full = spending.usedUp(who, two, NOON);
      if (full === undefined) spending.reserve(key, who, 100_000n, two, NOON);
      return full?.budget;
    };
    expect(take("a", ada)).toBeUndefined();
    expect(take("b", ada)).toBe("budget-address");
    expect(take("c", ben)).toBeUndefined();
    expect(take("d", { ...ben, contributor: chloe.contributor })).toBe("budget-ip");
    for (const [index, ip] of ["2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1"].entries()) {
      const contributor = `0x${String(index).padStart(40, "0")}` as const;
      expect(take(`e${index}`, { contributor, ip })).toBeUndefined();
    }
    expect(spending.usedUp(chloe, 1n, NOON)).toEqual({ budget: "budget-day", resetsAt: 20_001 * DAY });
    expect(spending.usedUp(ada, two, 20_001 * DAY)).toBeUndefined();
  });

  it("counts what may be spent until the receipt tells what was, once, and survives a restart", () => {
    const database = openDatabase(":memory:");
    const first = open(database);
    first.reserve("a", ada, 100_000n, parseEther("1"), NOON);
    first.raise("a", parseEther("2"));
    first.reserve("b", ada, 100_000n, parseEther("0.5"), NOON);
    const again = open(database);
    expect(again.reservedWei()).toBe(parseEther("2.5"));
    again.settle("a", "0xaa", parseGwei("7"));
    again.settle("a", "0xaa", parseGwei("7"));
    again.release("b");
    expect(again.open()).toEqual([]);
    const left = parseEther("3") - parseGwei("7");
    expect(again.usedUp(ada, left, NOON)).toBeUndefined();
    expect(again.usedUp(ada, left + 1n, NOON)?.budget).toBe("budget-address");
    // A second attempt under the same key counts beside what the first one cost.
    again.reserve("a", ada, 100_000n, parseEther("1"), NOON);
    again.settle("a", "0xbb", parseGwei("5"));
    expect(again.usedUp(ada, left - parseGwei("5"), NOON)).toBeUndefined();
    expect(again.usedUp(ada, left, NOON)?.budget).toBe("budget-address");
  });

  it("has a budget of its own for finalizing, which neither takes from submissions nor lends to them", () => {
    const database = openDatabase(":memory:");
    const spending = open(database);
    const take = (key: string, coins: string, now = NOON) =>
      spending.reserveFinalizing(key, 50_000n, parseEther(coins), now);
    expect(take("sweep-a", "0.6")).toBeUndefined();
    expect(take("sweep-b", "0.5")).toEqual({ resetsAt: 20_001 * DAY });
    // What it really cost makes room again, after a restart too; a second attempt counts beside the first.
    const again = open(database);
    again.settle("sweep-a", "0xaa", parseEther("0.4"));
    expect(take("sweep-b", "0.5")).toBeUndefined();
    expect(take("sweep-a", "0.2")).toEqual({ resetsAt: 20_001 * DAY });
    expect(take("sweep-c", "1", 20_001 * DAY)).toBeUndefined();
    expect(spending.usedUp(ada, parseEther("3"), NOON)).toBeUndefined();
    for (const [index, ip] of ["2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1", "192.0.2.9"].entries())
      spending.reserve(`s${index}`, { ...ada, ip }, 100_000n, parseEther("2.5"), NOON);
    expect(spending.usedUp(chloe, 1n, NOON)?.budget).toBe("budget-day");
    expect(take("sweep-d", "0.1")).toBeUndefined();
  });

  it("is counted for an IPv4 address however it is written, and for a /64 of IPv6", () => {
    expect(networkOf("::ffff:192.0.2.1")).toBe("192.0.2.1");
    expect(networkOf("2001:db8:0:1::5")).toBe(networkOf("2001:db8:0:1:ffff::9"));
    expect(networkOf("2001:db8:0:1::5")).not.toBe(networkOf("2001:db8:0:2::5"));
    expect(networkOf("unix")).toBe("unix");
  });
});
