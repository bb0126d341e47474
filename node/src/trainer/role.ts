import { rm } from "node:fs/promises";
import { join } from "node:path";
import { COMPUTE } from "@openledger/sdk/pools";
import { parseEther } from "viem";
import { z } from "zod";
import { defineRole } from "../app/app.ts";
import { httpUrl } from "../config/config.ts";
import { contentUrlsConfig } from "../content/contentConfig.ts";
import { ContentSources } from "../content/contentSources.ts";
import { approveAll } from "../voting/approval.ts";
import { Turns } from "../voting/turns.ts";
import { VotingDesk, votingConfig } from "../voting/votingDesk.ts";
import { LocalBases } from "../worker/localBases.ts";
import { PythonWorker } from "../worker/pythonWorker.ts";
import { trainingConfig } from "../worker/workerConfig.ts";
import { ChallengeBook } from "./challengeBook.ts";
import { ChallengeJudge } from "./challengeJudge.ts";
import { CheckBench } from "./checkBench.ts";
import { Checker } from "./checker.ts";
import { Claims } from "./claims.ts";
import { Commitments } from "./commitment.ts";
import { DatasetBuilder } from "./dataset.ts";
import { JobBook } from "./jobBook.ts";
import { JobRunner } from "./jobRunner.ts";
import { OwedLists } from "./owedLists.ts";
import { addProgressRoutes } from "./progressRoutes.ts";
import { Publisher } from "./publisher.ts";
import { RunStore } from "./runStore.ts";
import { Workbench } from "./workbench.ts";

const config = {
  ...votingConfig,
  GATEWAY_URL: httpUrl().describe("Gateway from which data is read and to which artifacts are published"),
  ...contentUrlsConfig,
  ...trainingConfig,
  OPEN_PER_MILLION_TOKENS: z
    .string()
    .regex(/^\d+(\.\d{1,18})?$/, "is no amount of OPEN")
    .default("1")
    .describe("Price, in OPEN for a million tokens of training, below which jobs are left alone"),
  MOST_ATTEMPTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe("How often one job is claimed at most"),
};

/** Trains jobs and attests them; checks the attestations of others where its COMPUTE seats are drawn. */
export const trainerRole = defineRole({
  name: "trainer",
  config,
  needsAccount: true,
  async preMain(context) {
    const { config: settings, chain, database, journal, log, server, signal } = context;
    const content = new ContentSources([settings.GATEWAY_URL, ...settings.CONTENT_URLS], signal);
    const worker = new PythonWorker({ command: settings.PYTHON, log, signal });
    const bench = new Workbench({
      worker,
      bases: new LocalBases(settings.BASES_DIR, worker, log),
      datasets: new DatasetBuilder(chain, content, join(settings.DATA_DIR, "dataset")),
      chain,
      content,
      folder: join(settings.DATA_DIR, "adapters"),
    });
    const book = new JobBook(database, chain);
    const runs = new RunStore(database);
    const publisher = new Publisher(chain, settings.GATEWAY_URL, signal);
    const turns = new Turns(chain);
    const common = { chain, journal, log, book, runs, bench, content, turns };
    const runner = new JobRunner({ ...common, publisher, folder: join(settings.DATA_DIR, "runs") });
    const claims = new Claims({
      ...common,
      runner,
      weiPerMillionTokens: parseEther(settings.OPEN_PER_MILLION_TOKENS),
      mostAttempts: settings.MOST_ATTEMPTS,
    });
    const checks = join(settings.DATA_DIR, "checks");
    await rm(checks, { recursive: true, force: true });
    const checker = new Checker({
      chain,
      content,
      log,
      bench,
      commitments: new Commitments(chain),
      folder: checks,
    });
    const challenges = new ChallengeBook(database, chain);
    const challengeJudge = new ChallengeJudge(new OwedLists(chain, content, book));
    const desk = new VotingDesk({ context, pools: [COMPUTE], turns });
    await desk.revealKeptVotes();
    const checkBench = new CheckBench({ ...common, checker, challenges, challengeJudge });
    addProgressRoutes(server, runs, claims, signal);
    // Started now, so that the seconds that torch takes to load have passed when a job or a docket comes.
    warmUp(bench);
    return {
      main: () =>
        Promise.all([
          chain.poll("jobs", async () => {
            await book.follow();
            await challenges.follow();
            await claims.adopt();
            await runner.look();
            await claims.look();
          }),
          desk.run(checkBench, approveAll),
        ]),
      shutdown: () => worker.stop(),
    };
  },
});

function warmUp(bench: Workbench): void {
  bench.bases
    .claimed()
    .then((digests) => Promise.all(digests.map((digest) => bench.bases.find(digest))))
    // A worker that does not start now is reported by the first job that needs it.
    .catch(() => undefined);
}
