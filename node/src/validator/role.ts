import { rm } from "node:fs/promises";
import { join } from "node:path";
import { COMPUTE, type Pool, poolOf } from "@openledger/sdk/pools";
import { z } from "zod";
import { defineRole } from "../app/app.ts";
import { Licences } from "../chain/licences.ts";
import { httpUrl } from "../config/config.ts";
import { contentStoreConfig, contentUrlsConfig, openContentStore } from "../content/contentConfig.ts";
import { ContentKeeper } from "../content/contentKeeper.ts";
import { addContentRoute } from "../content/contentRoute.ts";
import { ContentSources } from "../content/contentSources.ts";
import { PublishedStore } from "../content/publishedStore.ts";
import { AssayPool } from "../judge/assayPool.ts";
import { KnownFiles } from "../judge/known.ts";
import { DocketBook } from "../voting/docketBook.ts";
import { Turns } from "../voting/turns.ts";
import { VoteStore } from "../voting/voteStore.ts";
import { addVotesRoute } from "../voting/votesRoute.ts";
import { Voting } from "../voting/voting.ts";
import { FileBench } from "./bench.ts";
import { Intake } from "./intake.ts";
import { attachJudgements, JUDGEMENTS } from "./judgements.ts";
import { SubmissionBook } from "./submissions.ts";

const config = {
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
  async preMain({ config, chain, database, journal, log, server, signal }) {
    const { GATEWAY_URL, CONTENT_URLS, KEEP_CONTENT_BYTES, POOLS, DATA_DIR } = config;
    attachJudgements(database, join(DATA_DIR, "judgements.sqlite"));
    const submissions = new SubmissionBook(database, chain, POOLS);
    const known = new KnownFiles(database, JUDGEMENTS);
    const votes = new VoteStore(database);
    const book = new DocketBook(database, chain, POOLS);
    const downloads = join(DATA_DIR, "downloads");
    await rm(downloads, { recursive: true, force: true });
    const store = await openContentStore(config);
    const published = new PublishedStore(database);
    const keeper = new ContentKeeper({ database, store, published, maximumBytes: KEEP_CONTENT_BYTES, log });
    addContentRoute(server, { store, published });
    const assayer = new AssayPool();
    const intake = new Intake({
      book: submissions,
      known,
      assayer,
      content: new ContentSources([GATEWAY_URL, ...CONTENT_URLS], signal),
      keeper,
      isDecided: ({ docket, position }) => book.isDecided({ docket, position }),
      licences: new Licences(chain),
      log,
      folder: downloads,
    });
    const turns = new Turns(chain);
    const bench = new FileBench({ book: submissions, chain, journal, log, turns });
    const voting = new Voting({ chain, journal, log, book, votes, turns, bench });
    addVotesRoute(server, votes, (docket) => book.isSettled(docket));
    return {
      // Two loops: a large file that is being judged must not delay a commitment.
      main: () =>
        Promise.all([
          chain.poll("intake", async () => {
            await submissions.follow((root, grades) => {
              known.setGrades(root, grades);
              keeper.setGrades(root, grades);
            });
            await intake.round();
          }),
          chain.poll("dockets", () => voting.look()),
        ]),
      shutdown: async () => {
        await Promise.all([assayer.close(), store.close()]);
      },
    };
  },
});
