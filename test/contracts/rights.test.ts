/** Who may do what after a deployment: every role with every member, every restricted function of every contract. */
import { readdirSync, readFileSync } from "node:fs";
import { accessManagerAbi } from "@openledger/sdk/abi/accessManager";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { openGovernorAbi } from "@openledger/sdk/abi/openGovernor";
import { parametersAbi } from "@openledger/sdk/abi/parameters";
import { timelockControllerAbi } from "@openledger/sdk/abi/timelockController";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { type Abi, type Address, type Hex, toFunctionSelector, toFunctionSignature, zeroAddress } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContractKey } from "../../scripts/deploy/plan.ts";
import { timelockRoleId } from "../../scripts/deploy/verifyRights.ts";
import { emptyOf, errorSelector, refusal, writing } from "./abiCalls.ts";
import { type Deployed, deployments, startDeployed, stranger } from "./deployed.ts";

/** The contracts whose functions ask the AccessManager, and which of them do. */
const managed = {
  parameters: parametersAbi,
  datanets: datanetsAbi,
  training: trainingAbi,
  models: modelsAbi,
} as const satisfies Partial<Record<ContractKey, Abi>>;
type Managed = keyof typeof managed;

/** Every restricted function of the protocol, with the role that it needs: 0 ADMIN, 1 GUARDIAN, 2 CURATOR. */
const restricted: Record<Managed, Record<string, bigint>> = {
  parameters: {
    setSubmissionLimits: 0n,
    setPoolRules: 0n,
    setSeatRules: 0n,
    setTrainingRules: 0n,
    setAppealRules: 0n,
    setContributorRules: 0n,
    setUsageRules: 0n,
  },
  datanets: { pause: 1n, unpause: 0n },
  training: { pauseClaims: 1n, unpauseClaims: 0n },
  models: { addBase: 2n, removeBase: 2n },
};

/** Functions of the AccessManager for everybody: they concern the caller's own rights and operations only. */
const openOfManager = ["cancel", "consumeScheduledOp", "execute", "multicall", "renounceRole", "schedule"];
/** What a sender of tokens calls; it changes nothing. */
const receivers = ["onERC721Received", "onERC1155Received", "onERC1155BatchReceived"];

