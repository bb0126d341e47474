import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cidOfDigest } from "@openledger/sdk/cid";
import { attestationOf, readReport } from "@openledger/sdk/report";
import { expect, test } from "vitest";
import type { Chain } from "../chain/chain.ts";
import { ContentSources } from "../content/contentSources.ts";
import { startDaemon } from "../testing/daemon.ts";
import { furnish, trainer } from "../testing/furnishing.ts";
import { keyOf, TestProtocol } from "../testing/protocol.ts";
import { sha256 } from "../testing/testFiles.ts";
import { WEIGHTS_FILE } from "../worker/adapterFolder.ts";
import { saveArtifact, WrongArtifactError } from "../worker/artifact.ts";
import type { PostedJob } from "./jobBook.ts";
import { Publisher } from "./publisher.ts";

test("a run's files may be longer than one block, and anyone fetches them and sees that they are the named ones", async () => {
  const protocol = await TestProtocol.start();
  const folder = await mkdtemp(join(tmpdir(), "openledger-run-"));
  await furnish(protocol);
  const daemon = await startDaemon("gateway", {
    RPC_URL: protocol.url,
    DATA_DIR: join(folder, "gateway"),
    PRIVATE_KEY: keyOf(1),
  });
  try {
    const file = async (name: string, bytes: Buffer) => {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return { path, digest: sha256(bytes) };
    };
    const adapter = await file(WEIGHTS_FILE, Buffer.alloc(2_500_000, "weights"));
    const checkpoint = await file("checkpoint", Buffer.alloc(3_500_000, "moments"));
    const transcript = await file("transcript", Buffer.alloc(1_100_000, "line"));
    const digest = sha256(Buffer.from("anything"));
    const publisher = new Publisher(
      {
        account: trainer,
        chainId: 31_337,
        addresses: protocol.addresses,
        now: async () => Number((await protocol.client.getBlock()).timestamp),
      } as unknown as Chain,
      daemon.url,
      AbortSignal.timeout(60_000),
    );
    const posted = { job: 1, specDigest: digest, baseDigest: digest } as PostedJob;
    const report = await publisher.publish(posted, {
      adapterPath: folder,
      adapterDigest: adapter.digest,
      transcriptPath: transcript.path,
      transcriptHead: digest,
      recipe: {
        version: 1,
        specDigest: digest,
        baseDigest: digest,
        dataDigest: digest,
        templateDigest: digest,
        seed: 1,
        steps: 1,
        dtype: "float32",
        threads: 1,
        quantization: null,
        versions: {},
      },
      recipeDigest: digest,
      lossBeforeMicronats: 2,
      lossAfterMicronats: 1,
      tokens: 1,
      steps: 1,
      keptStep: 1,
      ended: "steps",
      attribution: null,
      checkpoints: [{ step: 1, lossMicronats: 2, ...checkpoint }],
      environment: {},
    });
    const content = new ContentSources([daemon.url], AbortSignal.timeout(60_000));
    const bytes = await content.read(cidOfDigest(attestationOf(report).reportDigest), 1_048_576);
    const read = readReport(bytes, attestationOf(report));
    const fetched = join(folder, "fetched");
    await saveArtifact(content, { cid: read.adapterCid, digest: read.adapterDigest }, fetched);
    for (const { cid, digest: named } of read.checkpoints)
      await saveArtifact(content, { cid, digest: named }, fetched);
    expect(await readFile(fetched)).toEqual(await readFile(checkpoint.path));
    const wrong = { cid: read.transcriptCid, digest: read.adapterDigest };
    await expect(saveArtifact(content, wrong, fetched)).rejects.toThrow(WrongArtifactError);
  } finally {
    await daemon.kill();
    await protocol.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 240_000);
