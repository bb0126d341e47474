import { wilsonLowerBoundBps } from "@openledger/sdk/score";
import type { Address } from "viem";
import { expect } from "vitest";
import type { LocalProtocol } from "./localProtocol.ts";
import { everybody } from "./scenes.ts";
import type { Row, Snapshot } from "./snapshot.ts";

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const PHASES = ["NONE", "COLLECTING", "DRAWING", "DRAWN", "DRAWN", "DRAWN", "SETTLED"];
const STATUSES = ["NONE", "OPEN", "LEASED", "ATTESTED", "ACCEPTED", "CANCELLED"];

function rows(snapshot: Snapshot, table: string): Row[] {
  return snapshot[table] ?? [];
}

/** Requires that Datanets, standings, submissions and their money are what the contracts' views say. */
export async function compareData(protocol: LocalProtocol, snapshot: Snapshot): Promise<void> {
  for (const row of rows(snapshot, "datanets")) {
    const view = await protocol.read<Row>("datanets", "datanetOf", [row.id]);
    const [availableWei, reservedWei] = await protocol.read<bigint[]>("vault", "accountOf", [
      protocol.addresses.datanets,
      row.id,
    ]);
    expect({ ...row, owner: row.owner.toLowerCase() }).toMatchObject({
      owner: view.owner.toLowerCase(),
      pool: view.pool,
      open: view.open,
      rewardWei: String(view.rewardWei),
      feeWei: String(view.feeWei),
      versionCount: view.versionCount,
      versionHead: view.versionHead,
      availableWei: String(availableWei),
      reservedWei: String(reservedWei),
    });
    const files = rows(snapshot, "files").filter(({ datanet }) => datanet === row.id);
    const count = (state: string) => files.filter((file) => file.state === state).length;
    expect([row.filesPending, row.filesAccepted, row.filesRejected]).toEqual(
      ["JUDGING", "ACCEPTED", "REJECTED"].map(count),
    );
  }
  for (const row of rows(snapshot, "standings")) {
    const view = await protocol.read<Row>("datanets", "scoreOf", [row.datanet, row.contributor]);
    expect(row).toMatchObject({
      scoreBps: view.scoreBps,
      points: String(view.points),
      judged: view.judged,
      accepted: view.accepted,
      days: view.days_,
      lastDay: view.lastDay,
      reachedAt: String(view.reachedAt),
    });
    expect(row.scoreBps).toBeGreaterThanOrEqual(
      wilsonLowerBoundBps({ judged: row.judged, points: Number(row.points) }),
    );
  }
  for (const row of rows(snapshot, "submissions")) {
    const view = await protocol.read<Row>("datanets", "submissionOf", [row.root]);
    const { datanet, docket, position, files, finalized } = view;
    expect(row).toMatchObject({ datanet, docket, position, files });
    expect(row.state === "FINALIZED").toBe(finalized);
    const [settled, , grades] = await protocol.read<[boolean, boolean, bigint]>("court", "standingOf", [
      docket,
      position,
      files,
    ]);
    // What was finalized may have lost the grades of duplicates.
    if (settled && !finalized) expect(row.grades).toBe(String(grades));
  }
}

/** Requires that dockets, seats, stakes and everybody's money are what the contracts' views say. */
export async function compareCourt(protocol: LocalProtocol, snapshot: Snapshot): Promise<void> {
  for (const row of rows(snapshot, "dockets")) {
    const view = await protocol.read<Row>("court", "docketOf", [row.id]);
    expect(row.phase).toBe(PHASES[view.phase]);
    expect(row).toMatchObject({ pool: view.pool, items: view.items, round: view.round });
    if (row.phase !== "SETTLED") continue;
    const { seed, committeeSize, appealEnds, verdict } = view;
    expect(row).toMatchObject({
      committeeSize,
      seed: String(seed),
      appealEnds: String(appealEnds),
      verdict: String(verdict),
    });
    const committee = await protocol.read<Address[]>("court", "committee", [row.id]);
    // Whoever revealed had committed.
    expect(row.committed).toBeGreaterThanOrEqual(row.revealed);
    expect(row.revealed).toBeGreaterThan(0);
    expect(row.committee).toEqual(committee.map((voter) => voter.toLowerCase()));
  }
  for (const row of rows(snapshot, "appeals")) {
    const view = await protocol.read<Row>("court", "appealOf", [row.id]);
    expect(row).toMatchObject({
      docket: view.docket,
      position: view.position,
      level: view.level,
      appellant: view.appellant.toLowerCase(),
      bondWei: String(view.bondWei),
    });
  }
  for (const row of rows(snapshot, "pools")) {
    const [moment, seats] = await protocol.read<number[]>("seats", "occupancy", [row.id]);
    expect(row).toMatchObject({ moment: String(moment), seats });
  }
  for (const row of rows(snapshot, "seatChanges")) {
    const holder = await protocol.read<Address>("seats", "holderAt", [
      row.pool,
      row.position,
      Number(row.moment),
    ]);
    expect(row.holder).toBe(holder.toLowerCase());
  }
  for (const row of rows(snapshot, "validators")) {
    const view = await protocol.read<Row>("seats", "stakeOf", [row.pool, row.holder]);
    expect(row).toMatchObject({
      activeWei: String(view.activeWei),
      lockedWei: String(view.lockedWei),
      thawingWei: String(view.thawingWei),
      thawsAt: String(view.thawsAt),
      seats: view.seats,
    });
    expect(row.commits).toBeGreaterThanOrEqual(row.reveals);
  }
  await compareMoney(protocol, snapshot);
}

