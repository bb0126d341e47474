import { readFile } from "node:fs/promises";
import { readDatanet } from "@openledger/sdk/client/readDatanet";
import { type Base, readBases } from "@openledger/sdk/client/readRelease";
import { draftOf, fieldFault, type JobDraft, PARENT_PATHS, specOfDraft } from "@openledger/sdk/jobDraft";
import { type Dataset, type JobSpec, readField } from "@openledger/sdk/jobSpec";
import { JOB_SPEC_FIELDS, JOB_SPEC_PATHS, type JobSpecPath } from "@openledger/sdk/jobSpecFields";
import { requireTrainable } from "@openledger/sdk/trainableData";
import { UserError } from "../app/errors.ts";
import type { Connection } from "./connection.ts";
import { specOfRelease } from "./releaseSpec.ts";
import type { Session } from "./session.ts";

/** What is asked for on the command line. */
export interface JobRequest {
  /** A file with a whole spec, or with the parts of one that differ from the defaults. */
  file?: string | undefined;
  /** Name or digest of the base. */
  base?: string | undefined;
  datanets: readonly number[];
  refine?: number | undefined;
  /** Single fields, by their path. */
  fields: Partial<Record<JobSpecPath, string>>;
}

/** The option of a field: `training.batchSize` is `--training-batch-size`. */
export function optionOf(path: JobSpecPath): string {
  return path.replaceAll(".", "-").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What the options of a job say of its fields. @param options As commander names them, in camel case. */
export function fieldsOf(options: Readonly<Record<string, unknown>>): JobRequest["fields"] {
  return Object.fromEntries(
    JOB_SPEC_PATHS.flatMap((path) => {
      const given = options[optionOf(path).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())];
      return given === undefined ? [] : [[path, String(given)]];
    }),
  );
}

/**
 * The spec of a request: from the file or the release that is refined, else the defaults; then what single options say.
 * The base and its family come from governance's list, the versions from the chain.
 *
 * @throws UserError or Problem with what does not fit.
 */
export async function specOfRequest(session: Session, request: JobRequest): Promise<JobSpec> {
  const connection = await session.connection();
  const written = request.file === undefined ? {} : await readSpecFile(session.path(request.file));
  const parentRelease = request.refine ?? (written.parentRelease as number | null | undefined) ?? null;
  const parent = parentRelease === null ? undefined : await specOfRelease(session, parentRelease);
  const draft = draftWith(draftOf(parent), written, request.fields);
  if (parent !== undefined && parentRelease !== null) requireShapeOf(parentRelease, parent, draft);
  const named = written.base as Partial<JobSpec["base"]> | undefined;
  const base = await findBase(connection, request.base ?? named?.baseDigest ?? named?.name, parent);
  const datasets =
    request.datanets.length > 0 || written.datasets === undefined
      ? await presentVersions(connection, request.datanets)
      : (written.datasets as Dataset[]);
  const { name, family, baseDigest } = base;
  const spec = specOfDraft({ base: { name, family, baseDigest }, datasets, parentRelease }, draft);
  await Promise.all(spec.datasets.map(({ datanet }) => requireTexts(connection, datanet)));
  return spec;
}

