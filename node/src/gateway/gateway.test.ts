import { mkdtemp, readdir, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { modelsAbi } from "@openledger/sdk/abi/models";
import { trainingAbi } from "@openledger/sdk/abi/training";
import { cidOfDigest } from "@openledger/sdk/cid";
import { readDatanetCount } from "@openledger/sdk/client/readDatanet";
import { readScore } from "@openledger/sdk/client/readScore";
import { defaultJobSpec } from "@openledger/sdk/jobSpec";
import { MAX_FILE_BYTES, manifestBytes, manifestCid } from "@openledger/sdk/manifest";
import { rootOfSubmission, submissionOf } from "@openledger/sdk/submission";
import { artifactTypedData } from "@openledger/sdk/typedData";
import { type Address, type Hex, parseEther } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Daemon, startDaemon } from "../testing/daemon.ts";
import { CLOSED, furnish, owner, TEXT, trainer, validators } from "../testing/furnishing.ts";
import { GatewayClient, sign, type TestFile } from "../testing/gatewayClient.ts";
import { KuboStub } from "../testing/kuboStub.ts";
import { keyOf, person, TestProtocol } from "../testing/protocol.ts";
import { beginUpload, finishUpload } from "../testing/resumableUpload.ts";
import { sha256, story, text } from "../testing/testFiles.ts";
import { startTrainerServer, urlOf } from "../testing/trainerServer.ts";
import type { UploadedFile } from "./uploads.ts";

const CHAIN_ID = 31337;
const [ada, ben, chloe, dmitri] = [person(2), person(3), person(4), person(5)];

let protocol: TestProtocol;
let directory: string;
let daemon: Daemon;
let gateway: GatewayClient;
let trainerServers: Server[] = [];

beforeAll(async () => {
  protocol = await TestProtocol.start();
  directory = await mkdtemp(join(tmpdir(), "openledger-gateway-"));
  await furnish(protocol);
  trainerServers = [
    await startTrainerServer(person(18).address, 900),
    await startTrainerServer(trainer.address, 1),
  ];
  daemon = await startDaemon("gateway", {
    ...environment(join(directory, "main")),
    TRAINER_URLS: ["http://127.0.0.1:1", ...trainerServers.map(urlOf)].join(","),
  });
  gateway = new GatewayClient(daemon.url);
}, 240_000);

