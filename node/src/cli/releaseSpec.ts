import { cidOfDigest } from "@openledger/sdk/cid";
import { readReleased } from "@openledger/sdk/client/readRelease";
import { type JobSpec, readJobSpec } from "@openledger/sdk/jobSpec";
import { UserError } from "../app/errors.ts";
import type { Session } from "./session.ts";

/** The spec of the job that made a release, from the gateway and checked against the chain. @throws UserError without it. */
export async function specOfRelease(session: Session, release: number): Promise<JobSpec> {
  const { client, addresses } = await session.connection();
  const [released] = await readReleased(client, {
    addresses,
    release,
    fromBlock: BigInt(addresses.deploymentBlock),
    toBlock: await client.getBlockNumber(),
  });
  if (released === undefined) {
    throw new UserError({
      code: "unknown-release",
      sentence: `There is no release ${release}.`,
      next: "See openledger job list for what was trained.",
    });
  }
  const { specDigest } = released;
  return readJobSpec(await session.gateway.content(cidOfDigest(specDigest)), specDigest);
}
