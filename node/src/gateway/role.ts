import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineRole, type RoleContext } from "../app/app.ts";
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
import { DryRuns } from "./dryRuns.ts";
import { finalizeFinal } from "./finalizing.ts";
import { GasSpending } from "./gasSpending.ts";
import { gatewayConfig } from "./gatewayConfig.ts";
import { Mirror } from "./mirror.ts";
import type { GatewayParts } from "./parts.ts";
import { Payments } from "./payments.ts";
import { addProtection } from "./protection.ts";
import { Relay } from "./relay.ts";
import { addArtifactRoute } from "./routes/artifactRoute.ts";
import { addContributionRoutes } from "./routes/contributionRoutes.ts";
import { addDocumentation } from "./routes/documentation.ts";
import { addPage } from "./routes/page.ts";
import { addProxies } from "./routes/proxies.ts";
import { addSpecRoute } from "./routes/specRoute.ts";
import { addStatusRoute } from "./routes/statusRoute.ts";
import { addTrainingProgressRoute } from "./routes/trainingProgressRoute.ts";
import { StagedStore } from "./stagedStore.ts";
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
    const assays = new AssayPool();
    const parts = await openParts(context, assays);
    const uploads = new Uploads(parts);
    const unpaid = new Unpaid(parts);
    const relay = new Relay(parts, unpaid);
    // The address of a node elsewhere may hold a key that visitors must not see.
    const publicRpcUrl = config.PUBLIC_RPC_URL ?? rpcUrls(config.RPC_URL).find(isLoopback);

    await addDocumentation(server, version);
    const limits = await addProtection(server, config, publicRpcUrl);
    addStatusRoute(server, parts, publicRpcUrl, version);
    await addContributionRoutes(server, {
      parts,
      uploads,
      dryRuns: new DryRuns(parts, uploads),
      acceptance: new Acceptance(parts, uploads, unpaid),
      relay,
      limits,
    });
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
                if (await unpaid.mined(root, place)) relay.advance();
              },
              onFinalized: (root) => parts.submissions.markFinalized(root),
            }),
          ),
          chain.poll("finalize", () => finalizeFinal(parts)),
          chain.poll("staging", () => sweepStaging(parts), SWEEP_STAGING_SECONDS),
          ...(hasSources
            ? [
                chain.poll("mirror", () => mirror.round()),
                chain.poll("published content", () => mirror.lookThrough(), LOOK_THROUGH_SECONDS),
              ]
            : []),
        ]),
      notFound,
      shutdown: async () => {
        await Promise.all([assays.close(), parts.store.close()]);
      },
    };
  },
});

async function openParts(
  context: RoleContext<typeof gatewayConfig>,
  assays: AssayPool,
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
    assays,
    published,
    staging: new Staging(join(config.DATA_DIR, "staging")),
    staged: new StagedStore(database),
    submissions: new SubmissionStore(database),
    licences: new Licences(chain),
    spending,
    payments: new Payments({ chain, journal, config, log }, spending),
    contributed: new ContributedFiles(database, chain, store, published, log),
  };
}

/** Removes what was uploaded and never submitted. */
async function sweepStaging({ staging, staged, submissions, log }: GatewayParts): Promise<void> {
  const needed = new Set(
    submissions
      .unpublished()
      .flatMap(({ contributor, manifest }) =>
        manifest.files.map(({ sha256 }) => `${contributor.toLowerCase()} ${sha256}`),
      ),
  );
  const removed = await staging.sweep(STAGED_SECONDS, (owner, sha256) => needed.has(`${owner} ${sha256}`));
  for (const { owner, sha256 } of removed) staged.forget(owner, sha256);
  if (removed.length > 0) log.info({ files: removed.length }, "unused uploads removed");
}