afterAll(async () => {
  for (const server of trainerServers) server.close();
  await daemon?.kill();
  await protocol?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

function environment(dataDir: string): Record<string, string> {
  return { RPC_URL: protocol.url, DATA_DIR: dataDir, PRIVATE_KEY: keyOf(1) };
}

async function submit(account: typeof ada, files: TestFile[], to = gateway): Promise<Hex> {
  const { manifest, submission } = await to.prepare(account.address, TEXT, files);
  const signature = await sign(account, CHAIN_ID, protocol.addresses.datanets, submission);
  const { status, body } = await to.submit(manifest, submission, signature);
  expect(body).toMatchObject({ root: rootOfSubmission(submission) });
  expect(status).toBe(202);
  return body.root;
}

const notFound = { code: "unknown-content" };

describe("an upload", () => {
  it("tells each file's fault by itself, and takes the good ones", async () => {
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const files = [
      text("good.md", "# A walk\n\nWe walked along the river until the rain came.\n"),
      { name: "picture.png", bytes: new Uint8Array(png) },
      { name: "renamed.pdf", bytes: new Uint8Array(png) },
      { name: "empty.txt", bytes: new Uint8Array() },
      { name: "large.txt", bytes: new Uint8Array(MAX_FILE_BYTES + 1).fill(97) },
      text("größe.txt", "Ein Name mit Umlauten bleibt, wie er ist, und der Text auch.\n"),
    ];
    // While its judging processes start, the gateway takes files without saying what they are.
    const isTold = ({ examined, reason }: UploadedFile) => examined || reason?.key === "too-large";
    await expect
      .poll(async () => (await gateway.upload(ben.address, TEXT, files)).body.files.every(isTold))
      .toBe(true);
    const { status, body } = await gateway.upload(ben.address, TEXT, files);
    expect(status).toBe(200);
    expect(body.files.map(({ name, ok, reason }) => [name, ok, reason?.key])).toEqual([
      ["good.md", true, undefined],
      ["picture.png", false, "wrong-type"],
      ["renamed.pdf", false, "disguised"],
      ["empty.txt", false, "empty"],
      ["large.txt", false, "too-large"],
      ["größe.txt", true, undefined],
    ]);
    for (const { reason } of body.files.filter((file) => !file.ok)) {
      expect(reason?.sentence).toMatch(/\.$/);
      expect(reason?.next).toMatch(/\.$/);
    }
    const good = text("good.md", "# A walk\n\nWe walked along the river until the rain came.\n");
    expect(body.files[0]).toMatchObject({
      mediaType: "text/markdown",
      sha256: sha256(good.bytes),
      cid: cidOfDigest(sha256(good.bytes)),
    });
  }, 120_000);

  it("refuses a 21st file, a Datanet that does not exist or is closed, and what is no form", async () => {
    const many = Array.from({ length: 21 }, (_, index) => story(1000 + index));
    expect(await gateway.upload(ben.address, TEXT, many)).toMatchObject({
      status: 413,
      body: { code: "too-many-files" },
    });
    expect(await gateway.upload(ben.address, 99, [story(1)])).toMatchObject({
      status: 404,
      body: { code: "UnknownDatanet" },
    });
    expect(await gateway.upload(ben.address, CLOSED, [story(1)])).toMatchObject({
      status: 409,
      body: { code: "DatanetClosed" },
    });
    expect(await gateway.upload(ben.address, TEXT, [])).toMatchObject({
      status: 400,
      body: { code: "no-files" },
    });
    expect(await gateway.upload("0x12" as Address, TEXT, [story(1)])).toMatchObject({
      status: 400,
      body: { code: "bad-request" },
    });
    const json = await fetch(`${daemon.url}/v1/uploads?datanet=1&contributor=${ben.address}`, {
      method: "POST",
      body: "{}",
    });
    expect(json.status).toBe(415);
  });

  it("is private and uses up nothing", async () => {
    const { body } = await gateway.upload(ben.address, TEXT, [story(1)]);
    const response = await fetch(`${daemon.url}/ipfs/${body.files[0]?.cid}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject(notFound);
    const quota = await (await fetch(`${daemon.url}/v1/quota/${ben.address}`)).json();
    expect(quota).toMatchObject({ filesLeft: 20, bytesLeft: MAX_FILE_BYTES });
  });
});

describe("a dry run", () => {
  it("names the duplicate within the list, and asks for what is missing", async () => {
    const { body } = await gateway.upload(ben.address, TEXT, [story(2)]);
    const { sha256: digest } = body.files[0] as { sha256: Hex };
    const twice = [
      { name: "story-2.txt", sha256: digest },
      { name: "again.txt", sha256: digest },
    ];
    const { body: run } = await gateway.dryRun(ben.address, TEXT, twice);
    expect(run).toMatchObject({
      ok: false,
      files: [{ ok: true }, { ok: false, reason: { key: "exact-duplicate" } }],
    });
    expect(run.manifest).toBeUndefined();
    // A stranger cannot submit what another address uploaded.
    expect(await gateway.dryRun(ada.address, TEXT, twice)).toMatchObject({
      status: 409,
      body: { code: "not-uploaded" },
    });
  });

  it("says which files are beyond today's quota of bytes", async () => {
    const half = Math.floor(MAX_FILE_BYTES / 2) + 1;
    const words = "The tide comes in and goes out again, and nobody on the shore counts the hours. ";
    const long = (mark: string) =>
      text(`${mark}.txt`, `${mark} ${words.repeat(Math.ceil(half / words.length))}`.slice(0, half));
    const { body } = await gateway.upload(dmitri.address, TEXT, [long("first"), long("second")]);
    const named = body.files.map((file) => ({ name: file.name, sha256: file.sha256 as Hex }));
    const { body: run } = await gateway.dryRun(dmitri.address, TEXT, named);
    expect(run.files).toMatchObject([{ ok: true }, { ok: false, reason: { key: "quota-bytes" } }]);
  }, 120_000);
});

describe("a submission", () => {
  it("is refused for a wrong signature, another chain, changed fields, or an expired deadline", async () => {
    const { manifest, submission } = await gateway.prepare(ben.address, TEXT, [story(3)]);
    const { datanets } = protocol.addresses;
    const wrong = await sign(ada, CHAIN_ID, datanets, submission);
    expect(await gateway.submit(manifest, submission, wrong)).toMatchObject({
      status: 401,
      body: { code: "bad-signature" },
    });
    const otherChain = await sign(ben, 1, datanets, submission);
    expect(await gateway.submit(manifest, submission, otherChain)).toMatchObject({
      status: 401,
      body: { code: "bad-signature" },
    });
    const right = await sign(ben, CHAIN_ID, datanets, submission);
    expect(await gateway.submit({ ...manifest, chainId: 1 }, submission, right)).toMatchObject({
      status: 400,
      body: { code: "other-chain" },
    });
    const larger = { ...submission, sizeBytes: submission.sizeBytes + 1 };
    expect(await gateway.submit(manifest, larger, right)).toMatchObject({
      status: 400,
      body: { code: "prepared-mismatch" },
    });
    const lying = {
      ...manifest,
      files: manifest.files.map((file) => ({ ...file, sizeBytes: file.sizeBytes - 1 })),
    };
    const lie = submissionOf(lying, submission.deadline);
    const signedLie = await sign(ben, CHAIN_ID, datanets, lie);
    expect(await gateway.submit(lying, lie, signedLie)).toMatchObject({
      status: 422,
      body: { code: "declared-size" },
    });
    const late = submissionOf(manifest, 1_000_000);
    const signedLate = await sign(ben, CHAIN_ID, datanets, late);
    expect(await gateway.submit(manifest, late, signedLate)).toMatchObject({
      status: 409,
      body: { code: "SignatureExpired" },
    });
    expect((await gateway.progress(rootOfSubmission(submission))).status).toBe(404);
  });

  it("is relayed, published once mined, judged, explained, and finalized without its contributor's doing", async () => {
    const files = [
      story(10),
      text("noise.txt", "Plain words that the validators reject in this test, for a reason.\n"),
    ];
    const root = await submit(ada, files);
    const mined = await gateway.reach(root, "judging");
    expect(mined).toMatchObject({ docket: expect.any(Number), transaction: expect.stringMatching(/^0x/) });

    const [first, second] = mined.files;
    const response = await fetch(`${daemon.url}/ipfs/${first?.cid}`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(files[0]?.bytes ?? []));
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("cache-control")).toContain("immutable");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-security-policy")).toContain("sandbox");
    const block = await fetch(`${daemon.url}/ipfs/${second?.cid}?format=raw`);
    expect(block.headers.get("content-type")).toBe("application/vnd.ipld.raw");
    expect(sha256(Buffer.from(await block.arrayBuffer()))).toBe(second?.sha256);
    expect(await readdir(join(directory, "main/staging/files"))).not.toContain(first?.sha256.slice(2));

    // Somebody else brings one of the files while it is being judged.
    const { body: copied } = await gateway.upload(chloe.address, TEXT, [story(10)]);
    const { body: run } = await gateway.dryRun(chloe.address, TEXT, [
      { name: "story-10.txt", sha256: copied.files[0]?.sha256 as Hex },
    ]);
    expect(run.files).toMatchObject([
      { ok: false, reason: { key: "exact-duplicate" }, duplicate: { root, index: 0, datanet: TEXT } },
    ]);

    await protocol.judge(mined.docket ?? 0, 2n, () => 7, validators);
    const settled = await gateway.reach(root, "settled");
    expect(settled.files).toMatchObject([{ grade: 2 }, { grade: 0, reason: { key: "not-language" } }]);
    await protocol.passUntil(settled.appealEnds ?? 0);
    const done = await gateway.reach(root, "finalized");
    expect(done.files).toMatchObject([{ grade: 2 }, { grade: 0, reason: { key: "not-language" } }]);
    expect(done.files[0]?.reason).toBeUndefined();
    const score = await readScore(protocol.client, {
      addresses: protocol.addresses,
      datanet: TEXT,
      contributor: ada.address,
    });
    expect(score).toMatchObject({ judged: 2, accepted: 1, points: 2 });
    const events = await protocol.client.getContractEvents({
      address: protocol.addresses.datanets,
      abi: datanetsAbi,
      eventName: "Finalized",
      fromBlock: 0n,
    });
    expect(events.filter(({ args }) => args.root === root)).toHaveLength(1);

    // The rejected file may be brought again, the accepted one may not.
    const again = await gateway.upload(chloe.address, TEXT, files);
    const named = again.body.files.map((file) => ({ name: file.name, sha256: file.sha256 as Hex }));
    await expect
      .poll(async () => (await gateway.dryRun(chloe.address, TEXT, named)).body.files)
      .toMatchObject([{ ok: false }, { ok: true }]);
  });

  it("is the same submission however often it is handed in, and never goes beyond the quota", async () => {
    const files = Array.from({ length: 20 }, (_, index) => story(100 + index));
    const { manifest, submission } = await gateway.prepare(ben.address, TEXT, files);
    const signature = await sign(ben, CHAIN_ID, protocol.addresses.datanets, submission);
    const more = await gateway.prepare(ben.address, TEXT, [story(200)]);
    const moreSignature = await sign(ben, CHAIN_ID, protocol.addresses.datanets, more.submission);
    const [first, second, third] = await Promise.all([
      gateway.submit(manifest, submission, signature),
      gateway.submit(manifest, submission, signature),
      gateway.submit(more.manifest, more.submission, moreSignature),
    ]);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(third).toMatchObject({ status: 429, body: { code: "quota-files" } });
    await gateway.reach(rootOfSubmission(submission), "judging");
    const { body } = await gateway.dryRun(ben.address, TEXT, [
      { name: "story-200.txt", sha256: more.manifest.files[0]?.sha256 as Hex },
    ]);
    expect(body).toMatchObject({
      ok: false,
      files: [{ reason: { key: "quota-files" } }],
      quota: { filesLeft: 0 },
    });
    const events = await protocol.client.getContractEvents({
      address: protocol.addresses.datanets,
      abi: datanetsAbi,
      eventName: "Submitted",
      fromBlock: 0n,
    });
    expect(events.filter(({ args }) => args.contributor === ben.address)).toHaveLength(1);
  });

  it("that its contributor sent to the chain is published all the same", async () => {
    const { manifest, submission } = await gateway.prepare(chloe.address, TEXT, [story(300)]);
    await protocol.write(chloe, protocol.addresses.datanets, datanetsAbi, "submit", [submission, "0x"]);
    const signature = await sign(chloe, CHAIN_ID, protocol.addresses.datanets, submission);
    expect((await gateway.submit(manifest, submission, signature)).status).toBe(202);
    await gateway.reach(rootOfSubmission(submission), "judging");
    const response = await fetch(`${daemon.url}/ipfs/${manifestCid(manifest)}`);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(manifestBytes(manifest)));
  });

  it("of a contract that is an account is taken with the contract's word for the signature", async () => {
    const wallet: Address = "0x00000000000000000000000000000000000a1271";
    // Answers every isValidSignature with 0x1626ba7e.
    await protocol.client.setCode({ address: wallet, bytecode: "0x631626ba7e60e01b5f5260205ff3" });
    const { manifest, submission } = await gateway.prepare(wallet, TEXT, [story(400)]);
    const { status, body } = await gateway.submit(manifest, submission, `0x${"11".repeat(70)}`);
    expect({ status, body }).toMatchObject({ status: 202 });
    await gateway.reach(rootOfSubmission(submission), "judging");
  });
});

describe("a gateway killed between mined and published", () => {
  it("publishes after its restart, and sends nothing twice", async () => {
    const kubo = await KuboStub.start();
    const settings = {
      ...environment(join(directory, "killed")),
      PRIVATE_KEY: keyOf(9),
      IPFS_API_URL: kubo.url,
    };
    const first = await startDaemon("gateway", settings);
    const half = await beginUpload(first.url, dmitri.address, TEXT, story(510));
    kubo.before = async ({ path }) => {
      if (path !== "/api/v0/add") return;
      kubo.before = () => undefined;
      await first.kill();
    };
    const root = await submit(dmitri, [story(500), story(501)], new GatewayClient(first.url));
    await first.ended;
    const second = await startDaemon("gateway", settings);
    const client = new GatewayClient(second.url);
    expect(await finishUpload(second.url, half)).toMatchObject({
      ok: true,
      sha256: sha256(story(510).bytes),
    });
    const { files } = await client.reach(root, "judging");
    for (const { cid, sha256: digest } of files) {
      const response = await fetch(`${second.url}/ipfs/${cid}`);
      expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(digest);
    }
    expect(await protocol.client.getTransactionCount({ address: person(9).address })).toBe(1);
    expect(await second.stop()).toMatchObject({ code: 0 });
    await kubo.stop();
  }, 120_000);
});

describe("trainers", () => {
  async function putArtifact(account: typeof trainer, bytes: Buffer, claimed = bytes, seconds = 600) {
    const { timestamp } = await protocol.client.getBlock();
    const artifact = {
      sha256: sha256(claimed),
      sizeBytes: BigInt(bytes.length),
      expires: Number(timestamp) + seconds,
    };
    const signature = await account.signTypedData(
      artifactTypedData({ chainId: CHAIN_ID, training: protocol.addresses.training, artifact }),
    );
    const response = await fetch(`${daemon.url}/v1/artifacts`, {
      method: "POST",
      headers: {
        "content-type": "application/octet-stream",
        "x-openledger-sha256": artifact.sha256,
        "x-openledger-signer": account.address,
        "x-openledger-expires": String(artifact.expires),
        "x-openledger-signature": signature,
      },
      body: new Uint8Array(bytes),
    });
    return { status: response.status, body: (await response.json()) as { cid?: string; code?: string } };
  }

  it("publish artifacts with a COMPUTE seat, and only the bytes that they signed", async () => {
    const bytes = Buffer.alloc(1_500_000, "adapter");
    const put = await putArtifact(trainer, bytes);
    expect(put).toMatchObject({
      status: 200,
      body: { cid: expect.stringMatching(/^bafy/), sha256: sha256(bytes) },
    });
    const response = await fetch(`${daemon.url}/ipfs/${put.body.cid}`);
    expect(response.headers.get("content-disposition")).toBe("attachment");
    expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(bytes));
    expect(await putArtifact(ada, bytes)).toMatchObject({ status: 403, body: { code: "no-compute-seat" } });
    expect(await putArtifact(trainer, bytes, Buffer.from("other"))).toMatchObject({
      status: 422,
      body: { code: "bytes-differ" },
    });
    expect(await putArtifact(trainer, bytes, bytes, -1)).toMatchObject({
      status: 409,
      body: { code: "artifact-expired" },
    });
  });

  it("tell their progress through the gateway, the one who holds the job before earlier ones", async () => {
    const { addresses, client } = protocol;
    const baseDigest = sha256(Buffer.from("base"));
    await protocol.write(person(0), addresses.models, modelsAbi, "addBase", [
      baseDigest,
      "gpt2",
      "Tiny",
      "MIT",
    ]);
    const { timestamp } = await client.getBlock();
    const job = [sha256(Buffer.from("spec")), baseDigest, 0, parseEther("100"), Number(timestamp) + 86_400];
    await protocol.write(owner, addresses.training, trainingAbi, "post", job);
    await protocol.write(trainer, addresses.training, trainingAbi, "claim", [1]);
    const response = await fetch(`${daemon.url}/v1/jobs/1/progress`);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(await response.text()).toBe('event: step\ndata: {"step":1}\n\nevent: step\ndata: {"step":2}\n\n');
    const none = await fetch(`${daemon.url}/v1/jobs/2/progress`);
    expect([none.status, ((await none.json()) as { code: string }).code]).toEqual([404, "UnknownJob"]);
  });

  it("are given no job on images or audio: its spec is refused before anything is paid", async () => {
    const { addresses, client } = protocol;
    await protocol.write(owner, addresses.datanets, datanetsAbi, "create", [1, 1n, 1n, "", "", ""]);
    const datanet = await readDatanetCount(client, { addresses });
    const head = sha256(Buffer.from("head"));
    const post = async (named: number) => {
      const spec = defaultJobSpec({
        base: { name: "Tiny", family: "gpt2", baseDigest: head },
        datasets: [named, TEXT].map((number) => ({ datanet: number, versionCount: 1, versionHead: head })),
      });
      const response = await fetch(`${daemon.url}/v1/specs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(spec),
      });
      return { status: response.status, body: await response.json() };
    };
    expect(await post(datanet)).toMatchObject({
      status: 400,
      body: {
        code: "other-trainers",
        sentence: expect.stringMatching(/^Images and audio are for other trainers: .* holds images\.$/),
      },
    });
    expect(await post(99)).toMatchObject({ status: 404, body: { code: "UnknownDatanet" } });
    expect(await post(CLOSED)).toMatchObject({ status: 200, body: { cid: expect.stringMatching(/^bafk/) } });
  });
});

describe("a stranger", () => {
  it("gets a sentence for every address that does not exist, and an OpenAPI description", async () => {
    const missing = await fetch(`${daemon.url}/v1/nothing`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ code: "not-found" });
    const graphql = await fetch(`${daemon.url}/graphql`);
    expect([graphql.status, ((await graphql.json()) as { code: string }).code]).toEqual([
      503,
      "not-configured",
    ]);
    const api = (await (await fetch(`${daemon.url}/docs/json`)).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(api.paths)).toEqual(
      expect.arrayContaining([
        "/v1/uploads",
        "/v1/uploads/tus",
        "/v1/uploads/tus/{id}",
        "/v1/dry-runs",
        "/v1/submissions",
        "/v1/submissions/{root}",
        "/v1/artifacts",
        "/ipfs/{cid}",
      ]),
    );
    const status = await (await fetch(`${daemon.url}/v1/status`)).json();
    expect(status).toMatchObject({
      chainId: CHAIN_ID,
      relayer: person(1).address,
      addresses: { datanets: protocol.addresses.datanets },
    });
  });
});
