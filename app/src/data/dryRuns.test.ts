import { prepareSubmission } from "@openledger/sdk/submission";
import { afterEach, expect, test, vi } from "vitest";
import { dryRun } from "./dryRuns.ts";

const contributor = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" as const;
const datanets = "0x5FbDB2315678afecb367f032d93F642f64180aa3" as const;
const sha = (letter: string) => `0x${letter.repeat(64)}` as const;
const cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

type Asked = { datanet: number; files: { name: string; sha256: `0x${string}` }[] };

/** A gateway that refuses files named bad and prepares only when all are good, its numbers partly as text. */
function answer({ datanet, files }: Asked) {
  const judged = files.map((file) => ({ ...file, ok: !file.name.startsWith("bad") }));
  const ok = judged.every((file) => file.ok);
  const quota = { filesLeft: 12, bytesLeft: "1000", resetsAt: 86_400 };
  if (!ok) return { ok, files: judged, quota, reward: { perPointWei: "1", likelyWei: "0", mostWei: "0" } };
  const prepared = prepareSubmission({
    chainId: 31_337,
    datanets,
    datanet,
    contributor,
    terms: 1,
    licence: "CC0-1.0",
    files: files.map((file) => ({ ...file, mediaType: "text/plain", sizeBytes: 3, cid })),
    deadline: 4_000,
  });
  const submission = { ...prepared.submission, deadline: "4000" };
  return {
    ok,
    files: judged,
    quota,
    reward: { perPointWei: "1", likelyWei: "7", mostWei: "9" },
    manifest: prepared.manifest,
    submission,
  };
}

function serve(): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    const request = JSON.parse(String(init.body)) as Asked;
    asked.push(request);
    return Response.json(answer(request));
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

test("good files are prepared at once, numbers as numbers", async () => {
  const asked = serve();
  const files = [{ name: "a.txt", sha256: sha("a") }];
  const outcome = await dryRun({ datanet: 1, contributor, files }, new AbortController().signal);
  expect(asked).toHaveLength(1);
  expect(outcome.prepared).toMatchObject({
    reward: { perPointWei: 1n, likelyWei: 7n, mostWei: 9n },
    submission: { deadline: 4_000, files: 1 },
  });
  expect(outcome.quota).toEqual({ filesLeft: 12, bytesLeft: 1_000, resetsAt: 86_400 });
});

test("one bad file does not hold back the good ones", async () => {
  const asked = serve();
  const files = [
    { name: "a.txt", sha256: sha("a") },
    { name: "bad.txt", sha256: sha("b") },
    { name: "c.txt", sha256: sha("c") },
  ];
  const outcome = await dryRun({ datanet: 1, contributor, files }, new AbortController().signal);
  expect(asked[1]?.files.map(({ name }) => name)).toEqual(["a.txt", "c.txt"]);
  expect(outcome.prepared?.manifest.files.map(({ name }) => name)).toEqual(["a.txt", "c.txt"]);
  expect(outcome.files.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["bad.txt"]);
});

test("only bad files prepare nothing and are not asked for again", async () => {
  const asked = serve();
  const files = [{ name: "bad.txt", sha256: sha("b") }];
  const outcome = await dryRun({ datanet: 1, contributor, files }, new AbortController().signal);
  expect(asked).toHaveLength(1);
  expect(outcome.prepared).toBeUndefined();
});
