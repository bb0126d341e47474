import type { Dataset, JobSpec } from "@openledger/sdk/jobSpec";
import { TEXT } from "@openledger/sdk/pools";
import type { Datanet } from "./datanets.ts";

/** The Datanets that a form begins with: those that were asked for, else the parent's, else the first of texts. */
export function firstDatanets(
  datanets: readonly Pick<Datanet, "id" | "pool">[],
  asked: readonly number[],
  parent: Pick<JobSpec, "datasets"> | undefined,
): number[] {
  const known = (ids: readonly number[]) => datanets.map(({ id }) => id).filter((id) => ids.includes(id));
  const found = [known(asked), known(parent?.datasets.map(({ datanet }) => datanet) ?? [])];
  const usual = datanets.find(({ pool }) => pool === TEXT) ?? datanets[0];
  return found.find((ids) => ids.length > 0) ?? (usual ? [usual.id] : []);
}

/** What a job on these Datanets trains on: their versions now. */
export function datasetsOf(
  datanets: readonly Pick<Datanet, "id" | "versionCount" | "versionHead">[],
): Dataset[] {
  return datanets.map(({ id, versionCount, versionHead }) => ({ datanet: id, versionCount, versionHead }));
}
