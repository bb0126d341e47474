import { type Address, encodeAbiParameters, type Hex, keccak256, parseAbiParameters, zeroHash } from "viem";
import type { CourtModel } from "./court.ts";
import { DuplicatesModel } from "./duplicates.ts";
import { acceptedOf, type GradeList, pack, pointsOf } from "./grades.ts";
import type { ParametersModel } from "./parameters.ts";
import { wilsonBps } from "./score.ts";
import type { VaultModel } from "./vault.ts";
import { DAY_SECONDS, refuse, type View, type World } from "./world.ts";

const MAX_GRADE = 3n;
const MAX_SWEEP = 64;
const MAX_SWEPT_WITH_DUPLICATES = 4;
const DATA_POOLS = 3;

/** What a contributor signs. */
export interface SignedSubmission {
  contributor: Address;
  datanet: number;
  files: number;
  sizeBytes: number;
  terms: number;
  leavesRoot: Hex;
  manifestDigest: Hex;
  deadline: number;
}

export interface Datanet {
  id: number;
  owner: Address;
  pool: number;
  open: boolean;
  rewardWei: bigint;
  feeWei: bigint;
  terms: number;
  versionCount: number;
  versionHead: Hex;
  listRoot: Hex;
}

interface Score {
  scoreBps: number;
  points: number;
  judged: number;
  accepted: number;
  days: Set<number>;
  lastDay: number;
  reachedAt: number;
}

const rootFields = parseAbiParameters("address, bytes32");
const versionFields = parseAbiParameters("bytes32, bytes32, uint256");

/** A submission's key. */
export const rootOf = (contributor: Address, leavesRoot: Hex) =>
  keccak256(encodeAbiParameters(rootFields, [contributor, leavesRoot]));

/** Datanets, submissions, credit and scores. */
export class DatanetsModel extends DuplicatesModel {
  readonly datanets: Datanet[] = [];
  readonly scores = new Map<string, Score>();

  constructor(world: World, parameters: ParametersModel, court: CourtModel, vault: VaultModel) {
    super(world, parameters, court, vault);
  }

  // ---------------------------------------------------------------------------------------------- owners

  create(
    caller: Address,
    pool: number,
    rewardWei: bigint,
    feeWei: bigint,
    name: string,
    licence: string,
    guidelines: string,
  ): void {
    if (pool >= DATA_POOLS) refuse("UnknownPool", pool);
    const id = this.datanets.length + 1;
    this.datanets.push({
      id,
      owner: caller,
      pool,
      open: true,
      rewardWei,
      feeWei,
      terms: 1,
      versionCount: 0,
      versionHead: zeroHash,
      listRoot: zeroHash,
    });
    const prose = { name, licence, guidelines };
    this.world.emit("datanets", "DatanetCreated", {
      datanet: id,
      owner: caller,
      pool,
      rewardWei,
      feeWei,
      ...prose,
    });
  }

  fund(caller: Address, id: number, amountWei: bigint): void {
    this.require(id);
    this.vault.addAvailable(id, caller, amountWei);
  }

  withdraw(caller: Address, id: number, to: Address, amountWei: bigint): void {
    this.requireOwned(caller, id);
    this.vault.takeAvailable(id, to, amountWei);
  }

  setOpen(caller: Address, id: number, open: boolean): void {
    this.requireOwned(caller, id).open = open;
    this.world.emit("datanets", "DatanetOpenSet", { datanet: id, open });
  }

  setTerms(caller: Address, id: number, licence: string, guidelines: string): void {
    const datanet = this.requireOwned(caller, id);
    datanet.terms++;
    this.world.emit("datanets", "TermsSet", { datanet: id, terms: datanet.terms, licence, guidelines });
  }

  setContributorList(caller: Address, id: number, listRoot: Hex): void {
    this.requireOwned(caller, id).listRoot = listRoot;
    this.world.emit("datanets", "ContributorListSet", { datanet: id, listRoot });
  }

  // ----------------------------------------------------------------------------------------- submissions

  submit(caller: Address, submission: SignedSubmission, signature: Hex): void {
    const { datanet: id, contributor } = submission;
    if (this.hasList(id)) refuse("NotListed", id, contributor);
    this.takeSubmission(caller, submission, signature);
  }

