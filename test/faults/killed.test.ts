/**
 * `kill -9` at the worst moments, on the real stack: every process comes back, finishes what it began, and nothing is
 * done twice.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { courtAbi } from "@openledger/sdk/abi/court";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { addressesOf } from "@openledger/sdk/addresses";
import { prepareAppeal } from "@openledger/sdk/client/appeal";
import { isAppeal } from "@openledger/sdk/docketId";
import type { Address, Hex } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoFile, wordProblems } from "../../scripts/demo/files.ts";
import { contribute, GatewayClient } from "../../scripts/demo/gateway.ts";
import { leaderboard } from "../../scripts/demo/money.ts";
import { ask, until } from "../../scripts/demo/questions.ts";
import { followJob, postJob } from "../../scripts/demo/training.ts";
import { followSubmissions } from "../../scripts/demo/verdicts.ts";
import { prepareWorld } from "../../scripts/demo/world.ts";
import { appellants, contributors, nameOf, type Person, validators } from "../../scripts/stack/accounts.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { sendAll } from "../../scripts/stack/transactions.ts";

const directory = mkdtempSync(join(tmpdir(), "openledger-faults-"));
const told: string[] = [];
const tell = (line: string) => void told.push(line);
let stack: Stack;
let gateway: GatewayClient;
let addresses: ReturnType<typeof addressesOf>;
let chain: { chainId: number; datanets: Address };

beforeAll(async () => {
  stack = await startStack({ directory, log: tell });
  await Promise.all([
    stack.startServices(),
    prepareWorld(stack.client, tell).then(() =>
      Promise.all([stack.startValidators(), stack.startTrainers()]),
    ),
  ]);
  gateway = new GatewayClient(stack.urls.gateway);
  const chainId = await stack.client.getChainId();
  addresses = addressesOf(chainId);
  chain = { chainId, datanets: addresses.datanets };
});

afterAll(async () => {
  await stack?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function send(person: Person, files: DemoFile[]): Promise<Hex> {
  const { root, refused } = await contribute(gateway, chain, person, 1, files);
  expect(refused).toEqual([]);
  if (!root) throw new Error("Nothing was submitted.");
  return root;
}

async function docketOf(root: Hex): Promise<number> {
  return until("The submission on the chain", 120, async () => {
    const state = await stack.client.readContract({
      address: addresses.datanets,
      abi: datanetsAbi,
      functionName: "submissionOf",
      args: [root],
    });
    return state.files > 0 ? state.docket : undefined;
  });
}

async function eventsOf(
  eventName: "Committed" | "Revealed" | "Settled",
  docket: number,
): Promise<{ voter?: Address }[]> {
  const logs = await stack.client.getContractEvents({
    address: addresses.court,
    abi: courtAbi,
    eventName,
    args: { docket },
    fromBlock: BigInt(addresses.deploymentBlock),
  });
  return logs.map(({ args }) => args as { voter?: Address });
}

describe("kill -9", () => {
  test("of a validator between commit and reveal: its vote is still revealed, once", async () => {
    const ada = contributors[0] as Person;
    const root = await send(ada, wordProblems(1, 3));
    const docket = await docketOf(root);
    const committed = await until(
      "A commitment",
      60,
      async () => (await eventsOf("Committed", docket))[0]?.voter,
    );
    const victim = validators.find(({ account }) => account.address === committed);
    if (!victim) throw new Error("The voter is none of the validators.");
    stack.processes.crash(victim.name);

    const [judged] = await followSubmissions(stack.urls.indexer, new Map([[root, ["a", "b", "c"]]]), tell);
    expect(judged?.files.map(({ grade }) => grade > 0)).toEqual([true, true, true]);
    const reveals = (await eventsOf("Revealed", docket)).filter(
      ({ voter }) => voter === victim.account.address,
    );
    expect(reveals).toHaveLength(1);
    expect(await eventsOf("Settled", docket)).toHaveLength(1);
    expect(told.some((line) => line.startsWith(`${victim.name} ended (SIGKILL)`))).toBe(true);
  });

  test("of a validator between commit and reveal of an appeal: the larger committee's verdict loses no vote", async () => {
    const [chloe] = appellants as [Person];
    const appellant = chloe.account.address;
    const root = await send(chloe, wordProblems(23, 24));
    await docketOf(root);
    // Anybody may appeal an acceptance too, and so its owner.
    await until("The verdict", 120, async () =>
      (await gateway.status(root)).state === "settled" ? true : undefined,
    );
    const { calls, committeeSize } = await prepareAppeal(stack.client, { addresses, root, appellant });
    expect(committeeSize).toBe(11);
    await sendAll(
      stack.client,
      chloe.account,
      calls.map(({ address, ...call }) => ({ to: address, ...call })),
    );
    const appeal = (await gateway.status(root)).appeal?.docket as number;
    expect(isAppeal(appeal)).toBe(true);
    const committed = await until(
      "A commitment in the appeal",
      60,
      async () => (await eventsOf("Committed", appeal))[0]?.voter,
    );
    const victim = validators.find(({ account }) => account.address === committed);
    if (!victim) throw new Error("The voter is none of the validators.");
    stack.processes.crash(victim.name);

    await until("The verdict on the appeal", 120, async () => (await eventsOf("Settled", appeal))[0]);
    const reveals = (await eventsOf("Revealed", appeal)).map(({ voter }) => voter);
    // All seven validators have a seat, and an appeal draws every one of them.
    expect(new Set(reveals)).toEqual(new Set(validators.map(({ account }) => account.address)));
    expect(reveals).toHaveLength(validators.length);
    const done = await until("The credit", 120, async () => {
      const status = await gateway.status(root);
      return status.state === "finalized" ? status : undefined;
    });
    expect(done.files.map(({ grade }) => (grade ?? 0) > 0)).toEqual([true, true]);
    expect(await eventsOf("Settled", appeal)).toHaveLength(1);
  });

  test("of the gateway between mined and published: the files are published and paid, once", async () => {
    const ben = contributors[1] as Person;
    let killedInTime = false;
    for (let attempt = 0; attempt < 5 && !killedInTime; attempt++) {
      const root = await send(ben, wordProblems(4 + attempt, 4 + attempt));
      const { manifestDigest } = await until("The submission being mined", 120, async () => {
        const logs = await stack.client.getContractEvents({
          address: addresses.datanets,
          abi: datanetsAbi,
          eventName: "Submitted",
          args: { root },
          fromBlock: "latest",
        });
        return logs[0]?.args as { manifestDigest: Hex } | undefined;
      });
      expect(manifestDigest).toMatch(/^0x/);
      const before = await gateway.status(root);
      stack.processes.crash("gateway");
      killedInTime = ["received", "signed", "sent"].includes(before.state);
      await sleep(1000);
      await stack.processes.waitReady("gateway");
      const [judged] = await followSubmissions(stack.urls.indexer, new Map([[root, ["problems"]]]), tell);
      expect(judged?.files.map(({ grade }) => grade > 0)).toEqual([true]);
      const submitted = await stack.client.getContractEvents({
        address: addresses.datanets,
        abi: datanetsAbi,
        eventName: "Submitted",
        args: { root },
        fromBlock: BigInt(addresses.deploymentBlock),
      });
      expect(submitted).toHaveLength(1);
      await until("The gateway knowing that it is paid", 120, async () =>
        (await gateway.status(root)).state === "finalized" ? true : undefined,
      );
    }
    expect(killedInTime).toBe(true);
  });

  test("of the trainer in mid-training: it resumes from its checkpoint, is checked and paid once", async () => {
    const chloe = contributors[2] as Person;
    const root = await send(chloe, wordProblems(10, 20));
    await followSubmissions(stack.urls.indexer, new Map([[root, []]]), tell);
    const posted = await postJob(stack.client, stack.urls, 1, tell);
    const followed = followJob(stack.urls, posted.id, tell);
    const trainer = await until("A step past a checkpoint", 120, async () => {
      const { job } = await ask<{ job: { trainer: Hex | null; step: string | null } | null }>(
        stack.urls.indexer,
        "query ($id: Int!) { job(id: $id) { trainer step } }",
        { id: posted.id },
      );
      const stepped = told.some((line) => /step (1[5-9]|[2-5]\d) of/.test(line));
      return job?.trainer && stepped ? job.trainer : undefined;
    });
    stack.processes.crash(nameOf(trainer));
    const finished = await followed;
    expect(finished.settled).toBe(true);
    expect(finished.lossAfter).toBeLessThan(finished.lossBefore);
    expect(finished.checkedBy.length).toBeGreaterThanOrEqual(3);
    for (const eventName of ["JobClaimed", "Attested", "JobAccepted"] as const) {
      const events = await stack.client.getContractEvents({
        address: addresses.training,
        abi: trainingAbi,
        eventName,
        args: { job: posted.id },
        fromBlock: BigInt(addresses.deploymentBlock),
      });
      expect(events, eventName).toHaveLength(1);
    }
  });

  test("of the index: it catches up and agrees with the contracts", async () => {
    const dmitri = contributors[3] as Person;
    const root = await send(dmitri, wordProblems(21, 22));
    await docketOf(root);
    stack.processes.crash("indexer");
    await sleep(1000);
    await stack.processes.waitReady("indexer");
    const [judged] = await followSubmissions(stack.urls.indexer, new Map([[root, ["a", "b"]]]), tell);
    expect(judged?.files).toHaveLength(2);
    // Throws when a score of the index differs from the contract's.
    const standings = await leaderboard(stack.client, stack.urls.indexer);
    expect(standings.length).toBeGreaterThanOrEqual(4);
    const { submissions } = await ask<{ submissions: { totalCount: number } }>(
      stack.urls.indexer,
      "{ submissions { totalCount } }",
    );
    const onChain = await stack.client.getContractEvents({
      address: addresses.datanets,
      abi: datanetsAbi,
      eventName: "Submitted",
      fromBlock: BigInt(addresses.deploymentBlock),
    });
    expect(submissions.totalCount).toBe(onChain.length);
  });
});
