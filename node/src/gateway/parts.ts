import type { RoleContext } from "../app/app.ts";
import type { Licences } from "../chain/licences.ts";
import type { PublishedStore } from "../content/publishedStore.ts";
import type { ContentStore } from "../storage/contentStore.ts";
import type { Staging } from "../storage/staging.ts";
import type { ContributedFiles } from "./contributedFiles.ts";
import type { Copies } from "./copies/copies.ts";
import type { GasSpending } from "./gasSpending.ts";
import type { gatewayConfig } from "./gatewayConfig.ts";
import type { OpenDatanets } from "./openDatanets.ts";
import type { Payments } from "./payments.ts";
import type { StagedAssays } from "./stagedAssays.ts";
import type { SubmissionStore } from "./submissionStore.ts";

/** What the gateway's pieces share. */
export interface GatewayParts
  extends Pick<RoleContext<typeof gatewayConfig>, "config" | "chain" | "journal" | "log" | "signal"> {
  store: ContentStore;
  staging: Staging;
  assays: StagedAssays;
  published: PublishedStore;
  submissions: SubmissionStore;
  contributed: ContributedFiles;
  licences: Licences;
  spending: GasSpending;
  payments: Payments;
  copies: Copies;
  openDatanets: OpenDatanets;
}