async function readSpecFile(path: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new UserError({
      code: "bad-spec-file",
      sentence: `${path} cannot be read as JSON: ${(error as Error).message}`,
      next: "Name a file with a job's spec, or leave it out and use the options.",
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new UserError({
    code: "bad-spec-file",
    sentence: `${path} holds no JSON object.`,
    next: "Write a spec, or the parts of one that differ from the defaults.",
  });
}

const OTHER_PARTS = ["version", "base", "datasets", "parentRelease"];

/** A draft with what a file and then single options say. @throws UserError for a field that there is not. */
function draftWith(
  draft: JobDraft,
  written: Readonly<Record<string, unknown>>,
  fields: JobRequest["fields"],
): JobDraft {
  const found: Record<string, unknown> = {};
  for (const [group, value] of Object.entries(written)) {
    if (OTHER_PARTS.includes(group)) continue;
    if (typeof value !== "object" || value === null) found[group] = value;
    else for (const [name, inner] of Object.entries(value)) found[`${group}.${name}`] = inner;
  }
  const unknown = Object.keys(found).filter((path) => !JOB_SPEC_PATHS.includes(path as JobSpecPath));
  if (unknown.length > 0) {
    throw new UserError({
      code: "unknown-field",
      sentence: `A job's spec has no ${unknown.join(", ")}.`,
      next: "See openledger job post --help for its fields.",
    });
  }
  const texts = Object.fromEntries(Object.entries(found).map(([path, value]) => [path, String(value)]));
  return changed(changed(draft, texts), fields);
}

/** A draft with other values. Whoever counts in steps need not say that there are no passes, nor the other way round. */
function changed(draft: JobDraft, fields: JobRequest["fields"]): JobDraft {
  const steps = fields["training.steps"] ?? "0";
  const epochs = fields["training.epochs"] ?? "0";
  const given: JobDraft = { ...draft, ...fields };
  if (steps !== "0" && epochs === "0") return { ...given, "training.epochs": "0" };
  return epochs !== "0" && steps === "0" ? { ...given, "training.steps": "0" } : given;
}

function requireShapeOf(release: number, parent: JobSpec, draft: JobDraft): void {
  for (const path of PARENT_PATHS) {
    const meant = String(readField(parent, path));
    if (fieldFault(path, draft[path]) !== undefined || draft[path] === meant) continue;
    throw new UserError({
      code: "other-adapter",
      sentence: `${JOB_SPEC_FIELDS[path].label} is ${draft[path]}, and ${meant} in release ${release}, whose adapter is trained on.`,
      next: `Leave --${optionOf(path)} out.`,
    });
  }
}

async function findBase(
  { client, addresses }: Connection,
  named: string | undefined,
  parent: JobSpec | undefined,
): Promise<Base> {
  const listed = await readBases(client, {
    addresses,
    fromBlock: BigInt(addresses.deploymentBlock),
    toBlock: await client.getBlockNumber(),
  });
  const meant = named ?? parent?.base.baseDigest;
  const found = listed.filter(
    ({ baseDigest, name }) => meant === name || meant?.toLowerCase() === baseDigest,
  );
  const names = listed.map(({ name, baseDigest }) => `${name} (${baseDigest})`).join(", ");
  const [base] = found;
  if (base === undefined || found.length > 1) {
    throw new UserError({
      code: "unknown-base",
      sentence:
        meant === undefined
          ? "No base model is named."
          : `${meant} names ${found.length === 0 ? "no base" : "several bases"} of governance's list.`,
      next: listed.length === 0 ? "Governance lists no base yet." : `Name one with --base: ${names}.`,
    });
  }
  if (parent !== undefined && parent.base.baseDigest !== base.baseDigest) {
    throw new UserError({
      code: "other-base",
      sentence: `The release that is refined has the base ${parent.base.name}, not ${base.name}.`,
      next: "Leave --base out.",
    });
  }
  return base;
}

async function presentVersions(
  { client, addresses }: Connection,
  datanets: readonly number[],
): Promise<Dataset[]> {
  if (datanets.length === 0) {
    throw new UserError({
      code: "no-data",
      sentence: "No Datanet is named to train on.",
      next: "Name one or more with --datanet.",
    });
  }
  return Promise.all(
    datanets.map(async (datanet) => {
      const { version } = await readDatanet(client, { addresses, datanet });
      if (version.count > 0) return { datanet, versionCount: version.count, versionHead: version.head };
      throw new UserError({
        code: "no-data",
        sentence: `Datanet ${datanet} has no accepted file yet.`,
        next: "Choose another, or wait for its first verdict.",
      });
    }),
  );
}

async function requireTexts({ client, addresses }: Connection, datanet: number): Promise<void> {
  requireTrainable({ datanet, pool: (await readDatanet(client, { addresses, datanet })).pool });
}