  submitListed(caller: Address, submission: SignedSubmission, signature: Hex, proof: readonly Hex[]): void {
    const { datanet: id, contributor } = submission;
    if (this.hasList(id) && !this.isListed(id, contributor, proof)) refuse("NotListed", id, contributor);
    this.takeSubmission(caller, submission, signature);
  }

  appeal(caller: Address, root: Hex): void {
    const { docket, position, files } = this.requireSubmission(root);
    this.court.appealItems(docket, position, files, caller);
  }

  finalize(_caller: Address, root: Hex): void {
    this.requireCredits();
    const submission = this.requireSubmission(root);
    if (submission.finalized) refuse("AlreadyFinalized", root);
    const { docket, position, files } = submission;
    const grades = this.court.finalGrades(docket, position, files);
    const duplicates = this.zeroedFiles(root);
    if (duplicates === undefined) refuse("EarlierNotFinal", root);
    this.credit(root, grades, duplicates);
  }

  finalizeMany(_caller: Address, roots: readonly Hex[]): void {
    this.requireCredits();
    if (roots.length > MAX_SWEEP) refuse("TooManyRoots", roots.length, MAX_SWEEP);
    for (const root of roots) this.requireSubmission(root);
    let withDuplicates = 0;
    for (const root of roots) {
      const { docket, position, files, finalized } = this.requireSubmission(root);
      if (finalized) continue;
      const standing = this.court.standing(docket, position, files);
      if (!standing?.isFinal) continue;
      if (this.hasDuplicates(root) && ++withDuplicates > MAX_SWEPT_WITH_DUPLICATES) continue;
      const duplicates = this.zeroedFiles(root);
      if (duplicates) this.credit(root, standing.grades, duplicates);
    }
  }

  // ----------------------------------------------------------------------------------------------- views

  views(accounts: readonly Address[], known: (root: Hex) => boolean): View[] {
    return [
      this.view("datanetCount", [], [this.datanets.length]),
      ...this.datanets.map(({ id, ...datanet }) => this.view("datanetOf", [id], Object.values(datanet))),
      ...this.datanets.flatMap(({ id }) =>
        accounts.map((account) => {
          const { days, ...score } = this.scoreOf(id, account);
          const { scoreBps, points, judged, accepted, lastDay, reachedAt } = score;
          const words = [scoreBps, points, judged, accepted, days.size, lastDay, reachedAt];
          return this.view("scoreOf", [id, account], words);
        }),
      ),
      ...[...this.submissions].flatMap(([root, submission]) => {
        if (!known(root)) return [];
        const { contributor, datanet, docket, position, files, finalized } = submission;
        const place = [docket, position, files] as const;
        const standing = this.court.standing(...place);
        const state = [contributor, datanet, ...place, finalized, this.hasDuplicates(root)];
        const grades = standing ? pack(standing.grades) : 0;
        return [
          this.view("submissionOf", [root], state),
          {
            contract: "court" as const,
            function: "standingOf",
            args: place,
            words: [standing !== undefined, standing?.isFinal ?? false, grades],
          },
        ];
      }),
      ...this.quotaViews(accounts),
      ...this.duplicateViews(known),
    ];
  }

  // ------------------------------------------------------------------------------------------- internals

  private takeSubmission(caller: Address, submission: SignedSubmission, signature: Hex): void {
    const { contributor, datanet: id, files, sizeBytes, terms, leavesRoot, manifestDigest } = submission;
    if (this.world.now > submission.deadline) refuse("SignatureExpired", submission.deadline);
    if (leavesRoot === zeroHash) refuse("EmptyRoot");
    const root = rootOf(contributor, leavesRoot);
    if (this.submissions.has(root)) refuse("AlreadySubmitted", root);
    if (caller !== contributor && !this.isSigned(submission, signature)) refuse("BadSignature", contributor);
    const datanet = this.require(id);
    if (!datanet.open) refuse("DatanetClosed", id);
    if (terms !== datanet.terms) refuse("TermsChanged", id, terms, datanet.terms);
    const limits = this.requireQuota(contributor, files, sizeBytes);
    const reservedWei = MAX_GRADE * BigInt(files) * datanet.rewardWei;
    const feeWei = BigInt(files) * datanet.feeWei;
    this.vault.requireAvailable(id, reservedWei + feeWei);

    this.useQuota(contributor, files, sizeBytes, limits);
    this.vault.reserve(id, reservedWei, feeWei);
    const { docket, position } = this.court.takeItems(datanet.pool, files, feeWei);
    const state = { contributor, datanet: id, docket, position, files, finalized: false };
    this.submissions.set(root, { ...state, leavesRoot });
    this.world.emit("datanets", "Submitted", {
      root,
      datanet: id,
      contributor,
      docket,
      position,
      files,
      sizeBytes,
      terms,
      manifestDigest,
    });
  }

