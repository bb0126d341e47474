import type { Address, Hex } from "viem";
import type { CourtModel } from "./court.ts";
import type { SignedSubmission } from "./datanets.ts";
import type { ParametersModel, SubmissionLimits } from "./parameters.ts";
import type { VaultModel } from "./vault.ts";
import { DAY_SECONDS, refuse, type View, type World } from "./world.ts";

interface Quota {
  day: number;
  files: number;
  sizeBytes: number;
}

/** Contributors: their keys, what they may submit in a day, and what the guardian has stopped. */
export class ContributorsModel {
  readonly world: World;
  readonly parameters: ParametersModel;
  readonly court: CourtModel;
  readonly vault: VaultModel;
  /** What a key has used on the last day on which it submitted. */
  readonly quotas = new Map<Address, Quota>();
  readonly retired = new Set<Address>();
  readonly rotations = new Map<Address, { newKey: Address; readyAt: number }>();
  /** The limits of the last day on which somebody submitted, as they were then. */
  limits: { day: number; limits: SubmissionLimits } | undefined;
  paused = { submissions: false, credits: false };
  /** Whether a signature is the contributor's: the world knows who signed what. */
  isSigned: (submission: SignedSubmission, signature: Hex) => boolean = () => false;

  constructor(world: World, parameters: ParametersModel, court: CourtModel, vault: VaultModel) {
    this.world = world;
    this.parameters = parameters;
    this.court = court;
    this.vault = vault;
  }

  // ----------------------------------------------------------------------------------------------- keys

  rotateKey(caller: Address, newKey: Address): void {
    if (BigInt(newKey) === 0n || newKey === caller) refuse("BadKey", newKey);
    if (this.retired.has(caller)) refuse("KeyRetired", caller);
    this.requireFresh(newKey);
    const readyAt = this.world.now + this.parameters.contributors.rotationSeconds;
    this.rotations.set(caller, { newKey, readyAt });
    this.world.emit("datanets", "RotationRequested", { oldKey: caller, newKey, readyAt });
  }

  cancelRotation(caller: Address): void {
    const rotation = this.rotations.get(caller);
    if (rotation === undefined) refuse("NoRotation", caller);
    this.rotations.delete(caller);
    this.world.emit("datanets", "RotationCancelled", { oldKey: caller, newKey: rotation.newKey });
  }

  acceptRotation(caller: Address, oldKey: Address): void {
    const rotation = this.rotations.get(oldKey);
    if (rotation === undefined) refuse("NoRotation", oldKey);
    if (rotation.newKey !== caller) refuse("NotNewKey", oldKey, caller);
    if (this.world.now < rotation.readyAt) refuse("RotationNotReady", oldKey, rotation.readyAt);
    this.requireFresh(caller);
    this.rotations.delete(oldKey);
    this.retired.add(oldKey);
    const used = this.quotas.get(oldKey);
    if (used) this.quotas.set(caller, { ...used });
    const identity = this.vault.rotateKey(oldKey, caller);
    this.world.emit("datanets", "KeyRotated", { identity, oldKey, newKey: caller });
  }

  // --------------------------------------------------------------------------------------------- pauses

  pause(caller: Address, submissions: boolean, credits: boolean): void {
    this.world.requireGuardian(caller);
    const { paused } = this;
    this.paused = {
      submissions: paused.submissions || submissions,
      credits: paused.credits || credits,
    };
    this.world.emit("datanets", "Paused", { guardian: caller, submissions, credits });
  }

  unpause(caller: Address): void {
    this.world.requireGovernor(caller);
    this.paused = { submissions: false, credits: false };
    this.world.emit("datanets", "Unpaused", { governance: caller });
  }

  limitsToday(): SubmissionLimits {
    return this.limits?.day === this.today() ? this.limits.limits : this.parameters.limits;
  }

  usedToday(contributor: Address): { files: number; sizeBytes: number } {
    const quota = this.quotas.get(contributor);
    return quota?.day === this.today() ? quota : { files: 0, sizeBytes: 0 };
  }

  // ------------------------------------------------------------------------------------------ internals

  /** What stops a contributor from submitting so much now; returns the limits of today. */
  protected requireQuota(contributor: Address, files: number, sizeBytes: number): SubmissionLimits {
    if (this.paused.submissions) refuse("SubmissionsPaused");
    const limits = this.limitsToday();
    if (files === 0 || files > limits.filesPerSubmission)
      refuse("BadFileCount", files, limits.filesPerSubmission);
    if (sizeBytes < files) refuse("BadSize", sizeBytes);
    if (this.retired.has(contributor)) refuse("KeyRetired", contributor);
    const used = this.usedToday(contributor);
    if (used.files + files > limits.filesPerDay) {
      refuse("FileQuotaExceeded", contributor, used.files, files, limits.filesPerDay);
    }
    if (used.sizeBytes + sizeBytes > limits.bytesPerDay) {
      refuse("ByteQuotaExceeded", contributor, used.sizeBytes, sizeBytes, limits.bytesPerDay);
    }
    return limits;
  }

  protected useQuota(contributor: Address, files: number, sizeBytes: number, limits: SubmissionLimits): void {
    const used = this.usedToday(contributor);
    const total = { files: used.files + files, sizeBytes: used.sizeBytes + sizeBytes };
    this.quotas.set(contributor, { day: this.today(), ...total });
    this.limits = { day: this.today(), limits };
  }

  protected requireCredits(): void {
    if (this.paused.credits) refuse("CreditsPaused");
  }

  protected quotaViews(accounts: readonly Address[]): View[] {
    const resetsAt = (this.today() + 1) * DAY_SECONDS;
    const limits = this.limitsToday();
    return [
      this.view("paused", [], [this.paused.submissions, this.paused.credits]),
      ...accounts.flatMap((account) => {
        const used = this.usedToday(account);
        const left = this.retired.has(account)
          ? [0, 0]
          : [Math.max(0, limits.filesPerDay - used.files), Math.max(0, limits.bytesPerDay - used.sizeBytes)];
        const rotation = this.rotations.get(account);
        return [
          this.view("quotaOf", [account], [...left, resetsAt]),
          this.view("rotationOf", [account], [rotation?.newKey ?? 0, rotation?.readyAt ?? 0]),
        ];
      }),
    ];
  }

  protected view(name: string, args: readonly unknown[], words: View["words"]): View {
    return { contract: "datanets", function: name, args, words };
  }

  /** A key that has never been a contributor's. */
  private requireFresh(key: Address): void {
    if (this.quotas.has(key) || this.vault.lines.has(key)) refuse("KeyNotFresh", key);
  }

  private today(): number {
    return Math.floor(this.world.now / DAY_SECONDS);
  }
}
