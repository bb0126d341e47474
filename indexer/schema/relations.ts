/** How the tables hang together, for nested questions. */
import { relations } from "ponder";
import { appeal, docket, pool, validator, vote } from "./court.ts";
import { datanet, file, standing, submission } from "./data.ts";
import { account, claim, payment } from "./money.ts";
import { attestation, base, heartbeat, job, model, release, trainer } from "./training.ts";

export const poolRelations = relations(pool, ({ many }) => ({
  datanetList: many(datanet),
  docketList: many(docket),
  validatorList: many(validator),
}));

export const datanetRelations = relations(datanet, ({ one, many }) => ({
  poolRow: one(pool, { fields: [datanet.pool], references: [pool.id] }),
  submissionList: many(submission),
  fileList: many(file),
  standingList: many(standing),
}));

export const submissionRelations = relations(submission, ({ one, many }) => ({
  datanetRow: one(datanet, { fields: [submission.datanet], references: [datanet.id] }),
  docketRow: one(docket, { fields: [submission.docket], references: [docket.id] }),
  fileList: many(file),
  appealList: many(appeal),
}));

export const appealRelations = relations(appeal, ({ one }) => ({
  docketRow: one(docket, { fields: [appeal.id], references: [docket.id] }),
  submissionRow: one(submission, { fields: [appeal.root], references: [submission.root] }),
  attestationRow: one(attestation, { fields: [appeal.attestation], references: [attestation.id] }),
}));

export const fileRelations = relations(file, ({ one }) => ({
  submission: one(submission, { fields: [file.root], references: [submission.root] }),
  datanetRow: one(datanet, { fields: [file.datanet], references: [datanet.id] }),
  docketRow: one(docket, { fields: [file.docket], references: [docket.id] }),
}));

export const docketRelations = relations(docket, ({ one, many }) => ({
  poolRow: one(pool, { fields: [docket.pool], references: [pool.id] }),
  submissionList: many(submission),
  fileList: many(file),
  voteList: many(vote),
  attestationList: many(attestation),
}));

export const voteRelations = relations(vote, ({ one }) => ({
  docketRow: one(docket, { fields: [vote.docket], references: [docket.id] }),
  validatorRow: one(validator, { fields: [vote.validator], references: [validator.id] }),
}));

export const validatorRelations = relations(validator, ({ one, many }) => ({
  poolRow: one(pool, { fields: [validator.pool], references: [pool.id] }),
  accountRow: one(account, { fields: [validator.holder], references: [account.address] }),
  voteList: many(vote),
}));

export const standingRelations = relations(standing, ({ one }) => ({
  datanetRow: one(datanet, { fields: [standing.datanet], references: [datanet.id] }),
  accountRow: one(account, { fields: [standing.contributor], references: [account.address] }),
}));

export const accountRelations = relations(account, ({ many }) => ({
  standingList: many(standing),
  paymentList: many(payment),
  claimList: many(claim),
  validatorList: many(validator),
}));

export const paymentRelations = relations(payment, ({ one }) => ({
  accountRow: one(account, { fields: [payment.account], references: [account.address] }),
}));

export const claimRelations = relations(claim, ({ one }) => ({
  accountRow: one(account, { fields: [claim.account], references: [account.address] }),
}));

export const trainerRelations = relations(trainer, ({ one, many }) => ({
  stake: one(validator, { fields: [trainer.validator], references: [validator.id] }),
  jobList: many(job),
}));

export const jobRelations = relations(job, ({ one, many }) => ({
  base: one(base, { fields: [job.baseDigest], references: [base.digest] }),
  trainerRow: one(trainer, { fields: [job.trainer], references: [trainer.address] }),
  attestationRow: one(attestation, { fields: [job.attestation], references: [attestation.id] }),
  docketRow: one(docket, { fields: [job.docket], references: [docket.id] }),
  releaseRow: one(release, { fields: [job.release], references: [release.id] }),
  heartbeatList: many(heartbeat),
  attestationList: many(attestation),
}));

export const heartbeatRelations = relations(heartbeat, ({ one }) => ({
  jobRow: one(job, { fields: [heartbeat.job], references: [job.id] }),
}));

export const attestationRelations = relations(attestation, ({ one, many }) => ({
  jobRow: one(job, { fields: [attestation.job], references: [job.id] }),
  docketRow: one(docket, { fields: [attestation.docket], references: [docket.id] }),
  appealList: many(appeal),
}));

export const modelRelations = relations(model, ({ many }) => ({ releaseList: many(release) }));

export const releaseRelations = relations(release, ({ one }) => ({
  modelRow: one(model, { fields: [release.model], references: [model.id] }),
  jobRow: one(job, { fields: [release.job], references: [job.id] }),
  base: one(base, { fields: [release.baseDigest], references: [base.digest] }),
}));
