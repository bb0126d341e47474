import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineRole, type RoleContext } from "../app/app.ts";
import { type Database, NODE_DATABASE, openFastDatabase } from "../app/database.ts";
import { Licences } from "../chain/licences.ts";
import { isLoopback, rpcUrls } from "../config/config.ts";
import { openContentStore } from "../content/contentConfig.ts";
import { addContentRoute } from "../content/contentRoute.ts";
import { ContentSources } from "../content/contentSources.ts";
import { PublishedStore } from "../content/publishedStore.ts";
import { AssayPool } from "../judge/assayPool.ts";
import { Staging } from "../storage/staging.ts";
import { Acceptance } from "./acceptance.ts";
import { ContributedFiles } from "./contributedFiles.ts";
import { Copies } from "./copies/copies.ts";
import { KnownFeed } from "./copies/knownFeed.ts";
import { DryRuns } from "./dryRuns.ts";
import { finalizeFinal } from "./finalizing.ts";
import { GasSpending } from "./gasSpending.ts";
import { gatewayConfig } from "./gatewayConfig.ts";
import { Mirror } from "./mirror.ts";
import { OpenDatanets } from "./openDatanets.ts";
import type { GatewayParts } from "./parts.ts";
import { Payments } from "./payments.ts";
import { addProtection } from "./protection.ts";
import { Relay } from "./relay.ts";
import { BegunUploads } from "./resumable/begunUploads.ts";
import { ResumableUploads } from "./resumable/resumableUploads.ts";
import { addArtifactRoute } from "./routes/artifactRoute.ts";
import { addContributionRoutes } from "./routes/contributionRoutes.ts";
import { addDocumentation } from "./routes/documentation.ts";
import { addPage } from "./routes/page.ts";
import { addProxies } from "./routes/proxies.ts";
import { addResumableRoute } from "./routes/resumableRoute.ts";
import { addSpecRoute } from "./routes/specRoute.ts";
import { addStatusRoute } from "./routes/statusRoute.ts";
import { addTrainingProgressRoute } from "./routes/trainingProgressRoute.ts";
import { StagedAssays } from "./stagedAssays.ts";
import { SubmissionStore } from "./submissionStore.ts";
import { Unpaid } from "./unpaid.ts";
import { Uploads } from "./uploads.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const STAGED_SECONDS = 86_400;
const SWEEP_STAGING_SECONDS = 3_600;
const LOOK_THROUGH_SECONDS = 6 * 3_600;

