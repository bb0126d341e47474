import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { readJob, readJobCount } from "@openledger/sdk/client/readJob";
import { packWord } from "@openledger/sdk/grades";
import { zeroHash } from "viem";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { killedWhen, type Outcome, refusalOf, runJsonCommand } from "../testing/commandLine.ts";
import { type Daemon, startDaemon } from "../testing/daemon.ts";
import { furnish, owner, TEXT, trainer, validators } from "../testing/furnishing.ts";
import { keyOf, person, TestProtocol } from "../testing/protocol.ts";
import { sha256, story } from "../testing/testFiles.ts";
import { startTrainerServer, urlOf } from "../testing/trainerServer.ts";
import { ExitCode } from "./exitCodes.ts";

const PICTURES = 3;
const baseDigest = sha256(Buffer.from("base"));
// A submission is judged first, on a machine that others use too.
vi.setConfig({ testTimeout: 300_000 });

let protocol: TestProtocol;
let gateway: Daemon;
let trainerServer: Server;
let directory: string;

beforeAll(async () => {
  protocol = await TestProtocol.start();
  directory = mkdtempSync(join(tmpdir(), "openledger-jobs-"));
  await furnish(protocol);
  const { addresses } = protocol;
  await protocol.write(owner, addresses.datanets, datanetsAbi, "create", [1, 1n, 1n, "", "", ""]);
  const base = [baseDigest, "gpt2", "Tiny", "MIT"];
  await protocol.write(person(0), addresses.models, modelsAbi, "addBase", base);
  trainerServer = await startTrainerServer(trainer.address, 1);
  gateway = await startDaemon("gateway", {
    RPC_URL: protocol.url,
    DATA_DIR: join(directory, "gateway"),
    PRIVATE_KEY: keyOf(1),
    TRAINER_URLS: urlOf(trainerServer),
  });
}, 240_000);

