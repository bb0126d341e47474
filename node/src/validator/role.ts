import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { COMPUTE, type Pool, poolOf } from "@openledger/sdk/pools";
import { z } from "zod";
import { defineRole } from "../app/app.ts";
import { Licences } from "../chain/licences.ts";
import { httpUrl } from "../config/config.ts";
import {
  contentStoreConfig,
  contentUrlsConfig,
  openContentDatabase,
  openContentStore,
} from "../content/contentConfig.ts";
import { ContentKeeper } from "../content/contentKeeper.ts";
import { addContentRoute } from "../content/contentRoute.ts";
import { ContentSources } from "../content/contentSources.ts";
import { PublishedStore } from "../content/publishedStore.ts";
import { AssayPool } from "../judge/assayPool.ts";
import { KnownFiles } from "../judge/known.ts";
import { approveAll } from "../voting/approval.ts";
import { Turns } from "../voting/turns.ts";
import { VotingDesk, votingConfig } from "../voting/votingDesk.ts";
import { FileBench } from "./bench.ts";
import { Decider } from "./decider.ts";
import { Intake } from "./intake.ts";
import { attachJudgements, JUDGEMENTS, Judgements } from "./judgements.ts";
import { addJudgeRoute } from "./judgeRoute.ts";
import { SubmissionBook } from "./submissions.ts";

/** Downloads that wait for a core, so that none waits for a download. */
const FETCHED_AHEAD = 4;

const config = {
  ...votingConfig,
  GATEWAY_URL: httpUrl().describe("Gateway from which files are read"),
  ...contentUrlsConfig,
  ...contentStoreConfig,
  KEEP_CONTENT_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(10 * 2 ** 30)
    .describe("How much of what was judged is kept and served; what was rejected goes first"),
  POOLS: z
    .string()
    .default("TEXT,IMAGE,AUDIO")
    .transform((text, context): Pool[] => {
      const pools = text.split(",").map((name) => {
        try {
          return poolOf(name);
        } catch {
          return COMPUTE;
        }
      });
      if (pools.includes(COMPUTE)) context.addIssue("names a pool that is none of TEXT, IMAGE, AUDIO");
      return pools;
    })
    .describe("Pools in which this account has seats: TEXT, IMAGE, AUDIO"),
};

/** Judges the files of its pools, votes where its seats are drawn, and moves dockets on that are due. */
export const validatorRole = defineRole({
  name: "validator",
  config,
  needsAccount: true,
  async preMain(context) {
    const { config: settings, chain, database, journal, log, server, signal } = context;
    const { GATEWAY_URL, CONTENT_URLS, KEEP_CONTENT_BYTES, POOLS, DATA_DIR } = settings;
    attachJudgements(database, join(DATA_DIR, "judgements.sqlite"));
    const book = new SubmissionBook(database, chain, POOLS);
    const judgements = new Judgements(database);
    const known = new KnownFiles(database, JUDGEMENTS);
    const turns = new Turns(chain);
    const desk = new VotingDesk({ context, pools: POOLS, turns });
    const folder = join(DATA_DIR, "downloads");
    await rm(folder, { recursive: true, force: true });
    const store = await openContentStore(settings);
    const kept = openContentDatabase(DATA_DIR);
    const published = new PublishedStore(kept);
    const keeper = new ContentKeeper({
      database: kept,
      store,
      published,
      maximumBytes: KEEP_CONTENT_BYTES,
      log,
    });
    addContentRoute(server, { store, published });
    const assayer = new AssayPool();
    await addJudgeRoute(server, { assayer, known, folder });
    const intake = new Intake({
      judgements,
      content: new ContentSources([GATEWAY_URL, ...CONTENT_URLS], signal),
      keeper,
      isDecided: ({ docket, position }) => desk.dockets.isDecided({ docket, position }),
      licences: new Licences(chain),
      assayer,
      log,
      folder,
      lanes: availableParallelism() + FETCHED_AHEAD,
      urgent: () => desk.board.urgent(),
    });
    const decider = new Decider({ judgements, known, keeper, intake, log });
    const bench = new FileBench({ book, judgements, decider, chain, journal, turns, log });
    return {
      // Loops of their own: a large file that is being judged must not delay a commitment.
      main: () =>
        Promise.all([
          chain.poll("submissions", () =>
            book.follow((root, grades) => {
              const submitted = book.find(root);
              if (submitted !== undefined) decider.finalized(submitted, grades);
              intake.forget(root);
            }),
          ),
          chain.poll("intake", async () => {
            intake.start();
            await decider.round();
          }),
          desk.run(bench, approveAll),
        ]),
      shutdown: async () => {
        await Promise.all([assayer.close(), store.close()]);
        kept.close();
      },
    };
  },
});
