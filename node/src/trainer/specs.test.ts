import { canonicalBytes } from "@openledger/sdk/canonicalJson";
import { defaultJobSpec, jobSpecDigest } from "@openledger/sdk/jobSpec";
import { Problem } from "@openledger/sdk/problem";
import { sha256 } from "viem";
import { expect, test } from "vitest";
import { type ContentSources, ContentUnavailableError } from "../content/contentSources.ts";
import { fetchSpec, UnfitJobError } from "./specs.ts";

const spec = defaultJobSpec({
  base: { name: "openledger-gpt2-tiny", family: "gpt2", baseDigest: `0x${"0a".repeat(32)}` },
  datasets: [{ datanet: 1, versionCount: 3, versionHead: `0x${"0b".repeat(32)}` }],
});

const posted = {
  job: 1,
  specDigest: jobSpecDigest(spec),
  baseDigest: spec.base.baseDigest,
  parentRelease: 0,
  priceWei: 1n,
  deadline: 1,
};

/** What a trainer reads of a job whose poster wrote the spec by hand and asked no gateway. */
function fetched(changed: object) {
  const bytes = canonicalBytes({ ...spec, ...changed });
  const content = { read: async () => bytes } as unknown as ContentSources;
  return fetchSpec(content, { ...posted, specDigest: sha256(bytes) });
}

test("a job whose tolerance no honest trainer could keep is left alone", async () => {
  const training = { ...spec.training, dtype: "bfloat16" };
  await expect(fetched({})).resolves.toEqual(spec);
  for (const changed of [{ tolerance: { relativeDistance: 0 } }, { training }]) {
    const refused = fetched(changed);
    await expect(refused).rejects.toThrow(UnfitJobError);
    await expect(refused).rejects.toThrow("tolerance.relativeDistance");
  }
});

test("a spec that is too long to be read is no job for anybody; one that nobody serves now may come", async () => {
  const failing = (error: Error) =>
    ({
      read: async () => {
        throw error;
      },
    }) as unknown as ContentSources;
  const tooLong = new Problem("too-long", "The file is longer than 16384 bytes.", "Ask for a shorter one.");
  await expect(fetchSpec(failing(tooLong), posted)).rejects.toThrow(UnfitJobError);
  const gone = new ContentUnavailableError("Nobody has it.");
  await expect(fetchSpec(failing(gone), posted)).rejects.toThrow(gone);
});