afterAll(async () => {
  trainerServer?.close();
  await gateway?.kill();
  await protocol?.stop();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

function environment(account: number): Record<string, string> {
  return {
    RPC_URL: protocol.url,
    GATEWAY_URL: gateway.url,
    PRIVATE_KEY: keyOf(account),
    OPENLEDGER_DATA_DIR: join(directory, "home"),
  };
}

const openledger = (account: number, args: string[]): Promise<Outcome> =>
  runJsonCommand(args, { env: environment(account), cwd: directory });

/** Has a file accepted, so that the Datanet has a version. */
async function acceptOneFile(): Promise<void> {
  const { name, bytes } = story(970);
  writeFileSync(join(directory, name), bytes);
  const sent = await openledger(2, ["contribute", name, "--datanet", String(TEXT), "--yes"]);
  expect(sent, sent.err).toMatchObject({ code: 0 });
  const { json } = await openledger(2, ["status", sent.json.root]);
  await protocol.judge(json.docket, packWord([2]), () => 8, validators);
  const judged = await openledger(2, ["status", sent.json.root]);
  await protocol.passUntil(judged.json.standing.appealEnds);
  await expect
    .poll(async () => (await openledger(2, ["status", sent.json.root])).json.state)
    .toBe("finalized");
}

test("a job is shown before it costs anything, and what cannot be trained on is refused", async () => {
  const post = (...args: string[]) => openledger(21, ["job", "post", "--base", "Tiny", "--dry-run", ...args]);
  expect(refusalOf(await post("--datanet", String(TEXT)))).toMatchObject({ code: "no-data" });
  await acceptOneFile();

  const shown = await post("--datanet", String(TEXT), "--training-steps", "30", "--lora-use-dora", "true");
  expect(shown, shown.err).toMatchObject({
    code: 0,
    json: {
      spec: {
        base: { name: "Tiny", family: "gpt2", baseDigest },
        datasets: [{ datanet: TEXT, versionCount: 1 }],
        lora: { useDora: true },
        training: { steps: 30, epochs: 0 },
        parentRelease: null,
      },
      effectiveBatch: 4,
      mostTokens: 30 * 4 * 128,
    },
  });

  // The whole spec is a file that gives the same spec again; single options stand above it.
  writeFileSync(join(directory, "spec.json"), JSON.stringify(shown.json.spec));
  const again = await openledger(21, ["job", "post", "spec.json", "--dry-run"]);
  expect(again, again.err).toMatchObject({ code: 0, json: { specDigest: shown.json.specDigest } });
  const other = await openledger(21, ["job", "post", "spec.json", "--dry-run", "--training-epochs", "2"]);
  expect(other.json.spec.training).toMatchObject({ steps: 0, epochs: 2 });

  const pictures = { datasets: [{ datanet: PICTURES, versionCount: 1, versionHead: zeroHash }] };
  writeFileSync(join(directory, "pictures.json"), JSON.stringify(pictures));
  expect(refusalOf(await post("pictures.json"))).toMatchObject({
    code: "other-trainers",
    sentence: expect.stringMatching(/^Images and audio are for other trainers: /),
  });
  writeFileSync(join(directory, "unknown.json"), JSON.stringify({ lora: { ranks: 3 } }));
  expect(refusalOf(await post("unknown.json")).sentence).toContain("lora.ranks");
  const base = await openledger(21, ["job", "post", "--base", "Huge", "--datanet", "1", "--dry-run"]);
  expect(refusalOf(base)).toMatchObject({ code: "unknown-base", next: expect.stringContaining("Tiny") });
  expect(refusalOf(await post("--datanet", "1", "--refine", "7"))).toMatchObject({ code: "unknown-release" });
  const faulty = await post("--datanet", "1", "--lora-rank", "0");
  expect([faulty.code, refusalOf(faulty).sentence]).toEqual([
    ExitCode.USAGE,
    expect.stringContaining("Rank must lie between 1 and 256"),
  ]);
});

test("a killed posting goes on with the same job; it is listed, shown, and watched to its end", async () => {
  const { addresses, client } = protocol;
  const args = ["job", "post", "spec.json", "--price", "20", "--hours", "1", "--yes"];
  await killedWhen(args, /Post the job …/, { env: environment(21), cwd: directory });
  const posted = await openledger(21, args);
  expect(posted, posted.err).toMatchObject({ code: 0, json: { job: 1 } });
  expect(await readJobCount(client, { addresses })).toBe(1);
  const served = await fetch(`${gateway.url}/ipfs/${posted.json.cid}`);
  expect(await served.json()).toEqual(posted.json.spec);
  expect((await openledger(3, ["job", "list", "--open"])).json.jobs).toMatchObject([
    { job: 1, status: "OPEN" },
  ]);

  await protocol.write(trainer, addresses.training, trainingAbi, "claim", [1]);
  const shown = await openledger(3, ["job", "show", "1"]);
  expect(shown.json).toMatchObject({
    status: "LEASED",
    spec: posted.json.spec,
    runs: [{ trainer: trainer.address, attempt: 2, state: "claimed" }],
  });

  const heard: string[] = [];
  const watched = runJsonCommand(["job", "watch", "1"], {
    env: environment(3),
    cwd: directory,
    err: (line) => heard.push(line),
    passing: (line) => heard.push(line),
  });
  await expect.poll(() => heard.join(" ")).toMatch(/LEASED.*step 1 of.*step 2 of/);
  const { leaseEnds, deadline } = await readJob(client, { addresses, job: 1 });
  await protocol.passUntil(leaseEnds);
  await protocol.write(person(5), addresses.training, trainingAbi, "expire", [1]);
  await protocol.passUntil(deadline);
  await protocol.write(owner, addresses.training, trainingAbi, "cancel", [1]);
  expect(await watched).toMatchObject({
    code: ExitCode.REFUSED,
    json: { job: 1, status: "CANCELLED", release: null, lastStep: { step: 2 } },
  });
});
