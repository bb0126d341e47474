import type { GasPayment } from "@openledger/sdk/gasPayment";
import { reasonOf } from "@openledger/sdk/reasons";
import type { PreparedSubmission } from "@openledger/sdk/submission";
import type { Hex } from "viem";
import type { Quota } from "./account.ts";
import type { Duplicate, Reward } from "./dryRuns.ts";
import type { Reason } from "./submissions.ts";

/** Something that went wrong, in the words that the page shows. */
type Fault = { sentence: string; next: string };

/** How far one chosen file is. */
type FileStage =
  /** `sentBytes` are those of an earlier try. */
  | { name: "waiting"; sentBytes?: number }
  | { name: "uploading"; sentBytes: number }
  /** The reader stopped it; it goes on where it was. */
  | { name: "paused"; sentBytes: number }
  | { name: "stored"; sha256: Hex; mediaType: string }
  /** May be submitted; with `warning` validators would probably reject it. */
  | { name: "accepted"; sha256: Hex; mediaType: string; warning?: Reason; duplicate?: Duplicate }
  | { name: "refused"; reason: Reason; duplicate?: Duplicate }
  | { name: "failed"; fault: Fault };

/** What validators would probably object to. */
export type Warning = { warning: Reason; duplicate?: Duplicate };

/** One chosen file. */
export type ChosenFile = { key: string; blob: File; stage: FileStage };

/** What the dry run answered for the files that would be accepted for judging. */
export type Prepared = PreparedSubmission & { reward: Reward; gas?: GasPayment };

/** How far the whole contribution is. */
export type Contribution = {
  files: ChosenFile[];
  step: "choosing" | "checking" | "ready" | "signing" | "sending" | "sent";
  prepared?: Prepared;
  quota?: Quota;
  root?: Hex;
  fault?: Fault;
};

/** Everything that can happen to a contribution. */
export type ContributionEvent =
  | { type: "added"; files: { key: string; blob: File }[]; limit: number; refusal: Reason }
  | { type: "removed"; key: string }
  | { type: "uploadStarted"; key: string }
  | { type: "uploadProgressed"; key: string; sentBytes: number }
  | { type: "stored"; key: string; sha256: Hex; mediaType: string }
  | { type: "refused"; key: string; reason: Reason; duplicate?: Duplicate }
  | { type: "uploadFailed"; key: string; fault: Fault }
  | { type: "paused"; key: string }
  | { type: "resumed"; key: string }
  | { type: "retried" }
  | { type: "checkStarted" }
  /** `warnings` are by the key of the file. */
  | { type: "checked"; prepared?: Prepared; quota?: Quota; warnings?: ReadonlyMap<string, Warning> }
  | { type: "checkFailed"; fault: Fault }
  | { type: "signing" }
  | { type: "sending" }
  | { type: "sent"; root: Hex }
  | { type: "stopped"; fault: Fault }
  | { type: "restarted" }
  | { type: "cleared" };

/** Nothing chosen yet. */
export const EMPTY_CONTRIBUTION: Contribution = { files: [], step: "choosing" };

/** What a contribution becomes when something happens to it. Events that come too late change nothing. */
export function contribute(state: Contribution, event: ContributionEvent): Contribution {
  switch (event.type) {
    case "added":
      return reopened(state, addFiles(state.files, event));
    case "removed":
      return reopened(
        state,
        state.files.filter(({ key }) => key !== event.key),
      );
    case "uploadStarted":
      return withStage(state, event.key, { name: "uploading", sentBytes: sentOf(state, event.key) });
    case "uploadProgressed":
      return withStage(state, event.key, { name: "uploading", sentBytes: event.sentBytes }, "uploading");
    case "stored":
      return withStage(state, event.key, storedStage(state, event));
    case "refused":
      return withStage(state, event.key, {
        name: "refused",
        reason: event.reason,
        ...(event.duplicate ? { duplicate: event.duplicate } : {}),
      });
    case "uploadFailed":
      return withStage(state, event.key, { name: "failed", fault: event.fault });
    case "paused":
      return withStage(
        state,
        event.key,
        { name: "paused", sentBytes: sentOf(state, event.key) },
        "uploading",
      );
    case "resumed":
      return reopened(
        state,
        state.files.map((file) =>
          file.key === event.key && file.stage.name === "paused"
            ? { ...file, stage: { name: "waiting", sentBytes: file.stage.sentBytes } }
            : file,
        ),
      );
    case "retried":
      return reopened(
        state,
        state.files.map((file) =>
          file.stage.name === "failed" ? { ...file, stage: { name: "waiting" } } : file,
        ),
      );
    case "checkStarted":
      return { ...without(state), step: "checking" };
    case "checked":
      return checked(state, event);
    case "checkFailed":
      return { ...without(state), step: "choosing", fault: event.fault };
    case "signing":
      return state.step === "ready" ? { ...withoutFault(state), step: "signing" } : state;
    case "sending":
      return state.step === "signing" ? { ...state, step: "sending" } : state;
    case "sent":
      return { ...withoutFault(state), step: "sent", root: event.root };
    case "stopped":
      return state.prepared
        ? { ...state, step: "ready", fault: event.fault }
        : { ...state, fault: event.fault };
    case "restarted":
      return reopened(
        state,
        state.files.map((file) => ({ ...file, stage: { name: "waiting" } })),
      );
    case "cleared":
      return EMPTY_CONTRIBUTION;
  }
}

