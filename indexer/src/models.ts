import { ponder } from "ponder:registry";
import { base as bases, job as jobs, model as models, release as releases } from "ponder:schema";
import { releaseOrNone } from "../rules/ids.ts";
import { record } from "./record.ts";

ponder.on("Models:BaseAdded", async ({ event, context }) => {
  const { baseDigest, family, name, licence } = event.args;
  const row = { family, name, licence, listed: true };
  await context.db
    .insert(bases)
    .values({ digest: baseDigest, ...row })
    .onConflictDoUpdate(row);
});

ponder.on("Models:BaseRemoved", async ({ event, context }) => {
  await context.db.update(bases, { digest: event.args.baseDigest }).set({ listed: false });
});

ponder.on("ModelTokens:Transfer", async ({ event, context }) => {
  const { to: owner, tokenId } = event.args;
  await context.db
    .insert(models)
    .values({ id: Number(tokenId), owner, releaseCount: 0, createdAt: event.block.timestamp })
    .onConflictDoUpdate({ owner });
});

ponder.on("Models:Released", async ({ event, context }) => {
  const { release: id, model, job, parentRelease, specDigest, trainer, attestation } = event.args;
  const posted = await context.db.find(jobs, { id: job });
  if (posted === null) throw new Error(`Release ${id} comes from job ${job}, which was never posted.`);
  await context.db.insert(releases).values({
    ...attestation,
    steps: BigInt(attestation.steps),
    id,
    model,
    job,
    parentRelease: releaseOrNone(parentRelease),
    baseDigest: posted.baseDigest,
    specDigest,
    trainer,
    releasedAt: event.block.timestamp,
    transaction: event.transaction.hash,
  });
  // A new model's token is minted after its first release.
  await context.db
    .insert(models)
    .values({
      id: model,
      owner: posted.poster,
      releaseCount: 1,
      latestRelease: id,
      createdAt: event.block.timestamp,
    })
    .onConflictDoUpdate((row) => ({ releaseCount: row.releaseCount + 1, latestRelease: id }));
  await context.db.update(jobs, { id: job }).set({ release: id });
  await record(context, event, { kind: "RELEASED", account: trainer, job, release: id });
});