describe.each(deployments)("after a deployment to $name", (deployment) => {
  let chain: Deployed["chain"];
  let at: Deployed["at"];
  let everybody: Deployed["everybody"];
  /** Members of the AccessManager's roles. */
  let members: Map<bigint, Address>;

  beforeAll(async () => {
    ({ chain, at, everybody } = await startDeployed(deployment));
    members = new Map([
      [0n, at.timelock],
      [1n, deployment.promised.guardian],
      [2n, deployment.promised.curator ?? at.timelock],
    ]);
  });
  afterAll(() => chain.stop());

  const unauthorized = errorSelector("AccessManagedUnauthorized(address)");

  describe("the AccessManager", () => {
    const read = <Result>(functionName: string, args: unknown[] = []) =>
      chain.client.readContract({
        address: at.accessManager,
        abi: accessManagerAbi as Abi,
        functionName,
        args,
      }) as Promise<Result>;

    it("has given each role to exactly one account, by its events and by asking about everybody", async () => {
      const events = await chain.client.getContractEvents({
        address: at.accessManager,
        abi: accessManagerAbi,
        fromBlock: 0n,
      });
      const held = new Map<bigint, Set<Address>>();
      for (const { eventName, args } of events) {
        if (eventName !== "RoleGranted" && eventName !== "RoleRevoked") continue;
        const { roleId, account } = args as { roleId: bigint; account: Address };
        const set = held.get(roleId) ?? new Set();
        held.set(roleId, set);
        if (eventName === "RoleGranted") set.add(account);
        else set.delete(account);
      }
      expect([...held.keys()].sort()).toEqual([0n, 1n, 2n]);
      for (const [role, set] of held) {
        expect([...set], `role ${role}`).toEqual([members.get(role)]);
        for (const account of everybody) {
          const [isMember, delay] = await read<[boolean, number]>("hasRole", [role, account]);
          expect(isMember, `role ${role} of ${account}`).toBe(account === members.get(role));
          expect(delay).toBe(0);
        }
      }
    });

    it("lets the Timelock alone give and take roles", async () => {
      for (const role of [0n, 1n, 2n]) {
        expect(await read("getRoleAdmin", [role])).toBe(0n);
        expect(await read("getRoleGuardian", [role])).toBe(0n);
        expect(await read("getRoleGrantDelay", [role])).toBe(0);
      }
    });

    it("names its roles", async () => {
      const labels = await chain.client.getContractEvents({
        address: at.accessManager,
        abi: accessManagerAbi,
        eventName: "RoleLabel",
        fromBlock: 0n,
      });
      expect(labels.map(({ args }) => [args.roleId, args.label])).toEqual([
        [1n, "GUARDIAN"],
        [2n, "CURATOR"],
      ]);
    });

    it("refuses each of its own functions to everybody but the Timelock", async () => {
      const functions = writing(accessManagerAbi).filter(({ name }) => !openOfManager.includes(name));
      expect(functions.map(({ name }) => name).sort()).toEqual([
        "grantRole",
        "labelRole",
        "revokeRole",
        "setGrantDelay",
        "setRoleAdmin",
        "setRoleGuardian",
        "setTargetAdminDelay",
        "setTargetClosed",
        "setTargetFunctionRole",
        "updateAuthority",
      ]);
      const unauthorizedAccount = errorSelector("AccessManagerUnauthorizedAccount(address,uint64)");
      for (const item of functions) {
        const args = item.inputs.map((input) =>
          input.name === "roleId" ? 2n : input.name === "target" ? at.parameters : emptyOf(input),
        );
        for (const from of everybody) {
          const data = await refusal(chain, { from, to: at.accessManager, item, args });
          expect(!data.startsWith(unauthorizedAccount), `${item.name} by ${from}`).toBe(from === at.timelock);
        }
      }
    });
  });

  describe.each(Object.keys(managed) as Managed[])("of %s", (key) => {
    const abi: Abi = managed[key];

    it("the restricted functions are those named here, by asking each and by the source", async () => {
      const found: string[] = [];
      for (const item of writing(abi)) {
        const data = await refusal(chain, { from: stranger, to: at[key], item });
        if (data.startsWith(unauthorized)) found.push(item.name);
      }
      const named = Object.keys(restricted[key]);
      // The AccessManager itself may move a contract to another; its ADMIN may tell it to.
      expect(found.sort()).toEqual([...named, "setAuthority"].sort());
      expect(restrictedInSource(key)).toEqual([...named].sort());
    });

    it("each is for the members of its role alone", async () => {
      for (const item of writing(abi).filter(({ name }) => name in restricted[key])) {
        const role = restricted[key][item.name] as bigint;
        const selector = toFunctionSelector(toFunctionSignature(item));
        expect(
          await chain.client.readContract({
            address: at.accessManager,
            abi: accessManagerAbi,
            functionName: "getTargetFunctionRole",
            args: [at[key], selector],
          }),
        ).toBe(role);
        for (const from of everybody) {
          const data = await refusal(chain, { from, to: at[key], item });
          const may = from === members.get(role);
          expect(!data.startsWith(unauthorized), `${key}.${item.name} by ${from}`).toBe(may);
        }
      }
    });

    it("the authority is the AccessManager, which holds it open", async () => {
      const authority = await chain.client.readContract({
        address: at[key],
        abi,
        functionName: "authority",
      });
      expect(authority).toBe(at.accessManager);
      const manager = { address: at.accessManager, abi: accessManagerAbi } as const;
      const args = [at[key]] as const;
      expect(await chain.client.readContract({ ...manager, functionName: "isTargetClosed", args })).toBe(
        false,
      );
      expect(await chain.client.readContract({ ...manager, functionName: "getTargetAdminDelay", args })).toBe(
        0,
      );
    });
  });

  describe("the Timelock", () => {
    const names = ["DEFAULT_ADMIN_ROLE", "PROPOSER_ROLE", "CANCELLER_ROLE", "EXECUTOR_ROLE"];

    it("is its own administrator; the Governor proposes and cancels; anybody carries out", async () => {
      const expected = new Map([
        [timelockRoleId("DEFAULT_ADMIN_ROLE"), at.timelock],
        [timelockRoleId("PROPOSER_ROLE"), at.governor],
        [timelockRoleId("CANCELLER_ROLE"), at.governor],
        [timelockRoleId("EXECUTOR_ROLE"), zeroAddress],
      ]);
      const events = await chain.client.getContractEvents({
        address: at.timelock,
        abi: timelockControllerAbi,
        fromBlock: 0n,
      });
      const granted = events.filter(({ eventName }) => eventName === "RoleGranted");
      const held = granted.map(({ args }) => Object.values(args).slice(0, 2));
      expect(held.sort()).toEqual([...expected].sort());
      expect(events.some(({ eventName }) => eventName === "RoleRevoked")).toBe(false);
      for (const [index, [role, holder]] of [...expected].entries())
        for (const account of [...everybody, zeroAddress]) {
          const isMember = await chain.client.readContract({
            address: at.timelock,
            abi: timelockControllerAbi,
            functionName: "hasRole",
            args: [role, account],
          });
          expect(isMember, `${names[index]} of ${account}`).toBe(account === holder);
        }
    });

    it("refuses each of its functions to everybody without the role", async () => {
      const open = ["renounceRole", "execute", "executeBatch", ...receivers];
      const refusals = [
        errorSelector("AccessControlUnauthorizedAccount(address,bytes32)"),
        errorSelector("TimelockUnauthorizedCaller(address)"),
      ];
      for (const item of writing(timelockControllerAbi).filter(({ name }) => !open.includes(name)))
        for (const from of everybody) {
          const data = await refusal(chain, { from, to: at.timelock, item });
          const may = ["schedule", "scheduleBatch", "cancel"].includes(item.name)
            ? from === at.governor
            : from === at.timelock;
          expect(refusals.includes(data.slice(0, 10) as Hex), `${item.name} by ${from}`).toBe(!may);
        }
    });
  });

  it("the Governor obeys the Timelock alone", async () => {
    const governed = [
      "relay",
      "setLateQuorumVoteExtension",
      "setProposalThreshold",
      "setVotingDelay",
      "setVotingPeriod",
      "updateQuorumNumerator",
      "updateTimelock",
    ];
    const only = errorSelector("GovernorOnlyExecutor(address)");
    const found: string[] = [];
    for (const item of writing(openGovernorAbi)) {
      const data = await refusal(chain, { from: stranger, to: at.governor, item });
      if (!data.startsWith(only)) continue;
      found.push(item.name);
      for (const from of everybody.filter((each) => each !== at.timelock))
        expect(await refusal(chain, { from, to: at.governor, item })).toMatch(new RegExp(`^${only}`));
    }
    expect(found.sort()).toEqual(governed);
  });
});

/** The functions with the modifier `restricted` in a contract's source and in its folder of parts. */
function restrictedInSource(key: Managed): string[] {
  const contracts = new URL("../../contracts/", import.meta.url);
  const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}.sol`;
  const folder = new URL(`${key}/`, contracts);
  const parts = readdirSync(contracts, { withFileTypes: true }).some(
    (entry) => entry.isDirectory() && entry.name === key,
  )
    ? readdirSync(folder).map((file) => new URL(file, folder))
    : [];
  const sources = [new URL(name, contracts), ...parts].map((url) => readFileSync(url, "utf8"));
  return sources
    .flatMap((source) => [...source.matchAll(/function (\w+)\([^)]*\)[^{;]*\brestricted\b/g)])
    .map(([, found]) => found as string)
    .sort();
}