async function compareMoney(protocol: LocalProtocol, snapshot: Snapshot): Promise<void> {
  const sum = (table: string, address: string, field: string, where: (row: Row) => boolean = () => true) =>
    rows(snapshot, table)
      .filter((row) => same(row.account ?? row.voter ?? row.contributor, address) && where(row))
      .reduce((total, row) => total + BigInt(row[field] ?? 0), 0n);
  for (const address of everybody) {
    const [earnedWei, claimedWei] = await protocol.read<bigint[]>("vault", "earnedBy", [address]);
    const row = rows(snapshot, "accounts").find((account) => same(account.address, address));
    expect([row?.earnedWei ?? "0", row?.claimedWei ?? "0"]).toEqual([String(earnedWei), String(claimedWei)]);
    expect(sum("payments", address, "amountWei")).toBe(earnedWei);
    const identity = rows(snapshot, "contributorKeys").find(({ key }) => same(key, address))?.identity;
    expect(identity ?? address.toLowerCase()).toBe(
      (await protocol.read<Address>("vault", "identityOf", [address])).toLowerCase(),
    );
    // A key that was replaced gave what it had not claimed to the next one.
    if (identity !== undefined) continue;
    expect(sum("claims", address, "amountWei")).toBe(claimedWei);
    expect(sum("votes", address, "earnedWei")).toBe(
      sum("payments", address, "amountWei", ({ kind }) => kind === "VOTE"),
    );
    expect(sum("standings", address, "earnedWei")).toBe(
      sum("payments", address, "amountWei", ({ kind }) => kind === "DATA"),
    );
  }
}

/** Requires that jobs, releases and models are what the contracts' views say. */
export async function compareTraining(protocol: LocalProtocol, snapshot: Snapshot): Promise<void> {
  expect(rows(snapshot, "jobs")).toHaveLength(await protocol.read<number>("training", "jobCount", []));
  for (const row of rows(snapshot, "jobs")) {
    const view = await protocol.read<Row>("training", "jobOf", [row.id]);
    expect(row.status).toBe(STATUSES[view.status]);
    expect(row).toMatchObject({
      poster: view.poster.toLowerCase(),
      priceWei: String(view.priceWei),
      specDigest: view.specDigest,
      parentRelease: view.parentRelease === 0 ? null : view.parentRelease,
      attempts: view.attempts,
      deadline: String(view.deadline),
    });
    if (row.status === "LEASED") {
      expect(row).toMatchObject({ trainer: view.trainer.toLowerCase(), leaseEnds: String(view.leaseEnds) });
    }
    if (row.status === "ACCEPTED")
      expect(row).toMatchObject({ docket: view.docket, position: view.position });
  }
  expect(rows(snapshot, "releases")).toHaveLength(await protocol.read<number>("models", "releaseCount", []));
  for (const row of rows(snapshot, "releases")) {
    const view = await protocol.read<Row>("models", "releaseOf", [row.id]);
    expect(row).toMatchObject({ model: view.model, job: view.job, adapterDigest: view.adapterDigest });
    expect(row.parentRelease ?? 0).toBe(view.parentRelease);
  }
  for (const row of rows(snapshot, "models")) {
    expect(row.owner).toBe((await protocol.read<Address>("models", "ownerOf", [row.id])).toLowerCase());
  }
  for (const row of rows(snapshot, "bases")) {
    expect(row.listed).toBe(await protocol.read<boolean>("models", "isBase", [row.digest]));
  }
}