/** A file that was chosen twice goes into the submission once. */
function storedStage(
  { files }: Contribution,
  { key, sha256, mediaType }: Extract<ContributionEvent, { type: "stored" }>,
): FileStage {
  const twin = files.find(
    (file) =>
      file.key !== key &&
      (file.stage.name === "stored" || file.stage.name === "accepted") &&
      file.stage.sha256 === sha256,
  );
  if (!twin) return { name: "stored", sha256, mediaType };
  const next = `It is the same as ${twin.blob.name}, which you chose too. Remove this one.`;
  return {
    name: "refused",
    reason: { ...reasonOf("exact-duplicate"), sentence: "You chose this file twice.", next },
  };
}

/** Files that can go into the submission. */
export function goodFiles({ files }: Contribution) {
  return files.flatMap(({ key, blob, stage }) =>
    stage.name === "stored" || stage.name === "accepted" ? [{ key, blob, sha256: stage.sha256 }] : [],
  );
}

/** Files that may be submitted although validators would probably reject them. */
export function doubtfulFiles({ files }: Contribution): ChosenFile[] {
  return files.filter(({ stage }) => stage.name === "accepted" && stage.warning !== undefined);
}

/** Whether every chosen file has been uploaded, refused or given up, and some wait for their dry run. */
export function isDryRunDue({ files, step, fault }: Contribution): boolean {
  if (step !== "choosing" || fault) return false;
  const busy = files.some(({ stage }) => stage.name === "waiting" || stage.name === "uploading");
  return !busy && files.some(({ stage }) => stage.name === "stored" || stage.name === "accepted");
}

function addFiles(files: ChosenFile[], event: Extract<ContributionEvent, { type: "added" }>): ChosenFile[] {
  const counted = files.filter(({ stage }) => stage.name !== "refused").length;
  const chosen = event.files.map(({ key, blob }, index): ChosenFile => {
    const fits = counted + index < event.limit;
    return { key, blob, stage: fits ? { name: "waiting" } : { name: "refused", reason: event.refusal } };
  });
  return [...files, ...chosen];
}

function checked(
  state: Contribution,
  { prepared, quota, warnings }: Extract<ContributionEvent, { type: "checked" }>,
): Contribution {
  const known = quota ? { quota } : {};
  if (state.step !== "checking") return { ...state, ...known };
  if (!prepared) {
    const fault = { sentence: "The gateway prepared nothing to sign.", next: "Check the files again." };
    const unanswered = goodFiles(state).length > 0;
    return { ...without(state), ...known, step: "choosing", ...(unanswered ? { fault } : {}) };
  }
  const files = state.files.map((file): ChosenFile => {
    if (file.stage.name !== "stored" && file.stage.name !== "accepted") return file;
    const { sha256, mediaType } = file.stage;
    return { ...file, stage: { name: "accepted", sha256, mediaType, ...warnings?.get(file.key) } };
  });
  return { ...without(state), ...known, files, prepared, step: "ready" };
}

/** How much of a file had been sent when it was last on its way. */
function sentOf({ files }: Contribution, key: string): number {
  const stage = files.find((file) => file.key === key)?.stage;
  return stage && "sentBytes" in stage ? (stage.sentBytes ?? 0) : 0;
}

function withStage(
  state: Contribution,
  key: string,
  stage: FileStage,
  only?: FileStage["name"],
): Contribution {
  const files = state.files.map((file) =>
    file.key === key && (only === undefined || file.stage.name === only) ? { ...file, stage } : file,
  );
  return { ...state, files };
}

/** Choosing again: what was prepared no longer describes the files. */
function reopened(state: Contribution, files: ChosenFile[]): Contribution {
  return { ...without(state), files, step: "choosing" };
}

function without({ prepared: _prepared, fault: _fault, root: _root, ...state }: Contribution): Contribution {
  return state;
}

function withoutFault({ fault: _fault, ...state }: Contribution): Contribution {
  return state;
}
