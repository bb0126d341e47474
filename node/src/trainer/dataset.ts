import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { cidOfDigest } from "@openledger/sdk/cid";
import { eventsInRange } from "@openledger/sdk/client/eventsInRange";
import { verifyDigest, verifyManifest } from "@openledger/sdk/content/verify";
import { gradeAt } from "@openledger/sdk/grades";
import type { Dataset } from "@openledger/sdk/jobSpec";
import { MAX_FILE_BYTES, MAX_MANIFEST_BYTES } from "@openledger/sdk/manifest";
import { Problem } from "@openledger/sdk/problem";
import { EMPTY_VERSION, extendVersion } from "@openledger/sdk/version";
import type { Hex } from "viem";
import type { Chain } from "../chain/chain.ts";
import type { ContentSources } from "../content/contentSources.ts";

/** A file of a dataset version, on this disk and verified. */
export interface DatasetFile {
  path: string;
  mediaType: string;
  sha256: Hex;
}

/** A dataset version that the chain does not have: nobody can train on it. */
export class WrongDatasetError extends Error {
  override readonly name = "WrongDatasetError";
}

/** Content that can never be had, since it is no file, or too long. */
function asWrongDataset(error: unknown): never {
  throw error instanceof Problem ? new WrongDatasetError(error.sentence) : error;
}

interface Link {
  root: Hex;
  grades: bigint;
}

/**
 * Rebuilds dataset versions from the chain's events, and brings their accepted files here. The hash chain shows that no
 * submission is missing or added; every file is compared with the leaf that its contributor signed.
 */
export class DatasetBuilder {
  readonly #chain: Chain;
  readonly #content: ContentSources;
  readonly #folder: string;

  constructor(chain: Chain, content: ContentSources, folder: string) {
    this.#chain = chain;
    this.#content = content;
    this.#folder = folder;
  }

  /** The files of all versions that a job names, in the order of the chain. */
  async build(datasets: readonly Dataset[]): Promise<DatasetFile[]> {
    const files: DatasetFile[] = [];
    for (const dataset of datasets) {
      for (const link of await this.#links(dataset))
        files.push(...(await this.#acceptedFiles(dataset.datanet, link).catch(asWrongDataset)));
    }
    return files;
  }

  /** Remove every file, so that it is fetched and verified again: one of them is not what it was. */
  async forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @throws WrongDatasetError when the chain has no such version. */
  async check(datasets: readonly Dataset[]): Promise<void> {
    for (const dataset of datasets) await this.#links(dataset);
  }

  async #links({ datanet, versionCount, versionHead }: Dataset): Promise<Link[]> {
    const finalized = await this.#events("Finalized", datanet);
    const links: Link[] = [];
    let version = EMPTY_VERSION;
    for (const { args } of finalized) {
      if (version.count === versionCount) break;
      const next = extendVersion(version, args);
      if (next.count > version.count) links.push({ root: args.root, grades: args.grades });
      version = next;
    }
    if (version.count !== versionCount || version.head !== versionHead) {
      throw new WrongDatasetError(
        `Datanet ${datanet} has no version ${versionCount} with the head ${versionHead}; its events give version ${version.count} with ${version.head}.`,
      );
    }
    return links;
  }

  async #acceptedFiles(datanet: number, { root, grades }: Link): Promise<DatasetFile[]> {
    const [submitted] = await this.#events("Submitted", datanet, root);
    if (submitted === undefined) throw new WrongDatasetError(`Submission ${root} has no event.`);
    const bytes = await this.#content.read(cidOfDigest(submitted.args.manifestDigest), MAX_MANIFEST_BYTES);
    const manifest = verifyManifest(bytes, submitted.args);
    const files: DatasetFile[] = [];
    for (const [index, file] of manifest.files.entries()) {
      if (gradeAt(grades, index) === 0) continue;
      files.push({ path: await this.#bring(file), mediaType: file.mediaType, sha256: file.sha256 });
    }
    return files;
  }

  /** A file stands under its digest, and only once it was verified. */
  async #bring(file: { sha256: Hex; sizeBytes: number; cid: string }): Promise<string> {
    const path = join(this.#folder, file.sha256.slice(2));
    const isHere = await access(path).then(
      () => true,
      () => false,
    );
    if (isHere) return path;
    await mkdir(this.#folder, { recursive: true });
    const download = `${path}.${process.pid}.download`;
    const { sha256, sizeBytes } = await this.#content.save(file.cid, download, MAX_FILE_BYTES);
    const fault = verifyDigest(sha256, sizeBytes, file);
    if (fault !== undefined) {
      await rm(download, { force: true });
      throw new WrongDatasetError(
        `The file ${file.cid} was accepted but its bytes are not those of its leaf (${fault}).`,
      );
    }
    await rename(download, path);
    return path;
  }

  async #events<Name extends "Finalized" | "Submitted">(eventName: Name, datanet: number, root?: Hex) {
    const head = await this.#chain.head();
    return eventsInRange(this.#chain.client, {
      address: this.#chain.addresses.datanets,
      abi: datanetsAbi,
      eventName,
      args: root === undefined ? { datanet } : { datanet, root },
      fromBlock: BigInt(this.#chain.addresses.deploymentBlock),
      toBlock: head.number,
    });
  }
}
