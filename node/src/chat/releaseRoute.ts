import type { Server } from "../app/server.ts";
import { type ChatModels, releaseId } from "./chatModels.ts";
import type { Releases } from "./releases.ts";

/** GET /v1/releases: every release, the newest first, with whether it can be asked. */
export function addReleaseRoute(server: Server, releases: Releases, models: ChatModels): void {
  server.get("/v1/releases", async () => {
    // The chain's releases can be told even while nothing answers.
    const ready = new Set((await models.list().catch(() => [])).map(({ id }) => id));
    return {
      releases: releases
        .list()
        .reverse()
        .map(({ facts, spec, error, attributionIndex }) => ({
          release: facts.release,
          model: facts.model,
          job: facts.job,
          parentRelease: facts.parentRelease === 0 ? null : facts.parentRelease,
          trainer: facts.trainer,
          adapterDigest: facts.attestation.adapterDigest,
          lossBeforeMicronats: Number(facts.attestation.lossBeforeMicronats),
          lossAfterMicronats: Number(facts.attestation.lossAfterMicronats),
          steps: facts.attestation.steps,
          base: spec === undefined ? null : { name: spec.base.name, family: spec.base.family },
          datasets: spec?.datasets ?? null,
          ready: ready.has(releaseId(facts.release)),
          hasAttribution: attributionIndex !== undefined,
          ...(error === undefined ? {} : { error }),
        })),
    };
  });
}
