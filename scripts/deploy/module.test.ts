import { getAddress } from "viem";
import { describe, expect, it } from "vitest";
import { holdersOf } from "./module.ts";

const at = (digit: string) => getAddress(`0x${digit.repeat(40)}`);
const [deployer, guardian, liquidity, investors, team] = ["a", "b", "c", "d", "e"].map(at) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
];
const named = { guardian, liquidity, investors, team };

describe("holdersOf", () => {
  it("lets the deployer be everybody on the local chain", () => {
    const everybody = { liquidity: deployer, investors: deployer, team: deployer, guardian: deployer };
    expect(holdersOf(31_337, {}, deployer)).toEqual({ ...everybody, curator: deployer });
    const lower = team.toLowerCase() as `0x${string}`;
    expect(holdersOf(31_337, { team: lower }, deployer).team).toBe(team);
  });

  it("leaves base models to the Timelock on every other chain", () => {
    expect(holdersOf(1, named, deployer)).toEqual(named);
    expect(holdersOf(1, { ...named, curator: deployer }, deployer).curator).toBeUndefined();
  });

  it("asks for whoever is not named there", () => {
    expect(() => holdersOf(1, {}, deployer)).toThrow("who is liquidity, investors, team, guardian");
    expect(() => holdersOf(1, { ...named, team: undefined as never }, deployer)).toThrow("who is team.");
  });

  it("leaves the deployer no right to pause there", () => {
    expect(() => holdersOf(1, { ...named, guardian: deployer }, deployer)).toThrow("would keep a right");
  });
});