/** The gateway: takes files, relays signed submissions, publishes what is mined, and serves page and content. */
export const gatewayRole = defineRole({
  name: "gateway",
  config: gatewayConfig,
  needsAccount: true,
  preMain: async (context) => {
    const { server, chain, config, log } = context;
    const assayPool = new AssayPool({ processes: config.JUDGING_PROCESSES });
    // The first visitor waits for no process to start.
    assayPool.warm();
    // What was uploaded can be uploaded again, so that no upload waits for this database to reach the disk.
    const staged = openFastDatabase(join(config.DATA_DIR, "staging.sqlite"));
    const parts = await openParts(context, assayPool, staged);
    const feed = new KnownFeed(parts, join(config.DATA_DIR, "examined"));
    const uploads = new Uploads(parts);
    const unpaid = new Unpaid(parts);
    const relay = new Relay(parts, unpaid);
    // The address of a node elsewhere may hold a key that visitors must not see.
    const publicRpcUrl = config.PUBLIC_RPC_URL ?? rpcUrls(config.RPC_URL).find(isLoopback);

    await addDocumentation(server, version);
    const limits = await addProtection(server, config, publicRpcUrl);
    const resumable = new ResumableUploads(
      {
        config,
        staging: parts.staging,
        begun: new BegunUploads(staged),
        directory: join(config.DATA_DIR, "staging", "unfinished"),
        targetOf: (datanet) => parts.openDatanets.require(datanet),
        count: limits.count,
      },
      uploads,
    );
    addStatusRoute(server, parts, publicRpcUrl, version);
    await addContributionRoutes(server, {
      parts,
      uploads,
      dryRuns: new DryRuns(parts, uploads),
      acceptance: new Acceptance(parts, uploads, unpaid),
      relay,
      limits,
    });
    await addResumableRoute(server, resumable, limits);
    const sources = new ContentSources(config.CONTENT_URLS, context.signal);
    const mirror = new Mirror({ ...parts, database: context.database, sources });
    const hasSources = config.CONTENT_URLS.length > 0;
    addContentRoute(server, { ...parts, ...(hasSources ? { recover: (lost) => mirror.recover(lost) } : {}) });
    addSpecRoute(server, parts, limits);
    await addArtifactRoute(server, parts, limits);
    addTrainingProgressRoute(server, parts);
    await addProxies(server, config);
    const notFound = await addPage(server, config.APP_DIR, log);

    return {
      main: () =>
        Promise.all([
          chain.poll("relay", async () => relay.advance()),
          chain.poll("unpaid", () => unpaid.follow()),
          chain.poll("contributed files", () =>
            parts.contributed.follow({
              onSubmitted: async (root, place) => {
                if (await unpaid.mined(root, place)) relay.proceed(root);
              },
              onFinalized: async (root, grades) => {
                parts.submissions.markFinalized(root);
                await parts.copies.setGrades(root, grades);
              },
            }),
          ),
          chain.poll("known files", () => feed.round()),
          chain.poll("finalize", () => finalizeFinal(parts)),
          chain.poll("staging", () => sweepStaging(parts, resumable), SWEEP_STAGING_SECONDS),
          ...(hasSources
            ? [
                chain.poll("mirror", () => mirror.round()),
                chain.poll("published content", () => mirror.lookThrough(), LOOK_THROUGH_SECONDS),
              ]
            : []),
        ]),
      notFound,
      shutdown: async () => {
        await Promise.all([assayPool.close(), parts.copies.close(), parts.store.close()]);
        staged.close();
      },
    };
  },
});

async function openParts(
  context: RoleContext<typeof gatewayConfig>,
  assayPool: AssayPool,
  staged: Database,
): Promise<GatewayParts> {
  const { config, chain, journal, database, log, signal } = context;
  const store = await openContentStore(config);
  const published = new PublishedStore(database);
  const spending = new GasSpending(database, config);
  return {
    config,
    chain,
    journal,
    log,
    signal,
    store,
    assays: new StagedAssays(staged, assayPool),
    published,
    staging: new Staging(join(config.DATA_DIR, "staging"), staged),
    submissions: new SubmissionStore(database),
    licences: new Licences(chain),
    spending,
    payments: new Payments({ chain, journal, config, log }, spending),
    contributed: new ContributedFiles(database, chain, store, published, log),
    copies: new Copies(
      { index: join(config.DATA_DIR, "known.sqlite"), gateway: join(config.DATA_DIR, NODE_DATABASE) },
      log,
    ),
    openDatanets: new OpenDatanets(chain),
  };
}

/** Removes what was uploaded and never submitted. */
async function sweepStaging(
  { staging, assays, submissions, log }: GatewayParts,
  resumable: ResumableUploads,
): Promise<void> {
  const unfinished = await resumable.removeExpired();

  const needed = new Set(
    submissions
      .unpublished()
      .flatMap(({ contributor, manifest }) =>
        manifest.files.map(({ sha256 }) => `${contributor.toLowerCase()} ${sha256}`),
      ),
  );
  const removed = await staging.sweep(STAGED_SECONDS, (owner, sha256) => needed.has(`${owner} ${sha256}`));
  assays.sweep(Math.floor(Date.now() / 1000) - STAGED_SECONDS);
  if (removed + unfinished > 0) log.info({ files: removed, unfinished }, "unused uploads removed");
}
