import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { COMPUTE, type Pool, poolOf, TEXT } from "@openledger/sdk/pools";
import { z } from "zod";
import { defineRole, type RoleContext } from "../app/app.ts";
import { Licences } from "../chain/licences.ts";
import { commaList, httpUrl } from "../config/config.ts";
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
import type { Assayer } from "../judge/assay.ts";
import { AssayPool } from "../judge/assayPool.ts";
import { judgingConfig } from "../judge/judgingConfig.ts";
import { KnownFiles } from "../judge/known.ts";
import type { ContentStore } from "../storage/contentStore.ts";
import { approveAll } from "../voting/approval.ts";
import type { DocketBoard } from "../voting/docketBoard.ts";
import { Turns } from "../voting/turns.ts";
import { VotingDesk, votingConfig } from "../voting/votingDesk.ts";
import { PythonWorker } from "../worker/pythonWorker.ts";
import { FileBench } from "./bench.ts";
import { Decider } from "./decider.ts";
import { FetchAhead } from "./fetchAhead.ts";
import { Intake } from "./intake.ts";
import { attachJudgements, JUDGEMENTS, Judgements } from "./judgements.ts";
import { addJudgeRoute } from "./judgeRoute.ts";
import { PageAccess } from "./pageAccess.ts";
import { PerplexityMeter, perplexityConfig } from "./perplexity.ts";
import { addProposalRoutes } from "./proposalRoutes.ts";
import { ProposalBook } from "./proposals.ts";
import { SubmissionBook } from "./submissions.ts";

/** Downloads that wait for a core, so that none waits for a download. */
const FETCHED_AHEAD = 4;
/** A vote waits for its submissions: while the chain does not answer, ask again this soon. */
const LONGEST_WAIT_SECONDS = 3;

const config = {
  ...votingConfig,
  GATEWAY_URL: httpUrl().describe("Gateway from which files are read"),
  ...contentUrlsConfig,
  ...contentStoreConfig,
  ...judgingConfig(0),
  ...perplexityConfig,
  KEEP_CONTENT_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(10 * 2 ** 30)
    .describe("How much of what was judged is kept and served; what was rejected goes first"),
  VOTING_MODE: z
    .enum(["auto", "propose"])
    .default("auto")
    .describe("auto votes by itself; propose waits for a person, who confirms on this daemon's page"),
  UNCONFIRMED: z
    .enum(["commit", "abstain"])
    .default("commit")
    .describe("What becomes of a proposed vote that nobody confirmed at the last moment"),
  PAGE_HOSTS: commaList().default([]).describe("Names besides 127.0.0.1 under which the page may be opened"),
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
    const { GATEWAY_URL, CONTENT_URLS, KEEP_CONTENT_BYTES, VOTING_MODE, POOLS, DATA_DIR, JUDGING_PROCESSES } =
      settings;
    const { PERPLEXITY_BASE: base, PYTHON } = settings;
    attachJudgements(database, join(DATA_DIR, "judgements.sqlite"));
    const book = new SubmissionBook(database, chain, POOLS);
    const judgements = new Judgements(database);
    const known = new KnownFiles(database, JUDGEMENTS);
    const turns = new Turns(chain);
    const desk = new VotingDesk({ context, pools: POOLS, turns });
    await desk.revealKeptVotes();
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
    const assayer = new AssayPool({ processes: JUDGING_PROCESSES });
    await addJudgeRoute(server, { assayer, known, folder });
    const content = new ContentSources([GATEWAY_URL, ...CONTENT_URLS], signal, store);
    const worker = base === undefined ? undefined : new PythonWorker({ command: PYTHON, log, signal });
    const meter =
      worker === undefined || base === undefined
        ? undefined
        : new PerplexityMeter({
            ...{ worker, base, judgements, log, signal },
            found: (root, index, finding) => {
              const submitted = book.find(root);
              if (submitted !== undefined) desk.votes.addFinding(submitted.docket, { root, index }, finding);
            },
          });
    const intake = new Intake({
      judgements,
      content,
      keeper,
      ahead: new FetchAhead({ content, keeper, log, folder: join(folder, "ahead") }),
      isDecided: ({ docket, position }) => desk.dockets.isDecided({ docket, position }),
      licences: new Licences(chain),
      assayer,
      meter,
      log,
      folder,
      lanes: JUDGING_PROCESSES + FETCHED_AHEAD,
      urgent: () => desk.board.urgent(),
    });
    const decider = new Decider({ judgements, known, keeper, intake, log });
    const bench = new FileBench({ book, judgements, decider, chain, journal, turns, log });
    const page = VOTING_MODE === "propose" ? await openPage(context, desk.board, content, store) : undefined;
    return {
      // Loops of their own: a large file that is being judged must not delay a commitment.
      main: () =>
        Promise.all([
          chain.poll(
            "submissions",
            () =>
              book.follow((root, grades) => {
                const submitted = book.find(root);
                if (submitted !== undefined) decider.finalized(submitted, grades);
                intake.forget(root);
              }),
            settings.POLL_SECONDS,
            LONGEST_WAIT_SECONDS,
          ),
          chain.poll("intake", async () => {
            intake.start();
            await decider.round();
          }),
          desk.run(bench, page?.proposals ?? approveAll),
          page?.tell(),
          warmUp(assayer, folder),
        ]),
      shutdown: async () => {
        await Promise.all([assayer.close(), store.close(), worker?.stop()]);
        kept.close();
      },
    };
  },
});

/** The page of `VOTING_MODE=propose`, and the person's word on votes. */
async function openPage(
  { chain, config: settings, database, log, server }: RoleContext<typeof config>,
  board: DocketBoard,
  content: ContentSources,
  store: ContentStore,
) {
  const proposals = new ProposalBook(database, settings.UNCONFIRMED);
  const access = new PageAccess(settings.DATA_DIR, settings.PAGE_HOSTS);
  await addProposalRoutes({
    server,
    chain,
    board,
    proposals,
    access,
    unconfirmed: settings.UNCONFIRMED,
    read: async (cid, limit) => ((await store.has(cid)) ? buffer(store.get(cid)) : content.read(cid, limit)),
  });
  const tell = async () => {
    const file = access.writeLink(server.listeningOrigin);
    log.info(
      { file, unconfirmed: settings.UNCONFIRMED },
      "votes wait for a person: open the link in this file",
    );
  };
  return { proposals, tell };
}

/** Started now, so that the seconds that a process takes to load its checks have passed when a docket comes. */
async function warmUp(assayer: Assayer, folder: string): Promise<void> {
  const path = join(folder, "warm-up");
  await mkdir(folder, { recursive: true });
  await writeFile(path, "A word.");
  // What it finds says nothing, and a pool that cannot start says so at the first file.
  await assayer.assay({ path, name: "warm-up.txt", pool: TEXT }).catch(() => undefined);
  await rm(path, { force: true });
}
