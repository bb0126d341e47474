import { ponder } from "ponder:registry";
import { base as bases, job as jobs, model as models, release as releases } from "ponder:schema";
import { record } from "./record.ts";

const LARGEST_INTEGER = 2 ** 31 - 1;

/** A release's id, or none: for zero, and for a number that a poster made up and no column holds. */
export function releaseOrNone(id: number): number | null {
  return id === 0 || id > LARGEST_INTEGER ? null : id;
}

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
  const { release: id, model, job, parentRelease, baseDigest, specDigest, trainer, attestation } = event.args;
  await context.db.insert(releases).values({
    ...attestation,
    steps: BigInt(attestation.steps),
    id,
    model,
    job,
    parentRelease: releaseOrNone(parentRelease),
    baseDigest,
    specDigest,
    trainer,
    releasedAt: event.block.timestamp,
    transaction: event.transaction.hash,
  });
  await context.db
    .update(models, { id: model })
    .set((row) => ({ releaseCount: row.releaseCount + 1, latestRelease: id }));
  await context.db.update(jobs, { id: job }).set({ release: id });
  await record(context, event, { kind: "RELEASED", account: trainer, job, release: id });
});