  /** Pay, release, extend the version and raise the score, after the duplicates' grades became 0. */
  private credit(root: Hex, judged: GradeList, duplicates: ReadonlySet<number>): void {
    const submission = this.requireSubmission(root);
    const { contributor, datanet: id, files } = submission;
    const datanet = this.require(id);
    submission.finalized = true;
    const bountiesWei = this.payFinders(root, judged, duplicates, datanet.rewardWei);
    const grades = judged.map((grade, index) => (duplicates.has(index) ? 0 : grade));
    const points = pointsOf(grades);
    const rewardWei = BigInt(points) * datanet.rewardWei;
    const reservedWei = MAX_GRADE * BigInt(files) * datanet.rewardWei;
    this.vault.settleReserved(id, contributor, rewardWei, reservedWei - rewardWei - bountiesWei);
    if (points > 0) {
      datanet.versionCount++;
      const link = [datanet.versionHead, root, pack(grades)] as const;
      datanet.versionHead = keccak256(encodeAbiParameters(versionFields, link));
    }
    const score = this.raiseScore(id, contributor, grades);
    this.world.emit("datanets", "Finalized", {
      root,
      datanet: id,
      contributor,
      grades: pack(grades),
      rewardWei,
      scoreBps: score.scoreBps,
      versionCount: datanet.versionCount,
      versionHead: datanet.versionHead,
    });
  }

  private raiseScore(id: number, contributor: Address, grades: GradeList): Score {
    const score = this.scoreOf(id, contributor);
    score.points += pointsOf(grades);
    score.judged += grades.length;
    score.accepted += acceptedOf(grades);
    if (acceptedOf(grades) > 0) {
      score.lastDay = Math.floor(this.world.now / DAY_SECONDS);
      score.days.add(score.lastDay);
    }
    const mark = wilsonBps(score.points, score.judged);
    if (mark > score.scoreBps) {
      score.scoreBps = mark;
      score.reachedAt = this.world.now;
    }
    this.scores.set(`${id} ${this.vault.identityOf(contributor)}`, score);
    return score;
  }

  private scoreOf(id: number, contributor: Address): Score {
    const none = { scoreBps: 0, points: 0, judged: 0, accepted: 0, days: new Set<number>() };
    const known = this.scores.get(`${id} ${this.vault.identityOf(contributor)}`);
    return known ?? { ...none, lastDay: 0, reachedAt: 0 };
  }

  private require(id: number): Datanet {
    return this.datanets[id - 1] ?? refuse("UnknownDatanet", id);
  }

  private requireOwned(caller: Address, id: number): Datanet {
    const datanet = this.require(id);
    if (datanet.owner !== caller) refuse("NotOwner", id, caller);
    return datanet;
  }

  private hasList(id: number): boolean {
    return (this.datanets[id - 1]?.listRoot ?? zeroHash) !== zeroHash;
  }

  /** The list names the contributor's key or first key, and the proof is the one of that member. */
  private isListed(id: number, contributor: Address, proof: readonly Hex[]): boolean {
    const list = this.lists.get(this.datanets[id - 1]?.listRoot ?? zeroHash);
    const names = [contributor, this.vault.identityOf(contributor)];
    const isOf = (index: number) => list?.proofs[index]?.join() === proof.join();
    return list?.members.some((member, index) => names.includes(member) && isOf(index)) ?? false;
  }
}
